import SDEIEngine
import SDEIModel
import SDEITestSupport

/// What a VMM does: exposing events, raw commands, pseudo registers, notifiers.
extension KVMPlayer {
  mutating func expose(_ step: TraceStep) {
    let entries = (step.op["events"]?.items ?? []).map(exposedEntry)
    if family == .kvmV4 {
      let recorded = (step.result["ret"]?.items ?? []).map { $0.signed }
      let errnos = entries.map { result(dispatcher.apply(.setExposed([$0]))) }
      tally.check("ret", recorded, errnos)
    } else {
      let errno = result(dispatcher.apply(.setExposed(entries)))
      tally.check("ret", step.result["ret"]?.signed, errno)
    }
  }

  func result(_ errno: Errno?) -> Int64? { errno?.result ?? 0 }

  mutating func setNotifier(_ step: TraceStep) {
    let number = EventNumber(step.op["num"]?.number ?? 0)
    let isOn = step.op["on"]?.isTrue ?? false
    let outcome = dispatcher.setNotifier(isOn ? hex(0x5DE1_0000) : nil, of: number)
    tally.check("ret", step.result["ret"]?.signed, outcome.value)
  }

  /// A raw command; commands of the wrong scope, and unknown ones, are -EINVAL.
  mutating func command(_ step: TraceStep) -> Undefined? {
    let number = step.op["cmd"]?.number ?? 0
    let vcpu = step.op["vcpu"]?.number.map { UInt32($0) }
    let kind = KVMCommandKind(family, number)
    if kind?.isVCPU != (vcpu != nil) {
      tally.check("ret", step.result["ret"]?.signed, Errno.invalid.result)
    } else if let kind {
      if kind == .inject {
        let event = EventNumber(step.op["num"]?.number ?? 0)
        if let reason = dispatcher.undefined(by: .inject(event, vcpu: vcpu ?? 0)) { return reason }
      }
      apply(kind, step, vcpu)
    }
    if let vcpu {
      tally.check("req", step.result["req"]?.isTrue ?? false, dispatcher.isDeliveryRequested(vcpu))
      tally.check(
        "irq_pending",
        step.result["irq_pending"]?.isTrue ?? false,
        live[Int(vcpu)].isIRQPending
      )
    }
    return nil
  }

  private mutating func apply(_ kind: KVMCommandKind, _ step: TraceStep, _ vcpu: UInt32?) {
    let states = step.op["states"]?.items ?? step.op["state"].map { [$0] } ?? []
    let vcpu = vcpu ?? 0
    var errno: Errno?
    switch kind {
    case .version:
      tally.check("version", step.result["version"]?.number, 0x10000)
    case .exposedCount: count(step, dispatcher.exposedNumbers.count)
    case .registeredCount: count(step, dispatcher.registeredNumbers.count)
    case .queueCount: count(step, dispatcher.queuedEntries(vcpu).count)
    case .getExposed: getExposed(step)
    case .getRegistered: errno = getRegistered(step)
    case .getQueue: errno = getQueue(step, vcpu)
    case .getState:
      let recorded = step.result["states"]?.items.first ?? step.result["state"]
      if let recorded {
        tally.check("state", stateEntry(recorded), dispatcher.stateEntry(vcpu))
      }
    case .setExposed: errno = dispatcher.apply(.setExposed(states.map(exposedEntry)))
    case .setRegistered: errno = dispatcher.apply(.setRegistered(states.map(registeredEntry)))
    case .setQueue: errno = dispatcher.apply(.setQueue(states.map(queuedEntry), vcpu: vcpu))
    case .setState:
      for state in states { errno = dispatcher.apply(.setState(stateEntry(state), vcpu: vcpu)) }
    case .inject:
      let event = EventNumber(step.op["num"]?.number ?? 0)
      observer?.before(
        .inject(event, vcpu: vcpu, immediately: false),
        dispatcher,
        live[Int(vcpu)].registers
      )
      errno = dispatcher.apply(.inject(event, vcpu: vcpu))
      observer?.after(.value(step.result["ret"]?.signed ?? 1), place: tally.place)
    }
    tally.check("ret", step.result["ret"]?.signed, result(errno))
  }

