internal import SDEIEngine
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

/// A divergence told to people, or as JSON.
struct DivergenceText {
  private let result: ReplayResult
  private let divergence: Divergence
  private let style: Style

  init(_ result: ReplayResult, _ divergence: Divergence, _ style: Style) {
    (self.result, self.divergence, self.style) = (result, divergence, style)
  }

  func lines() -> [String] {
    var lines = [
      "\(result.journal): " + style.red("diverges")
        + " at step \(divergence.step) of \(result.stepCount)"
        + " (\(result.replayer.dispatcher.dialect.id.name))"
    ]
    lines += facts().map { "  " + $0.name.padded(10) + $0.text }
    lines += explanationLines().map { "  " + $0 }
    let document = Document(format: .sdei, snapshot: divergence.before)
    let view = StateView(
      document: document,
      source: "before step \(divergence.step)",
      style: style,
      showsAll: false,
      findings: Verifier.noticed(document)
    )
    return lines + [""] + view.lines()
  }

  private func facts() -> [(name: String, text: String)] {
    switch divergence.kind {
    case .action(let action, _, _, let mismatch):
      return [("step", StepText.subject(action) + action.text)] + facts(action, mismatch)
    case .state(let differences):
      let shown = differences.prefix(12).map { (name: "", text: $0.path) }
      let rest = differences.count - shown.count
      return [("step", "checkpoint"), ("differs", "the state is not the one recorded, in")] + shown
        + (rest > 0 ? [("", "and \(rest) more")] : [])
    case .digest(let recorded, let actual):
      return [
        ("step", "checkpoint"), ("recorded", "digest \(recorded)"),
        ("engine", "digest \(actual.map(\.description) ?? "none")"),
      ]
    }
  }

  private func facts(_ action: Action, _ mismatch: Mismatch) -> [(name: String, text: String)] {
    switch mismatch {
    case .answer(let recorded, let actual):
      return [("recorded", action.text(of: recorded)), ("engine", action.text(of: actual))]
    case .entered(let recorded, let actual):
      func text(_ event: EventNumber?) -> String { event.map { "enters \($0)" } ?? "no handler" }
      return [("recorded", text(recorded)), ("engine", text(actual))]
    case .register(let name, let recorded, let actual):
      return [
        ("recorded", "goes on with \(name) = \(hex(recorded))"),
        ("engine", "goes on with \(name) = \(hex(actual))"),
      ]
    case .registersUnchanged:
      return [("recorded", "registers that changed"), ("engine", "leaves them alone")]
    }
  }

  private func explanationLines() -> [String] {
    let own = result.replayer.dispatcher.dialect
    var lines = divergence.explanation.switches.map { deviation in
      let state = own.deviations.contains(deviation) ? "without" : "with"
      return "\(state) the switch \(style.bold(deviation.name)) it agrees: \(deviation.sentence) "
        + "[\(deviation.source)]"
    }
    let names = divergence.explanation.dialects.map(\.name)
    if !names.isEmpty {
      lines.append(
        "the dialect\(names.count == 1 ? "" : "s") \(names.joined(separator: ", ")) "
          + (names.count == 1 ? "agrees" : "agree") + "; try --dialect \(names[0])"
      )
    }
    if case .action = divergence.kind, lines.isEmpty {
      lines = ["no single switch and no other dialect explains it"]
    }
    return lines
  }

  func write(_ json: inout JSONWriter) {
    json.object { json in
      json.key("step")
      json.number(divergence.step)
      if case .action(let action, _, _, _) = divergence.kind, let vcpu = action.vcpu {
        json.key("vcpu")
        json.number(Int(vcpu))
      }
      if case .state(let differences) = divergence.kind {
        json.key("differences")
        json.array { json in for difference in differences { json.string(difference.path) } }
      } else {
        for fact in facts() {
          json.key(fact.name == "step" ? "action" : fact.name)
          json.string(fact.text)
        }
      }
      json.key("switches")
      json.array { json in
        for deviation in divergence.explanation.switches { json.string(deviation.name) }
      }
      json.key("dialects")
      json.array { json in
        for dialect in divergence.explanation.dialects { json.string(dialect.name) }
      }
      if let digest = try? SnapshotDigest(of: divergence.before) {
        json.key("before")
        json.string(digest.description)
      }
    }
  }
}

/// One step in one line.
enum StepText {
  /// `vCPU 3  EVENT_REGISTER 0x0 entry 0x1000 argument 0xaa -> SUCCESS   U->R`.
  static func line(_ report: Replayer.Report) -> String {
    let number = String(report.number)
    let head = String(repeating: " ", count: max(0, 6 - number.count)) + number + "  "
    switch report.step {
    case .checkpoint: return head + "checkpoint"
    case .action(let action, _):
      var line = head + subject(action) + action.text
      if let performed = report.performed { line += " -> " + action.text(of: performed) }
      if let change = report.change, change.isChange {
        line += "   \(change.from.rawValue)->\(change.to?.rawValue ?? "gone")"
      }
      return line
    }
  }

  /// Who acts.
  static func subject(_ action: Action) -> String {
    action.vcpu.map { "vCPU \($0)  " } ?? "VM  "
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
