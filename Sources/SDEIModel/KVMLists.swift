/// The lists that KVM v4 and v5 keep, as a snapshot tells them: by the extras that hold an unusual
/// order or membership, and otherwise by what is usual.
public enum KVMLists {
  /// The exposed list, in the kernel's order.
  public static func exposed(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.extras.lists[.exposedOrder] ?? usualExposed(snapshot)
  }

  /// The registered list, in the kernel's order.
  ///
  /// Where the split structures' vCPUs have lists of their own, one list of all has them ascending:
  /// nothing tells in which order events of several lists came.
  public static func registered(_ snapshot: Snapshot) -> [EventNumber] {
    let stored = snapshot.extras.lists[.registeredOrder]
    guard let instances = snapshot.extras.vcpuLists[.instanceOrder] else {
      return stored ?? usualRegistered(snapshot)
    }
    var numbers = Set(usualRegistered(snapshot)).union(stored ?? [])
    for item in instances.items { numbers.formUnion(item.events) }
    return numbers.sorted()
  }

  /// The usual exposed list: the events with a definition, ascending.
  public static func usualExposed(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { $0.definition != nil }.map(\.number)
  }

  /// The usual registered list: the events with a registered bit, ascending.
  public static func usualRegistered(_ snapshot: Snapshot) -> [EventNumber] {
    snapshot.events.filter { !$0.registered.isEmpty }.map(\.number)
  }

  /// The usual list of its own of each vCPU (the split structures): the events registered there that
  /// are not known to be shared, ascending.
  ///
  /// O(vCPUs with such events): callers bound their number first.
  public static func usualInstances(_ snapshot: Snapshot) -> [UInt32: [EventNumber]] {
    var instances: [UInt32: [EventNumber]] = [:]
    for event in snapshot.events where !event.isShared {
      event.registered.below(snapshot.vcpus.count).forEachRange { range in
        for vcpu in range.first...range.last {
          instances[vcpu, default: []].append(event.number)
        }
      }
    }
    return instances
  }

  /// The usual queue of each vCPU: its pending events, ascending.
  ///
  /// The kernel keeps critical events in front; loading sorts them there whatever the order, so the
  /// usual one follows from the numbers alone. O(vCPUs with pending events): callers bound their
  /// number first.
  public static func usualQueues(_ snapshot: Snapshot) -> [UInt32: [EventNumber]] {
    var queues: [UInt32: [EventNumber]] = [:]
    for event in snapshot.events {
      event.pending.forEachValue { vcpu, _ in queues[vcpu, default: []].append(event.number) }
    }
    return queues
  }

  /// By event, the vCPUs that have it in their queue, also with a count of 0; O(runs + items).
  public static func queued(_ snapshot: Snapshot) -> [EventNumber: Bitmap] {
    var ranges: [EventNumber: [IndexRange]] = [:]
    for event in snapshot.events where !event.pending.isEmpty {
      ranges[event.number] = event.pending.support.ranges
    }
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      for number in item.events { ranges[number, default: []].append(item.vcpus) }
    }
    return ranges.mapValues { Bitmap($0) }
  }

  /// The snapshot with every list stored that is not empty, as import stores them: it means the same.
  ///
  /// Costs what `usualQueues` costs.
  public static func stored(_ snapshot: Snapshot) -> Snapshot {
    var result = snapshot
    let (exposed, registered) = (exposed(snapshot), registered(snapshot))
    result.extras.lists[.exposedOrder] = exposed.isEmpty ? nil : exposed
    result.extras.lists[.registeredOrder] = registered.isEmpty ? nil : registered
    var queues = usualQueues(snapshot)
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      for vcpu in Bitmap(item.vcpus).below(snapshot.vcpus.count).ranges.flatMap({
        $0.first...$0.last
      }) {
        queues[vcpu] = item.events
      }
    }
    var lists = VCPULists()
    for vcpu in queues.keys.sorted() where vcpu < snapshot.vcpus.count {
      guard let queue = queues[vcpu], !queue.isEmpty else { continue }
      lists.append(IndexRange(vcpu, vcpu), queue)
    }
    // Lists of vCPUs that do not exist stay what they are: nothing implies them.
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      let first = max(item.vcpus.first, snapshot.vcpus.count)
      if first <= item.vcpus.last { lists.append(IndexRange(first, item.vcpus.last), item.events) }
    }
    result.extras.vcpuLists[.queueOrder] = lists.isEmpty ? nil : lists
    if let instances = result.extras.vcpuLists[.instanceOrder],
      instances == VCPULists(usualInstances(snapshot))
    {
      result.extras.vcpuLists[.instanceOrder] = nil
    }
    return result
  }
}
