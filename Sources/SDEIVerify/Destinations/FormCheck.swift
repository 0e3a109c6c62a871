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
      for loss in encoded.losses where loss.severity != .note { check.add(loss, &list) }
    } catch {
      list.add(check.failure(error))
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

  private func add(_ loss: Finding, _ list: inout FindingList) {
    switch Kind(loss.path, state) {
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
        "\(abi.name) has this event besides",
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
      isUsed
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

  /// What a lost field is to a guest.
  private enum Kind {
    /// A part of the instance, which is the destination's own and compared elsewhere.
    case instance
    /// An event as a whole.
    case event(EventNumber)
    /// Something that a guest could notice.
    case state
    /// A property of an event that the guest could have read about and does not use.
    case unused
    /// An event that the state does not have.
    case gained
    /// A part of the vCPU, for which VMMs have other means.
    case vcpu
    /// How the host produces an event.
    case wiring
    /// What a handler that is gone has left.
    case leftOver
    /// The dialect's own.
    case extra

    init(_ path: String, _ state: TravellingState) {
      let field = path.split(separator: ".").last ?? ""
      if path.hasPrefix("instance.") {
        self = .instance
      } else if path.hasPrefix("extras") {
        self = .extra
      } else if path.hasPrefix("contexts[") {
        self = Self.context(path, field, state)
      } else if let number = Self.eventNumber(path) {
        self = Self.event(number, field, state)
      } else {
        self = ["power", "affinity", "deliveryRequest"].contains(field) ? .vcpu : .state
      }
    }

    private static func context(
      _ path: String,
      _ field: Substring,
      _ state: TravellingState
    ) -> Kind {
      let vcpu = UInt32(path.dropFirst("contexts[".count).prefix { $0 != "]" })
      let level: Level = field == Level.critical.name ? .critical : .normal
      guard let vcpu, vcpu < state.snapshot.vcpus.count else { return .leftOver }
      return state.runs(vcpu, level) ? .state : .leftOver
    }

    private static func event(
      _ number: EventNumber,
      _ field: Substring,
      _ state: TravellingState
    ) -> Kind {
      if state.snapshot.events[number] == nil { return .gained }
      if field.hasSuffix("]") { return .event(number) }
      let isUsed = state.used.contains(number)
      if ["type", "priority", "signalable"].contains(field) { return isUsed ? .state : .unused }
      if ["trigger", "origin", "interrupt", "notifier"].contains(field) { return .wiring }
      if extras.contains(String(field)) { return .extra }
      let isLeftOver = ["entry", "argument", "routing", "relative", "pending"].contains(field)
      return isLeftOver && !isUsed ? .leftOver : .state
    }

    private static let extras: Set<String> = Set(
      ExtraField.allCases.filter { $0.scope == .eventValue || $0.scope == .slotValue }.map(\.name)
    )

    private static func eventNumber(_ path: String) -> EventNumber? {
      guard path.hasPrefix("events[0x") else { return nil }
      let digits = path.dropFirst("events[0x".count).prefix { $0 != "]" }
      return UInt64(digits, radix: 16).map { EventNumber($0) }
    }
  }
}
