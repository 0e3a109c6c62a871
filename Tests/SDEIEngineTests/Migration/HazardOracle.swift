import SDEIEngine
import SDEIModel

/// Asks a live destination whether a hazard is one: it lets the harm happen.
struct HazardOracle {
  let comparison: PortComparison
  private(set) var problems: [String] = []
  /// How often the harm was seen, by hazard.
  private(set) var seen: [String: Int] = [:]

  private var destination: Dispatcher { comparison.moved.destination }

  init(_ comparison: PortComparison) {
    self.comparison = comparison
    for vcpu in comparison.vcpus {
      switch comparison.source.dialect.id {
      case .kvmV7: checkV7(vcpu)
      case .kvmV5:
        checkPreemption(vcpu)
        checkCompletions(vcpu)
        checkDeliveries(vcpu)
        checkQueue(vcpu)
        checkState(vcpu)
      default:
        checkHandlersV4(vcpu)
        checkDeliveries(vcpu)
        checkQueue(vcpu)
        checkState(vcpu)
      }
    }
    for number in destination.registeredNumbers { checkRegistered(number) }
  }

  private mutating func expect(
    _ id: String,
    _ vcpu: UInt32?,
    _ event: EventNumber?,
    _ isHarm: Bool
  ) {
    if isHarm { seen[id, default: 0] += 1 }
    let isTold = comparison.tells(id, vcpu, event)
    if isTold != isHarm {
      let place = "vCPU \(vcpu.map { "\($0)" } ?? "-") event \(event.map { "\($0)" } ?? "-")"
      problems.append("\(id) \(place): told \(isTold), seen \(isHarm)")
    }
  }

  private func deliver(_ engine: inout Dispatcher, _ vcpu: UInt32, force: Bool = false) -> Outcome {
    var registers = LiveRegisters()
    return engine.deliver(vcpu, force: force, registers: &registers)
  }

  private func call(
    _ engine: inout Dispatcher,
    _ vcpu: UInt32,
    _ function: FunctionID,
    _ x1: UInt64 = 0,
    _ x2: UInt64 = 0
  ) -> Outcome {
    var registers = LiveRegisters()
    return engine.call(Call(function, x1, x2, 0, 0, 0), on: vcpu, registers: &registers)
  }

  private func isRunning(_ engine: Dispatcher, _ vcpu: UInt32) -> Bool {
    Level.allCases.contains { engine.runningEvent(vcpu, $0) != nil }
  }

  // MARK: v7

  private mutating func checkV7(_ vcpu: UInt32) {
    let isMasked = destination.registers(of: vcpu).last == .peState(1)
    let isBusy = isRunning(destination, vcpu)
    var entering = destination
    let isRequested = entering.isDeliveryRequested(vcpu)
    let entered = deliver(&entering, vcpu)
    expect("SDEI-T131", vcpu, nil, entered.answer == .undefined(.endlessLoop))
    let isGained = isRequested && !comparison.source.isDeliveryRequested(vcpu)
    expect("SDEI-T134", vcpu, nil, isGained && entered.entry != nil)
    var later = destination
    for _ in 0..<3 where isRunning(later, vcpu) { _ = call(&later, vcpu, .eventComplete) }
    if isMasked { _ = call(&later, vcpu, .peUnmask) }
    let isStuck = deliver(&later, vcpu, force: !isMasked).answer == .undefined(.endlessLoop)
    expect("SDEI-T132", vcpu, nil, isMasked && isStuck)
    expect("SDEI-T133", vcpu, nil, !isMasked && isBusy && isStuck)
  }

  // MARK: v5

  /// A critical event that a delivery would enter on top of a normal handler, were one asked for.
  private mutating func checkPreemption(_ vcpu: UInt32) {
    guard let normal = destination.runningEvent(vcpu, .normal),
      destination.runningEvent(vcpu, .critical) == nil
    else { return expect("SDEI-T101", vcpu, nil, false) }
    var engine = destination
    let entry = deliver(&engine, vcpu, force: true).entry
    // The running event itself is no other occurrence of it.
    let own = destination.queuedEntries(vcpu).first { $0.number == normal }
    if let entry, entry.event == normal, own?.count ?? 0 <= 1 { return }
    expect("SDEI-T101", vcpu, nil, entry != nil && !destination.isDeliveryRequested(vcpu))
  }

  /// Completions that use what an earlier one freed.
  private mutating func checkCompletions(_ vcpu: UInt32) {
    var engine = destination
    var isFreed = false
    for _ in 0..<2 where isRunning(engine, vcpu) {
      if case .undefined = call(&engine, vcpu, .eventComplete).answer { isFreed = true }
    }
    let isTold = comparison.tells("SDEI-T103", vcpu) || comparison.tells("SDEI-T116", vcpu)
    if isFreed { seen["SDEI-T103 or SDEI-T116", default: 0] += 1 }
    if isTold != isFreed {
      problems.append("SDEI-T103/T116 vCPU \(vcpu): told \(isTold), seen \(isFreed)")
    }
  }

  // MARK: v4

  /// What becomes of the handlers that run.
  private mutating func checkHandlersV4(_ vcpu: UInt32) {
    let isTaken = comparison.outcome.errno(.setVCPUState, vcpu) == nil
    let stored = comparison.source.stateEntry(vcpu).normal
    let normal = stored.flatMap { DialectID.kvmV4.namesEvent($0) ? $0 : nil }
    let now = destination.runningEvent(vcpu, .normal)
    expect("SDEI-T118", vcpu, nil, isTaken && normal != nil && normal != now)
    let critical = destination.runningEvent(vcpu, .critical)
    expect("SDEI-T119", vcpu, nil, critical != nil && now == critical)
    let count = destination.queuedEntries(vcpu).first { $0.number == critical }?.count
    guard critical != nil, count == 1 else { return }
    var engine = destination
    if call(&engine, vcpu, .eventComplete).answer != .undefined(.useAfterFree) {
      problems.append("SDEI-T119 vCPU \(vcpu): the completion does no harm")
    }
  }

