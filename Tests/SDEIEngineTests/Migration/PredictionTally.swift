import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Predictions of recorded migrations, and where they did not come true.
struct PredictionTally {
  var place = ""
  private(set) var steps = 0
  private(set) var checks = 0
  private(set) var misses: [String] = []
  private(set) var hazards: [String: Int] = [:]
  private(set) var notes: [String: Int] = [:]
  private var refused = 0

  var summary: String {
    "\(steps) migrations predicted, \(refused) of them refused, \(checks) checks, "
      + "\(misses.count) misses"
  }

  private mutating func check<Value: Equatable>(
    _ what: String,
    _ recorded: Value,
    _ predicted: Value
  ) {
    checks += 1
    if recorded != predicted {
      misses.append("\(place) \(what): recorded \(recorded), predicted \(predicted)")
    }
  }

  private mutating func note(_ what: String) { notes[what, default: 0] += 1 }

  /// Predicts the step from the state before it.
  mutating func predict(_ source: Dispatcher, _ step: TraceStep) throws {
    guard let comparison = try PortComparison(source) else { return }
    let (outcome, result) = (comparison.outcome, step.result)
    steps += 1
    if !outcome.isLoaded { refused += 1 }
    check("ok", result["ok"]?.isTrue ?? false, outcome.isLoaded)
    checkCommands(outcome, source, result)
    checkRequests(outcome, source, result)
    switch source.dialect.id {
    case .kvmV4: checkNormalHandlers(outcome, source, result)
    case .kvmV5: checkPreemptions(outcome, source, result)
    default: checkGains(outcome, source, result)
    }
    let oracle = HazardOracle(comparison)
    check("hazards", [], oracle.problems)
    for id in Set(outcome.hazards.map(\.rule.id)) { hazards[id, default: 0] += 1 }
  }

  /// Predicts the step from the bytes of a dump; the engine's state tells only which requests there
  /// were, and must give the same answer.
  mutating func predict(
    _ snapshot: Snapshot,
    _ source: Dispatcher,
    _ step: TraceStep,
    isRestored: Bool
  ) {
    let dialect = source.dialect.id
    guard let outcome = MigrationPort.load(snapshot, into: dialect),
      let other = MigrationPort.load(source.snapshot(), into: dialect)
    else { return }
    steps += 1
    if !outcome.isLoaded { refused += 1 }
    check("dialect", dialect, snapshot.instance.dialect)
    check("refusals", other.refusals, outcome.refusals)
    check("requests", other.deliveryRequests, outcome.deliveryRequests)
    check(
      "hazards",
      other.hazards.filter { $0.isInBytes(of: dialect) },
      outcome.hazards.filter { $0.isInBytes(of: dialect) }
    )
    check("ok", step.result["ok"]?.isTrue ?? false, outcome.isLoaded)
    checkCommands(outcome, source, step.result)
    checkRequests(outcome, source, step.result)
    for id in Set(outcome.hazards.map(\.rule.id)) { hazards[id, default: 0] += 1 }
    guard dialect == .kvmV4 else { return }
    let isChanged = (0..<snapshot.vcpus.count).contains { vcpu in
      let isTaken = outcome.errno(.setVCPUState, vcpu) == nil
      return snapshot.runningEvent(vcpu, .normal)
        != (isTaken ? snapshot.runningEvent(vcpu, .critical) : nil)
    }
    let recorded = step.result["normal_handler_changed"]?.isTrue ?? false
    // After a restore a number may be there whose handler is lost: GET does not tell.
    if isRestored, recorded != isChanged { return note("normal_handler_changed: unknown") }
    check("normal_handler_changed", recorded, isChanged)
    note("normal_handler_changed: told")
  }

  private func value(_ errno: Errno?) -> Int64 { errno?.result ?? 0 }

  /// Which command fails with which errno, for which vCPU.
  private mutating func checkCommands(
    _ outcome: LoadOutcome,
    _ source: Dispatcher,
    _ result: TraceValue
  ) {
    var queue = LoadCommand.setVCPUEvent
    switch source.dialect.id {
    case .kvmV4:
      queue = .setVEvent
      let exposed = source.exposedNumbers.filter { $0 != EventNumber(0x4040_0000) }
      check(
        "set_event",
        (result["set_event"]?.items ?? []).map(\.signed),
        exposed.map { value(outcome.errno(.setEvent, of: $0)) }
      )
      check(
        "set_kevent",
        (result["set_kevent"]?.items ?? []).map(\.signed),
        source.registeredNumbers.map { value(outcome.errno(.setKEvent, of: $0)) }
      )
    case .kvmV5:
      check("set_exposed", result["set_exposed"]?.signed, value(outcome.errno(.setExposedEvent)))
      check(
        "set_registered",
        result["set_registered"]?.signed,
        value(outcome.errno(.setRegisteredEvent))
      )
    default: return check("err", result["err"]?.signed, 0)
    }
    let errors = (0..<source.vcpuCount).map { vcpu in
      [
        Int64(vcpu), value(outcome.errno(queue, vcpu)),
        value(outcome.errno(.setVCPUState, vcpu)),
      ]
    }
    check(
      "vcpu_errors",
      (result["vcpu_errors"]?.items ?? []).map { $0.items.map { $0.signed ?? 0 } },
      errors.filter { $0[1] != 0 || $0[2] != 0 }
    )
  }

