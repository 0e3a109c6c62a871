internal import SDEIModel

/// The order of the kernel's lists where a snapshot's extras do not tell another.
enum KVMv5Order {
  /// The exposed list: the events with a definition, ascending.
  static func usualExposed(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { $0.definition != nil }.map(\.number)
  }

  /// The registered list: the events with a registered bit, ascending.
  static func usualRegistered(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { !$0.registered.isEmpty }.map(\.number)
  }

  /// The queue of each vCPU: its pending events, critical ones first, then ascending.
  ///
  /// O(pending occurrences): callers bound the number of vCPUs first.
  static func usualQueues(_ snapshot: Snapshot) -> [UInt32: [EventNumber]] {
    let isCritical = { (event: Event) in event.definition?.priority == .critical }
    var queues: [UInt32: [EventNumber]] = [:]
    for event in snapshot.events.filter(isCritical) + snapshot.events.filter({ !isCritical($0) }) {
      event.pending.forEachValue { vcpu, _ in queues[vcpu, default: []].append(event.number) }
    }
    return queues
  }
}
