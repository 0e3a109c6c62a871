internal import SDEIFormats
internal import SDEIModel

/// What a destination's own form can not hold: the state is written in it and read back.
///
/// What a guest could notice is an error, as in a conversion; what moves by other means, or is left
/// over from a handler that is gone, is a note.
struct FormCheck {
  private let state: TravellingState
  private let profile: Profile
  private let abi: FormatID
  private let offered: Set<EventNumber>?

  static func findings(
    _ document: Document,
    _ state: TravellingState,
    _ profile: Profile,
    _ options: EncodeOptions,
    _ list: inout FindingList
  ) {
    guard let form = profile.abi else { return }
    guard let abi = form.format else { return list.add(unwritten(form)) }
    // A form that ends before the last vCPU has no more to tell than that.
    if let limit = profile.limits.vcpus, state.snapshot.vcpus.count > limit { return }
    let check = FormCheck(
      state: state,
      profile: profile,
      abi: abi,
      offered: profile.events.map { Set($0.map(\.number)) }
    )
    var moved = document
    moved.snapshot = state.visible()
    do throws(EncodeError) {
      let encoded = try FormatRegistry.format(abi).encode(moved, options)
      for loss in check.folded(encoded.losses) { check.add(loss, &list) }
    } catch {
      let finding = check.failure(error)
      list.add(finding, isFormRefusal: finding.severity == .error)
    }
  }

  /// What its commands say counts more than what bytes would, but where none are known, nothing does.
  private static func unwritten(_ form: ProfileABI) -> Finding {
    Finding(
      id: "SDEI-T254",
      severity: form.port == nil ? .warning : .note,
      problem: "whether \(form.name) can hold the state was not tried: this version does not write "
        + "that form",
      action: "compare its fields by hand, or ask a later version"
    )
  }

  private func failure(_ error: EncodeError) -> Finding {
    let isSize = error.id == "SDEI-C002"
    return Finding(
      id: isSize ? "SDEI-T254" : error.id,
      severity: isSize ? .warning : .error,
      path: error.path,
      problem: isSize
        ? "whether \(abi.name) can hold the state was not tried: \(error.problem)" : error.problem,
      action: error.action
    )
  }

  /// The losses, one for each place, and one for all contexts of a level.
  private func folded(_ losses: [Finding]) -> [Finding] {
    var seen: Set<String> = []
    var vcpus: [Level: [UInt32]] = [:]
    var first: [Level: Int] = [:]
    var result: [Finding] = []
    for loss in losses where loss.severity != .note {
      guard loss.path.isEmpty || seen.insert(loss.path).inserted else { continue }
      if let (vcpu, level) = Self.context(loss.path), state.runs(vcpu, level) {
        vcpus[level, default: []].append(vcpu)
        if first[level] != nil { continue }
        first[level] = result.count
      }
      result.append(loss)
    }
    for (level, position) in first {
      let all = Bitmap(indexes: vcpus[level] ?? [])
      result[position].path = "contexts[\(all)].\(level.name)"
    }
    return result
  }

  /// The vCPU and the level of a path to a context, nil for other paths.
  private static func context(_ path: String) -> (UInt32, Level)? {
    guard path.hasPrefix("contexts["),
      let vcpu = UInt32(path.dropFirst("contexts[".count).prefix { $0 != "]" }),
      let level = Level.allCases.first(where: { path.hasSuffix("." + $0.name) })
    else { return nil }
    return (vcpu, level)
  }

  private func add(_ loss: Finding, _ list: inout FindingList) {
    switch LostField(loss.path, state) {
    case .instance: break
    case .event(let number):
      // That it is not offered, or has no slot, is told elsewhere.
      if !isToldElsewhere(number) { lose(loss, state.used.contains(number), &list) }
    case .state: if isCollapse(loss) { collapse(loss, &list) } else { lose(loss, true, &list) }
    case .unused: lose(loss, false, &list)
    case .gained:
      list.add(
        "SDEI-T258",
        .note,
        loss.path,
        "\(abi.name) has by itself what the state does not tell: the event, or its definition",
        "nothing: a guest that was not told of it does not use it"
      )
    case .vcpu:
      note(
        "SDEI-T252",
        loss,
        "it moves with the vCPU itself, or follows from what is loaded",
        &list
      )
    case .wiring:
      note(
        "SDEI-T253",
        loss,
        "make sure that the destination's host produces the event in the same way",
        &list
      )
    case .leftOver: note("SDEI-T255", loss, "nothing: no guest sees what is left over", &list)
    case .extra:
      // Those of another dialect are told together.
      let dialect = FormatRegistry.format(abi).traits.dialect
      guard dialect == state.snapshot.instance.dialect else { return }
      note("SDEI-T255", loss, "nothing: no guest sees it", &list)
    }
  }

  private func lose(_ loss: Finding, _ isUsed: Bool, _ list: inout FindingList) {
    var finding = loss
    finding.severity = isUsed ? .error : .warning
    finding.action =
      loss.path.isEmpty
      ? "find out what it is: the destination does not get it"
      : isUsed
        ? "use a destination whose form holds it, or let the guest give it up before the move"
        : "make sure that the guest does not come to use it"
    list.add(finding)
  }

  private func isToldElsewhere(_ number: EventNumber) -> Bool {
    if let numbering = profile.numbering {
      return number.rawValue & numbering.mask >= UInt64(numbering.slots)
    }
    return offered?.contains(number) == false
  }

  /// Whether it is only that a pending event is one bit there.
  private func isCollapse(_ loss: Finding) -> Bool {
    let dialect = FormatRegistry.format(abi).traits.dialect
    return (dialect == .kvmV7 || dialect == .qemuRFC) && loss.id == "SDEI-C011"
      && loss.path.hasSuffix(".pending")
  }

  private func collapse(_ loss: Finding, _ list: inout FindingList) {
    // KVM v7's commands tell it themselves.
    if profile.abi?.port != nil { return }
    list.add(
      "SDEI-T256",
      .warning,
      loss.path,
      "\(abi.name) has one bit for what waits: several occurrences become one",
      "let the guest handle the others before the move, if it counts them"
    )
  }

  private func note(
    _ id: String,
    _ loss: Finding,
    _ action: String,
    _ list: inout FindingList
  ) {
    list.add(id, .note, loss.path, "\(abi.name) does not carry it", action)
  }
}
