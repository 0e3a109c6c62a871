internal import SDEIModel

/// Which structures a state has in which list.
///
/// Lists that the state stores are taken as they are. Else the VM's list has the shared events with
/// a registered handler, and a vCPU's own the other events that are registered there, ascending.
/// What series v5 stores as one list of all is parted by the events' types.
struct KVMSplitLists {
  /// The exposed events, in the list's order.
  let exposed: [EventNumber]
  /// The VM's registered events, in the list's order.
  let shared: [EventNumber]
  private let snapshot: Snapshot
  private let storedInstances: VCPULists?
  private let storedQueues: VCPULists

  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    storedInstances = snapshot.extras.vcpuLists[.instanceOrder]
    storedQueues = snapshot.extras.vcpuLists[.queueOrder] ?? VCPULists()
    exposed = KVMLists.exposed(snapshot).filter {
      Self.fits($0) && snapshot.events[$0]?.definition != nil
    }
    shared = Self.sharedList(snapshot).filter(Self.fits)
  }

  /// Whether a number fits in the structures of events.
  static func fits(_ number: EventNumber) -> Bool {
    number.rawValue <= KVMSplitLayout.largestNumber
  }

  private static func sharedList(_ snapshot: Snapshot) -> [EventNumber] {
    func isShared(_ number: EventNumber) -> Bool { snapshot.events[number]?.isShared == true }
    let stored = snapshot.extras.lists[.registeredOrder]
    guard let instances = snapshot.extras.vcpuLists[.instanceOrder] else {
      return (stored ?? KVMLists.usualRegistered(snapshot)).filter(isShared)
    }
    if let stored { return stored }
    let first = Set(instances[0] ?? [])
    return snapshot.events.filter {
      $0.isShared && $0.registered.contains(0) && !first.contains($0.number)
    }.map(\.number)
  }

  /// How many structures the vCPUs' own lists have, all together; O(events + items + ranges).
  var instanceCount: UInt64 {
    count(storedInstances ?? VCPULists()) { event in
      Self.fits(event.number) && !event.isShared ? event.registered : Bitmap()
    }
  }

  /// How many structures the queues have, all together; O(events + items + ranges).
  var queueCount: UInt64 { count(storedQueues) { $0.pending.support } }

  private func count(_ stored: VCPULists, usual: (Event) -> Bitmap) -> UInt64 {
    let all = Bitmap(below: snapshot.vcpus.count)
    let told = Bitmap(stored.items.lazy.map(\.vcpus)).intersection(all)
    var count: UInt64 = 0
    for item in stored.items {
      // At most 2^32 vCPUs, each with fewer than 2^31 events.
      count &+= Bitmap(item.vcpus).intersection(all).count * UInt64(item.events.count)
    }
    let rest = all.subtracting(told)
    for event in snapshot.events { count &+= usual(event).intersection(rest).count }
    return count
  }

  /// Each vCPU's own list of registered events, as it is written; O(vCPUs + structures): callers
  /// bound both first.
  func instances() -> [UInt32: [EventNumber]] {
    toldInstances().mapValues { $0.filter(Self.fits) }
  }

  /// The same with the numbers that do not fit.
  private func toldInstances() -> [UInt32: [EventNumber]] {
    var lists = KVMLists.usualInstances(snapshot)
    let shared = Set(shared)
    lists[0] = lists[0]?.filter { !shared.contains($0) }
    replace(&lists, by: storedInstances ?? VCPULists())
    return lists
  }

  /// Each vCPU's queue; O(vCPUs + structures): callers bound both first.
  func queues() -> [UInt32: [EventNumber]] {
    let all = Bitmap(below: snapshot.vcpus.count)
    var lists: [UInt32: [EventNumber]] = [:]
    for event in snapshot.events {
      event.pending.restricted(to: all).forEachValue { vcpu, _ in
        lists[vcpu, default: []].append(event.number)
      }
    }
    replace(&lists, by: storedQueues)
    return lists
  }

  private func replace(_ lists: inout [UInt32: [EventNumber]], by stored: VCPULists) {
    for item in stored.items where item.vcpus.first < snapshot.vcpus.count {
      for vcpu in item.vcpus.first...min(item.vcpus.last, snapshot.vcpus.count - 1) {
        lists[vcpu] = item.events
      }
    }
  }
}

extension KVMSplitLists {
  /// The snapshot with its lists as import stores them, where that means the same.
  ///
  /// Costs what `instances` and `queues` cost.
  static func stored(_ snapshot: Snapshot) -> Snapshot {
    let lists = KVMSplitLists(snapshot)
    var result = snapshot
    let exposed = KVMLists.exposed(snapshot)
    result.extras.lists[.exposedOrder] = exposed.isEmpty ? nil : exposed
    if lists.tellsRegistered {
      result.extras.lists[.registeredOrder] = lists.shared.isEmpty ? nil : lists.shared
    }
    var instances = lists.toldInstances().filter { !$0.value.isEmpty }
    let isTold = (lists.storedInstances?[0] ?? []).isEmpty && instances[0] == nil
    if isTold, lists.shared.contains(where: { snapshot.events[$0]?.isShared != true }) {
      instances[0] = []
    }
    store(instances, .instanceOrder, snapshot, &result)
    store(lists.queues().filter { !$0.value.isEmpty }, .queueOrder, snapshot, &result)
    return result
  }

  /// Whether the lists as they are written tell all that the stored list of registered events does.
  private var tellsRegistered: Bool {
    guard let stored = snapshot.extras.lists[.registeredOrder] else { return true }
    if storedInstances != nil { return shared == stored }
    let others = stored.filter { snapshot.events[$0]?.isShared != true }
    if others.isEmpty { return shared == stored }
    let all = Bitmap(below: snapshot.vcpus.count)
    let registered = snapshot.events.filter {
      !$0.isShared && !$0.registered.intersection(all).isEmpty
    }
    // Nothing tells the order of events in different lists, unless it is the usual one.
    return zip(stored, stored.dropFirst()).allSatisfy { $0 < $1 }
      && others == registered.map(\.number) && stored.allSatisfy(Self.fits)
  }

  private static func store(
    _ lists: [UInt32: [EventNumber]],
    _ field: ExtraField,
    _ snapshot: Snapshot,
    _ result: inout Snapshot
  ) {
    var stored = VCPULists()
    for (vcpu, events) in lists.sorted(by: { $0.key < $1.key }) {
      stored.append(IndexRange(vcpu, vcpu), events)
    }
    // Lists of vCPUs that do not exist are not written: they stay, and so are told as lost. The one
    // of vCPU 0 may say that it is empty.
    for item in snapshot.extras.vcpuLists[field]?.items ?? []
    where item.vcpus.last >= snapshot.vcpus.count {
      let first = max(item.vcpus.first, snapshot.vcpus.count, stored.items.isEmpty ? 0 : 1)
      guard first <= item.vcpus.last else { continue }
      stored.append(IndexRange(first, item.vcpus.last), item.events)
    }
    result.extras.vcpuLists[field] = stored.isEmpty ? nil : stored
  }
}
