internal import SDEIModel

/// The lists of KVM v2 to v5 as a snapshot tells them, folded over vCPUs.
struct FoldedLists {
  /// The exposed list, in the kernel's order.
  let exposed: [EventNumber]
  /// The registered list, in the kernel's order.
  let registered: [EventNumber]
  /// By event, the vCPUs that have it in their queue.
  let queued: [EventNumber: Bitmap]
  private let orders: [VCPULists.Item]
  private let vcpuCount: UInt32

  init(_ snapshot: Snapshot) {
    exposed = KVMLists.exposed(snapshot)
    registered = KVMLists.registered(snapshot)
    vcpuCount = snapshot.vcpus.count
    queued = KVMLists.queued(snapshot).mapValues { [vcpuCount] in $0.below(vcpuCount) }
    orders = snapshot.extras.vcpuLists[.queueOrder]?.items ?? []
  }

  /// The queue entries that are faulty, whatever the vCPU: of those on one vCPU, the one that comes
  /// first in its queue comes first here.
  ///
  /// vCPUs for which that is one event are one entry.
  func entries(where isFaulty: (EventNumber) -> Bool) -> [(number: EventNumber, vcpus: Bitmap)] {
    let faulty = queued.keys.filter(isFaulty).sorted()
    guard !faulty.isEmpty else { return [] }
    let isFaulty = Set(faulty)
    var first: [EventNumber: [IndexRange]] = [:]
    var further: [EventNumber: [IndexRange]] = [:]
    for item in orders where item.vcpus.first < vcpuCount {
      let vcpus = IndexRange(item.vcpus.first, min(item.vcpus.last, vcpuCount - 1))
      for (place, number) in item.events.filter(isFaulty.contains).enumerated() {
        if place == 0 {
          first[number, default: []].append(vcpus)
        } else {
          further[number, default: []].append(vcpus)
        }
      }
    }
    // Where no order is told, the usual one is ascending. Only orders that name the event are cut
    // out, so that the cost follows the input.
    var result = faulty.map { number in
      let told = (first[number] ?? []) + (further[number] ?? [])
      return (number: number, vcpus: (queued[number] ?? Bitmap()).subtracting(Bitmap(told)))
    }
    for ranges in [first, further] {
      result += ranges.keys.sorted().map { ($0, Bitmap(ranges[$0] ?? [])) }
    }
    return result.filter { !$0.vcpus.isEmpty }
  }
}