  private mutating func count(_ step: TraceStep, _ count: Int) {
    tally.check("count", step.result["count"]?.number ?? 0, UInt64(count))
  }

  private mutating func getExposed(_ step: TraceStep) {
    let recorded = (step.result["states"]?.items ?? []).map(exposedEntry)
    let wanted = Int(step.op["count"]?.number ?? 0)
    var entries = dispatcher.exposedNumbers.prefix(wanted).map { dispatcher.exposedEntry($0) }
    while entries.count < wanted { entries.append(exposedEntry(nil)) }
    tally.check("states", recorded, entries)
  }

  /// v5 gives an array, filled up with zeros; v4 one entry behind the number given.
  private mutating func getRegistered(_ step: TraceStep) -> Errno? {
    let list = dispatcher.registeredNumbers
    if family == .kvmV4 {
      guard let next = following(step, list) else { return .noEntry }
      checkRegistered(step.result["state"], next)
      return nil
    }
    let wanted = Int(step.op["count"]?.number ?? 0)
    let recorded = step.result["states"]?.items ?? []
    tally.check("entries", recorded.count, wanted)
    for (place, entry) in recorded.enumerated() {
      if place < list.count {
        checkRegistered(entry, list[place])
      } else {
        tally.check("surplus", entry["num"]?.number, 0)
      }
    }
    return nil
  }

  private mutating func getQueue(_ step: TraceStep, _ vcpu: UInt32) -> Errno? {
    let queue = dispatcher.queuedEntries(vcpu)
    if family == .kvmV4 {
      guard let next = following(step, queue.map(\.number)) else { return .noEntry }
      let entry = queue.first { $0.number == next }
      tally.check("num", step.result["state"]?["num"]?.number, next.rawValue)
      tally.check(
        "refcount",
        step.result["state"]?["refcount"]?.number,
        entry.map { UInt64($0.count) }
      )
      return nil
    }
    let wanted = Int(step.op["count"]?.number ?? 0)
    var entries = Array(queue.prefix(wanted))
    while entries.count < wanted {
      entries.append(KVMCommand.QueuedEntry(number: EventNumber(0), count: 0))
    }
    tally.check("states", (step.result["states"]?.items ?? []).map(queuedEntry), entries)
    return nil
  }

  /// The element behind a number; the first one for a number that is none.
  private func following(_ step: TraceStep, _ list: [EventNumber]) -> EventNumber? {
    let number = EventNumber(step.op["num"]?.number ?? 0)
    guard DialectID.kvmV4.namesEvent(number) else { return list.first }
    guard let place = list.firstIndex(of: number), place + 1 < list.count else { return nil }
    return list[place + 1]
  }

  // MARK: Entries as the recordings write them

  func exposedEntry(_ value: TraceValue?) -> KVMCommand.ExposedEntry {
    KVMCommand.ExposedEntry(
      number: EventNumber(value?["num"]?.number ?? 0),
      type: EventType(rawValue: UInt8(value?["type"]?.number ?? 0)),
      signaled: UInt8(value?["signaled"]?.number ?? 0),
      priority: EventPriority(rawValue: UInt8(value?["priority"]?.number ?? 0)),
      padding: value?["padding"].map(padding) ?? 0,
      notifier: value?["notifier"]?.number ?? 0
    )
  }

