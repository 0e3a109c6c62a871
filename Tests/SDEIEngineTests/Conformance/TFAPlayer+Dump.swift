import SDEIEngine
import SDEIModel
import SDEITestSupport

extension TFAPlayer {
  /// Compares everything that is SDEI's; the interrupt controller's and EHF's state is left out:
  /// `gic[]`, and of each PE `pmr` and `active_intids`.
  mutating func dump(_ recorded: TraceValue) {
    let snapshot = dispatcher.snapshot()
    tally.leaveOut("gic[]", recorded["gic"]?.items.count ?? 0)
    tally.check("events", recorded["events"]?.items.count, snapshot.events.count)
    for entry in recorded["events"]?.items ?? [] { checkEvent(entry, snapshot) }
    for entry in recorded["pes"]?.items ?? [] { checkPE(entry, snapshot) }
    checkSnapshot(recorded, snapshot)
  }

  /// The dump as a state, which other tests have no engine for, is the engine's own.
  private mutating func checkSnapshot(_ recorded: TraceValue, _ snapshot: Snapshot) {
    guard let platform else { return tally.check("platform", true, false) }
    var own = snapshot
    // What is pending is the interrupt controller's.
    for event in snapshot.events { own.events.update(event.number) { $0.pending = Column() } }
    let differences = own.differences(from: TFADump.snapshot(recorded, platform))
    tally.check("state of the dump", [], differences.map(\.path))
  }

  private mutating func checkEvent(_ recorded: TraceValue, _ snapshot: Snapshot) {
    let number = EventNumber(recorded["ev"]?.number ?? 0)
    guard let event = snapshot.events[number], let definition = event.definition else {
      return tally.check("event \(number)", true, false)
    }
    func flag(_ key: String) -> Bool { recorded[key]?.isTrue ?? false }
    let what = "event \(number)"
    tally.check("\(what) shared", flag("shared"), event.isShared)
    tally.check("\(what) intr", recorded["intr"]?.number, UInt64(definition.interrupt ?? 0))
    tally.check(
      "\(what) bound",
      flag("bound"),
      definition.interrupt != nil && number != .softwareSignalled
    )
    tally.check("\(what) dynamic", flag("dynamic"), definition.origin == .slot)
    tally.check("\(what) explicit", flag("explicit"), definition.origin == .firmware)
    tally.check("\(what) critical", flag("critical"), definition.priority == .critical)
    tally.check("\(what) signalable", flag("signalable"), definition.isSignalable)
    let registrations =
      event.extras[.registrationCount].map { $0 - 1 } ?? event.registered.count
    tally.check("\(what) reg_count", recorded["reg_count"]?.number, registrations)
    if event.isShared {
      checkEntry(recorded["entry"], event, 0, what, snapshot)
    } else {
      var entries: [UInt32: TraceValue] = [:]
      for entry in recorded["entries"]?.items ?? [] {
        entries[UInt32(entry["pe"]?.number ?? 0)] = entry
      }
      for pe in 0..<snapshot.vcpus.count {
        checkEntry(entries[pe], event, pe, "\(what) PE \(pe)", snapshot)
      }
    }
  }

  /// An entry that is absent is all zero.
  private mutating func checkEntry(
    _ recorded: TraceValue?,
    _ event: Event,
    _ slot: UInt32,
    _ what: String,
    _ snapshot: Snapshot
  ) {
    var state: UInt64 = 0
    let isRegistered = event.registered.contains(slot)
    if isRegistered { state |= 1 }
    if event.enabled.contains(slot) { state |= 2 }
    if event.running.contains(slot) { state |= 4 }
    // A private event is always routed to its own PE.
    let affinity =
      event.isShared
      ? event.routing.affinity.rawValue : isRegistered ? snapshot.vcpus.affinity[slot] : 0
    let flags = event.isShared ? UInt64(event.routing.mode.rawValue) : isRegistered ? 1 : 0
    func number(_ key: String) -> UInt64 { recorded?[key]?.number ?? 0 }
    tally.check("\(what) state", number("state"), state)
    tally.check("\(what) ep", number("ep"), event.entry[slot])
    tally.check("\(what) arg", number("arg"), event.argument[slot])
    tally.check("\(what) affinity", number("affinity"), affinity)
    tally.check("\(what) flags", number("flags"), flags)
  }

  private mutating func checkPE(_ recorded: TraceValue, _ snapshot: Snapshot) {
    let pe = UInt32(recorded["pe"]?.number ?? 0)
    func flag(_ key: String) -> Bool { recorded[key]?.isTrue ?? false }
    for key in ["pmr", "active_intids"] where recorded[key] != nil { tally.leaveOut(key) }
    tally.check("PE \(pe) on", flag("on"), snapshot.vcpus.powerState(of: pe) == .on)
    tally.check("PE \(pe) masked", flag("masked"), snapshot.vcpus.masked.contains(pe))
    tally.check(
      "PE \(pe) pending_enables",
      flag("pending_enables"),
      snapshot.vcpus.deliveryRequest.contains(pe)
    )
    let stack = recorded["stack"]?.items ?? []
    let levels = [Level.normal, .critical].compactMap { snapshot.contexts[pe, $0] }
    tally.check("PE \(pe) stack", stack.map { $0["ev"]?.number }, levels.map { $0.event?.rawValue })
    for (item, context) in zip(stack, levels) {
      tally.check("PE \(pe) interrupted", frame(item), context.frame)
    }
    let vcpu = live[Int(pe)]
    var registers = frame(recorded)
    // A PE that was never touched shows no PSTATE: it is at its client's level.
    if recorded["pstate"] == nil { registers.pstate = snapshot.instance.clientEL == 2 ? 0x9 : 0x5 }
    tally.check("PE \(pe) pc", registers.pc, vcpu.pc)
    tally.check("PE \(pe) pstate", registers.pstate, vcpu.pstate)
    tally.check("PE \(pe) x", (0..<18).map { registers.x[$0] }, Array(vcpu.x[..<18]))
    tally.check("PE \(pe) elr", recorded["elr"]?.number ?? 0, vcpu.elr)
    // SPSR is shown together with a non-zero ELR only.
    if recorded["elr"] != nil { tally.check("PE \(pe) spsr", recorded["spsr"]?.number, vcpu.spsr) }
  }

  /// Trailing zeros are cut in the recordings.
  private func frame(_ value: TraceValue) -> RegisterFrame {
    var frame = RegisterFrame(pc: value["pc"]?.number ?? 0, pstate: value["pstate"]?.number ?? 0)
    for (index, word) in (value["x"]?.items ?? []).enumerated() {
      frame.x[index] = word.number ?? 0
    }
    return frame
  }
}
