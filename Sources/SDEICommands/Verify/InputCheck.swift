internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIVerify

/// Looks at one input; everything it needs is in it, so that several can look at once.
struct InputCheck: Sendable {
  var inputFormat: FormatID?
  var definitions: DefinitionsFile?
  var isAtRest = false
  var targets: [Target] = []
  var today: CalendarDate?
  var maxMemory: UInt64 = 1 << 30
  var policy: Policy?
  var baseline: Baseline?

  /// What an input is worth.
  func check(_ input: InputList.Item) -> InputReport {
    let name = Files.displayName(input.path)
    return InputReport(name: name, content: content(input, name))
  }

  private func content(_ input: InputList.Item, _ name: String) -> InputReport.Content {
    do {
      let journal: CheckedInput? = nil
      let checked = try Files.load(input.path, inputFormat) { _, _ in
        journal
      } state: { document, bytes in
        var checked = check(document, name)
        // A stream was not kept; where its state was is told by info.
        if let bytes {
          checked.findings.locate { FormatRegistry.locate($0, in: bytes, as: document.format) }
        }
        return checked
      }
      guard let checked else {
        return .unread(InputFailure(message: "\(name) is a journal and no state"))
      }
      return .checked(checked)
    } catch let failure as InputFailure {
      // In a directory there may be anything; what was named must be one.
      if input.isFromDirectory && failure.error?.code == .notRecognised { return .skipped }
      return .unread(failure)
    } catch {
      return .unread(InputFailure(message: "\(name): \(error)"))
    }
  }

  private func check(_ document: Document, _ name: String) -> CheckedInput {
    var document = document
    if let definitions { document.supply(definitions) }
    return CheckedInput(
      kind: .state(document.format, hasState: document.hasState),
      findings: Verifier.findings(document, isAtRest: isAtRest, judge: judge(name)),
      destinations: targets.map {
        Compatibility.assess(
          document,
          against: $0.profile,
          today: today,
          EncodeOptions(maxBytes: maxMemory)
        )
      }
    )
  }

  private func judge(_ name: String) -> PolicyJudge? {
    guard policy != nil || baseline != nil else { return nil }
    return PolicyJudge(policy, today: today, known: baseline?.known(name) ?? [])
  }
}
