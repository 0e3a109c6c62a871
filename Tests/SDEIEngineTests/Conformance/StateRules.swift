import SDEIEngine
import SDEIModel
import SDEITestSupport

/// The invariants of the specification (numbered as the project's rules are) that a state may break so that the
/// specification says nothing of what an operation does in it.
enum StateRules {
  /// The rule that is broken where an operation looks, nil for none.
  static func broken(
    by action: Action,
    _ raw: Snapshot,
    _ canonical: Snapshot,
    _ dispatcher: Dispatcher
  ) -> String? {
    if let vcpu = action.vcpu {
      for level in Level.allCases
      where dispatcher.runningEvent(vcpu, level) != canonical.runningEvent(vcpu, level) {
        return "36 the handler that runs is not the one of the stored number"
      }
    }
    let numbers = numbers(action, canonical)
    for number in numbers {
      if let rule = brokenEvent(number, action, raw, canonical) { return rule }
    }
    if let vcpu = action.vcpu, let rule = brokenVCPU(vcpu, canonical) { return rule }
    return nil
  }

  /// The events that an operation is about.
  private static func numbers(_ action: Action, _ snapshot: Snapshot) -> [EventNumber] {
    switch action {
    case .call(let call, let vcpu):
      let running = Level.allCases.compactMap { snapshot.runningEvent(vcpu, $0) }
      switch FunctionID(rawValue: call.function) {
      case .privateReset, .sharedReset: return snapshot.events.map(\.number)
      case .eventComplete, .eventCompleteAndResume, .eventContext: return running
      default: return [EventNumber(call.x1)]
      }
    case .inject(let number, _, _), .cancel(let number, _), .arrive(let number, _, _),
      .dispatch(let number, _, _), .fire(let number, _):
      return [number]
    case .deliver(let vcpu, _, _):
      return snapshot.events.filter { event in
        event.pending[event.isShared ? 0 : vcpu] > 0
      }.map(\.number)
    default: return []
    }
  }

  private static func brokenEvent(
    _ number: EventNumber,
    _ action: Action,
    _ raw: Snapshot,
    _ canonical: Snapshot
  ) -> String? {
    guard let event = canonical.events[number], let stored = raw.events[number] else { return nil }
    if stored.extras[.refcount] != nil { return "48 two counts of one thing disagree" }
    if !event.enabled.subtracting(event.registered).isEmpty { return "20 enabled, not registered" }
    let stale = stored.unregisterPending.subtracting(event.running)
    if !stale.isEmpty { return "22 unregister-pending, not running" }
    if !stored.unregisterPending.isEmpty, case .call(let call, _) = action,
      [.eventStatus, .eventGetInfo].contains(FunctionID(rawValue: call.function))
    {
      return "22 unregister-pending beside registered"
    }
    if event.isShared && event.hasSeveralRunners(canonical) { return "34 runs on several vCPUs" }
    if event.isShared && !event.registered.isEmpty && !event.routing.mode.isDefined {
      return "30 routing mode neither 0 nor 1"
    }
    if number == .softwareSignalled && event.isShared { return "9 event 0 is shared" }
    return nil
  }

  private static func brokenVCPU(_ vcpu: UInt32, _ snapshot: Snapshot) -> String? {
    let (normal, critical) = (
      snapshot.runningEvent(vcpu, .normal), snapshot.runningEvent(vcpu, .critical)
    )
    if normal != nil && normal == critical { return "38 one event at both levels" }
    for (number, level) in [(normal, EventPriority.normal), (critical, .critical)] {
      guard let number else { continue }
      let priority = snapshot.events[number]?.definition?.priority
      if priority != nil && priority != level { return "36 running at the other level" }
    }
    let marked = snapshot.events.filter { !$0.isShared && $0.running.contains(vcpu) }
    if marked.count > 2 || marked.count(where: { $0.definition?.priority == .normal }) > 1 {
      return "35 two handlers of one level"
    }
    return nil
  }
}

extension Event {
  fileprivate func hasSeveralRunners(_ snapshot: Snapshot) -> Bool {
    snapshot.contexts.count { snapshot.runningEvent(of: $0) == number } > 1
  }
}
