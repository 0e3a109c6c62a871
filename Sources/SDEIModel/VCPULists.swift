/// Lists of events by vCPU, folded: neighbours with equal lists are one item.
public struct VCPULists: Hashable, Sendable {
  /// The list of some neighbouring vCPUs.
  public struct Item: Hashable, Sendable {
    /// The vCPUs.
    public var vcpus: IndexRange
    /// Their events, in their own order.
    public var events: [EventNumber]
  }

  /// The vCPUs that have a list, ascending; items that touch have different lists.
  public private(set) var items: [Item] = []

  /// Makes an empty map.
  public init() {}

  /// Makes a map of the lists of single vCPUs that are not empty; O(n log n).
  public init(_ lists: [UInt32: [EventNumber]]) {
    for (vcpu, events) in lists.sorted(by: { $0.key < $1.key }) where !events.isEmpty {
      append(IndexRange(vcpu, vcpu), events)
    }
  }

  /// Whether no vCPU has a list.
  public var isEmpty: Bool { items.isEmpty }

  /// The list of a vCPU, nil for none; O(log items).
  public subscript(vcpu: UInt32) -> [EventNumber]? {
    let position = items.partitioningIndex { $0.vcpus.last >= vcpu }
    guard position < items.count, items[position].vcpus.first <= vcpu else { return nil }
    return items[position].events
  }

  /// Gives vCPUs behind all others a list; O(1).
  public mutating func append(_ vcpus: IndexRange, _ events: [EventNumber]) {
    guard let last = items.last else {
      return items.append(Item(vcpus: vcpus, events: events))
    }
    precondition(vcpus.first > last.vcpus.last, "vCPUs must ascend")
    if vcpus.first == last.vcpus.last + 1, last.events == events {
      items[items.count - 1].vcpus.last = vcpus.last
    } else {
      items.append(Item(vcpus: vcpus, events: events))
    }
  }

  /// The lists of the vCPUs in a set; O(log items) for each range, and the items in them.
  package func restricted(to indexes: Bitmap) -> VCPULists {
    var result = VCPULists()
    indexes.forEachRange { range in
      var position = items.partitioningIndex { $0.vcpus.last >= range.first }
      while position < items.count && items[position].vcpus.first <= range.last {
        let item = items[position]
        let first = max(item.vcpus.first, range.first)
        result.append(IndexRange(first, min(item.vcpus.last, range.last)), item.events)
        position += 1
      }
    }
    return result
  }
}