  // MARK: v4 and v5

  /// What is entered at once, and on and on after each completion, although the vCPU is masked or
  /// the event disabled.
  private mutating func checkDeliveries(_ vcpu: UInt32) {
    let source = comparison.source.stateEntry(vcpu)
    let isBusy = [source.critical, source.normal].contains { number in
      number.map { destination.dialect.id.namesEvent($0) } ?? false
    }
    let isTaken = comparison.outcome.errno(.setVCPUState, vcpu) == nil
    var (entered, isWhole) = (Set<EventNumber>(), true)
    if isTaken && !isBusy { (entered, isWhole) = enteredOneByOne(vcpu) }
    let isMasked = destination.stateEntry(vcpu).masked != 0
    if isWhole || !entered.isEmpty { expect("SDEI-T122", vcpu, nil, isMasked && !entered.isEmpty) }
    let disabled = entered.filter { number in
      let event = destination.registeredEntry(number).event
      let slot = isShared(number) ? 0 : vcpu
      return event.registered.contains(slot) && !event.enabled.contains(slot)
    }
    guard isWhole else { return }
    // The lowest of them stands for all.
    expect("SDEI-T123", vcpu, disabled.min(), !disabled.isEmpty)
  }

  /// The events whose handlers a loaded vCPU enters without anybody else's doing, and whether that
  /// came to its end.
  private func enteredOneByOne(_ vcpu: UInt32) -> (Set<EventNumber>, Bool) {
    var engine = destination
    var entered: Set<EventNumber> = []
    for _ in 0..<64 {
      let outcome = deliver(&engine, vcpu)
      guard let entry = outcome.entry else {
        if case .undefined = outcome.answer { return (entered, false) }
        return (entered, true)
      }
      entered.insert(entry.event)
      if case .undefined = call(&engine, vcpu, .eventComplete).answer { return (entered, false) }
    }
    return (entered, false)
  }

  /// What an idle vCPU is delivered next, and entries that stand for nothing.
  private mutating func checkQueue(_ vcpu: UInt32) {
    for entry in destination.queuedEntries(vcpu) {
      expect("SDEI-T102", vcpu, entry.number, entry.count == 0)
    }
    guard !isRunning(destination, vcpu) else { return }
    var engine = destination
    guard let entry = deliver(&engine, vcpu, force: true).entry else {
      return expect("SDEI-T109", vcpu, nil, false)
    }
    let event = destination.registeredEntry(entry.event).event
    let slot = isShared(entry.event) ? 0 : vcpu
    expect("SDEI-T109", vcpu, entry.event, !event.registered.contains(slot))
  }

  private func isShared(_ number: EventNumber) -> Bool {
    destination.exposedEntry(number).type == .shared
  }

  private mutating func checkState(_ vcpu: UInt32) {
    let state = destination.stateEntry(vcpu)
    expect("SDEI-T106", vcpu, nil, state.masked > 1)
    let isNone = [state.critical, state.normal].contains { number in
      number.map { !destination.dialect.id.namesEvent($0) } ?? false
    }
    expect("SDEI-T110", vcpu, nil, isNone)
  }

  /// What the bits of a registered event allow.
  private mutating func checkRegistered(_ number: EventNumber) {
    let entry = destination.registeredEntry(number)
    expect("SDEI-T107", nil, number, entry.event.registered.isEmpty)
    let own = isShared(number) ? Bitmap(below: 1) : Bitmap(below: destination.vcpuCount)
    expect("SDEI-T108", nil, number, !entry.event.registered.subtracting(own).isEmpty)
    if destination.dialect.id == .kvmV4 {
      let counts = comparison.vcpus.flatMap { destination.queuedEntries($0) }
      let sum = counts.reduce(UInt32(0)) { $0 &+ ($1.number == number ? $1.count : 0) }
      return expect("SDEI-T120", nil, number, sum != entry.refcount)
    }
    let runners = comparison.vcpus.filter { vcpu in
      Level.allCases.contains { destination.runningEvent(vcpu, $0) == number }
    }
    let isTwice = isShared(number) && runners.count > 1
    if isTwice { seen["SDEI-T115 or SDEI-T116", default: 0] += 1 }
    if comparison.tells("SDEI-T115", nil, number) && !isTwice
      || isTwice && !comparison.tells("SDEI-T115", nil, number)
        && !comparison.tells("SDEI-T116", nil, number)
    {
      problems.append("SDEI-T115 event \(number): runs on \(runners.count)")
    }
    checkRegistration(number, entry.event, runners)
  }

  /// REGISTER is denied where a mark of an unregistration was left behind.
  private mutating func checkRegistration(
    _ number: EventNumber,
    _ event: Event,
    _ runners: [UInt32]
  ) {
    for vcpu in comparison.vcpus {
      let slot = isShared(number) ? 0 : vcpu
      let isBusy = isShared(number) ? !runners.isEmpty : runners.contains(vcpu)
      if isBusy || event.registered.contains(slot) { continue }
      var engine = destination
      let value = call(&engine, vcpu, .eventRegister, number.rawValue, 0x1000).value
      expect("SDEI-T114", slot, number, value == ReturnCode.denied.rawValue)
    }
  }
}
