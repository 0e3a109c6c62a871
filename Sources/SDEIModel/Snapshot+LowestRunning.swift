extension Snapshot {
  /// The lowest of the events that are marked as running, for each vCPU that has such a mark.
  ///
  /// KVM v7's one context is that event's. Ranges ascend and do not meet; vCPUs that do not exist are
  /// left out.
  ///
  /// O(ranges x log ranges), however many vCPUs they hold.
  public func lowestRunning() -> [(vcpus: IndexRange, event: EventNumber)] {
    var marks: [(range: IndexRange, event: EventNumber)] = []
    for event in events where !event.running.isEmpty {
      for range in event.running.below(vcpus.count).ranges { marks.append((range, event.number)) }
    }
    // The vCPUs between two neighbouring ends of ranges have one owner.
    let ends = Set(marks.flatMap { [UInt64($0.range.first), UInt64($0.range.last) + 1] }).sorted()
    var owners = [EventNumber?](repeating: nil, count: ends.count)
    // The next part at or behind each that has no owner yet.
    var free = Array(0...ends.count)
    func nextFree(_ part: Int) -> Int {
      var part = part
      while free[part] != part {
        free[part] = free[free[part]]
        part = free[part]
      }
      return part
    }
    for mark in marks {
      let end = ends.partitioningIndex { $0 > UInt64(mark.range.last) }
      var part = nextFree(ends.partitioningIndex { $0 >= UInt64(mark.range.first) })
      while part < end {
        owners[part] = mark.event
        free[part] = part + 1
        part = nextFree(part)
      }
    }
    return owners.enumerated().compactMap { part, owner in
      owner.map { (IndexRange(UInt32(ends[part]), UInt32(ends[part + 1] - 1)), $0) }
    }
  }
}
