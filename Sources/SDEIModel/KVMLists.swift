/// The lists that KVM v4 and v5 keep, as a snapshot tells them: by the extras that hold an unusual
/// order or membership, and otherwise by what is usual.
public enum KVMLists {
  /// The exposed list, in the kernel's order.
  public static func exposed(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.extras.lists[.exposedOrder] ?? usualExposed(snapshot)
  }

  /// The registered list, in the kernel's order.
  public static func registered(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.extras.lists[.registeredOrder] ?? usualRegistered(snapshot)
  }

  /// The usual exposed list: the events with a definition, ascending.
  public static func usualExposed(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { $0.definition != nil }.map(\.number)
  }

  /// The usual registered list: the events with a registered bit, ascending.
  public static func usualRegistered(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { !$0.registered.isEmpty }.map(\.number)
  }

  /// The events in the usual order of a queue: critical ones first, then ascending.
  public static func usualQueueOrder(_ snapshot: Snapshot) -> [Event] {
    let isCritical = { (event: Event) in event.definition?.priority == .critical }
    return snapshot.events.filter(isCritical) + snapshot.events.filter { !isCritical($0) }
  }

  /// The usual queue of each vCPU: its pending events.
  ///
  /// O(vCPUs with pending events): callers bound their number first.
  public static func usualQueues(_ snapshot: Snapshot) -> [UInt32: [EventNumber]] {
    var queues: [UInt32: [EventNumber]] = [:]
    for event in usualQueueOrder(snapshot) {
      event.pending.forEachValue { vcpu, _ in queues[vcpu, default: []].append(event.number) }
    }
    return queues
  }

  /// The vCPUs that have an event in their queue, also with a count of 0; O(runs + items).
  public static func queued(_ number: EventNumber, _ snapshot: Snapshot) -> Bitmap {
    var vcpus = snapshot.events[number]?.pending.support ?? Bitmap()
    guard let lists = snapshot.extras.vcpuLists[.queueOrder] else { return vcpus }
    for item in lists.items where item.events.contains(number) {
      vcpus.formUnion(Bitmap(item.vcpus))
    }
    return vcpus
  }
}