  private mutating func checkRequests(
    _ outcome: LoadOutcome,
    _ source: Dispatcher,
    _ result: TraceValue
  ) {
    let before = source.snapshot().vcpus.deliveryRequest
    let after = outcome.deliveryRequests
    if let lost = result["request_lost"]?.isTrue {
      check("request_lost", lost, !before.subtracting(after).isEmpty)
      if lost { note("request_lost") }
    }
    if let gained = result["request_gained"]?.isTrue {
      check("request_gained", gained, !after.subtracting(before).isEmpty)
      if gained { note("request_gained") }
    }
  }

  /// v4: whether some vCPU's normal level runs something else than before.
  private mutating func checkNormalHandlers(
    _ outcome: LoadOutcome,
    _ source: Dispatcher,
    _ result: TraceValue
  ) {
    let snapshot = source.snapshot()
    var isTold = true
    let isChanged = (0..<source.vcpuCount).contains { vcpu in
      // A number that an earlier restore stored is there, and its handler is not: no GET tells it.
      let before = source.runningEvent(vcpu, .normal)
      if before != snapshot.runningEvent(vcpu, .normal) { isTold = false }
      let isTaken = outcome.errno(.setVCPUState, vcpu) == nil
      return before != (isTaken ? snapshot.runningEvent(vcpu, .critical) : nil)
    }
    let recorded = result["normal_handler_changed"]?.isTrue ?? false
    check("normal_handler_changed", recorded, isChanged)
    if recorded { note("normal_handler_changed") }
    if !isTold { note("normal handlers that only the engine knew of") }
    // Where the bytes tell all, the hazards tell the change.
    guard isTold else { return }
    let harmed = outcome.hazards.contains { ["SDEI-T118", "SDEI-T119"].contains($0.rule.id) }
    let isWithout = (0..<source.vcpuCount).contains {
      outcome.errno(.setVCPUState, $0) != nil && source.runningEvent($0, .normal) != nil
    }
    check("T118 and T119", recorded, harmed || isWithout)
  }

  /// v7: a gained request enters a handler, hangs, or finds a handler running.
  private mutating func checkGains(
    _ outcome: LoadOutcome,
    _ source: Dispatcher,
    _ result: TraceValue
  ) {
    let gained = outcome.deliveryRequests.subtracting(source.snapshot().vcpus.deliveryRequest)
    func vcpus(_ ids: Set<String>) -> Bitmap {
      let ranges = outcome.hazards.filter { ids.contains($0.rule.id) }.flatMap {
        $0.vcpus?.ranges ?? []
      }
      return Bitmap(ranges).intersection(gained)
    }
    let running = (0..<source.vcpuCount).filter { source.runningEvent($0, .normal) != nil }
    let told = [
      ("enters a handler", vcpus(["SDEI-T134"])), ("hangs", vcpus(["SDEI-T131"])),
      ("finds a handler running", gained.intersection(Bitmap(indexes: running))),
    ]
    for (what, vcpus) in told where !vcpus.isEmpty { note("request_gained, \(what)") }
    check("gained requests", gained, told.reduce(Bitmap()) { $0.union($1.1) })
    check("T134", told[0].1.isEmpty || result["request_gained"]?.isTrue == true, true)
  }

  /// v5: a lost request is harmless unless the source would have entered a handler at once.
  private mutating func checkPreemptions(
    _ outcome: LoadOutcome,
    _ source: Dispatcher,
    _ result: TraceValue
  ) {
    guard result["ok"]?.isTrue == true else { return }
    let told = Bitmap(
      outcome.hazards.filter { $0.rule.id == "SDEI-T101" }.flatMap { $0.vcpus?.ranges ?? [] }
    )
    var harmful: [UInt32] = []
    for vcpu in 0..<source.vcpuCount where source.isDeliveryRequested(vcpu) {
      var engine = source
      var registers = LiveRegisters()
      let entry = engine.deliver(vcpu, registers: &registers).entry
      if entry != nil, !outcome.deliveryRequests.contains(vcpu) { harmful.append(vcpu) }
    }
    if result["request_lost"]?.isTrue == true {
      note(harmful.isEmpty ? "request_lost, harmless" : "request_lost, a preemption")
    }
    let requested = source.snapshot().vcpus.deliveryRequest
    check("T101", Bitmap(indexes: harmful), told.intersection(requested))
    if !told.subtracting(requested).isEmpty { note("T101 where the source had no request either") }
  }
}

extension LoadHazard {
  /// Whether the bytes tell it: a request is in no ABI, and a notifier that v4's kernel was given is
  /// in none of its GETs.
  fileprivate func isInBytes(of dialect: DialectID) -> Bool {
    rule.id != "SDEI-T134" && (rule.id != "SDEI-T117" || dialect != .kvmV4)
  }
}