  func registeredEntry(_ value: TraceValue) -> KVMCommand.RegisteredEntry {
    var event = Event(EventNumber(value["num"]?.number ?? 0))
    event.routing = Routing(
      mode: RoutingMode(rawValue: UInt8(value["route_mode"]?.number ?? 0)),
      affinity: Affinity(rawValue: value["route_affinity"]?.number ?? 0)
    )
    event.registered = bitmap(value["registered"])
    event.enabled = bitmap(value["enabled"])
    event.unregisterPending = bitmap(value["unregister_pending"])
    event.entry = column(value["ep_address"] ?? value["entries"])
    event.argument = column(value["ep_arg"] ?? value["params"])
    let padding = value["padding"].map(padding) ?? 0
    event.extras[.registeredPadding] = padding == 0 ? nil : padding
    return KVMCommand.RegisteredEntry(
      event: event,
      refcount: UInt32(value["refcount"]?.number ?? 0)
    )
  }

  func queuedEntry(_ value: TraceValue) -> KVMCommand.QueuedEntry {
    KVMCommand.QueuedEntry(
      number: EventNumber(value["num"]?.number ?? 0),
      count: UInt32(value["event_count"]?.number ?? value["refcount"]?.number ?? 0),
      padding: UInt32(value["padding"]?.number ?? 0)
    )
  }

  func stateEntry(_ value: TraceValue) -> KVMCommand.StateEntry {
    KVMCommand.StateEntry(
      masked: UInt8(value["masked"]?.number ?? 0),
      padding: value["padding"].map(padding) ?? 0,
      critical: running(value["critical_num"]),
      normal: running(value["normal_num"]),
      criticalFrame: frame(value["critical_regs"]),
      normalFrame: frame(value["normal_regs"])
    )
  }

  /// A running number as the ABI has it: v4 says none by 0, v5 by 0xffffffff.
  func running(_ value: TraceValue?) -> EventNumber? {
    let none: UInt64 = family == .kvmV4 ? 0 : 0xFFFF_FFFF
    guard let number = value?.number, number != none else { return nil }
    return EventNumber(number)
  }

  func frame(_ value: TraceValue?) -> RegisterFrame {
    var frame = RegisterFrame(pc: value?["pc"]?.number ?? 0, pstate: value?["pstate"]?.number ?? 0)
    for (key, word) in value?["x"]?.members ?? [] { frame.x[Int(key) ?? 0] = word.number ?? 0 }
    return frame
  }

  /// Bytes in memory order, as hexadecimal without 0x.
  private func padding(_ value: TraceValue) -> UInt64 {
    bytes(value).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func bytes(_ value: TraceValue?) -> [UInt8] {
    let digits = Array(value?.text ?? "")
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0
    }
  }

  func bitmap(_ value: TraceValue?) -> Bitmap {
    Bitmap(indexes: (value?.items ?? []).map { UInt32($0.number ?? 0) })
  }

  func column(_ value: TraceValue?) -> Column {
    var column = Column()
    for (key, word) in value?.members ?? [] { column[UInt32(key) ?? 0] = word.number ?? 0 }
    return column
  }
}

/// The commands of v4 and v5 by what they do.
enum KVMCommandKind {
  case version, exposedCount, getExposed, setExposed, registeredCount, getRegistered
  case setRegistered, queueCount, getQueue, setQueue, getState, setState, inject

  init?(_ family: TraceFamily, _ number: UInt64) {
    let v4: [KVMCommandKind] = [
      .version, .setExposed, .registeredCount, .getRegistered, .setRegistered, .queueCount,
      .getQueue, .setQueue, .getState, .setState, .inject,
    ]
    let v5: [KVMCommandKind] = [
      .version, .exposedCount, .getExposed, .setExposed, .registeredCount, .getRegistered,
      .setRegistered, .queueCount, .getQueue, .setQueue, .getState, .setState, .inject,
    ]
    let all = family == .kvmV4 ? v4 : v5
    guard number < UInt64(all.count) else { return nil }
    self = all[Int(number)]
  }

  var isVCPU: Bool {
    switch self {
    case .queueCount, .getQueue, .setQueue, .getState, .setState, .inject: true
    default: false
    }
  }
}
