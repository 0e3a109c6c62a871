internal import SDEIModel

extension KVMSplitDecoder {
  /// Puts together what was collected list by list.
  mutating func finish() throws(DecodeError) {
    for (field, builder) in vcpuExtras {
      snapshot.extras.vcpuValues[field] = builder.finish()
    }
    snapshot.vcpus.masked = masked.finish()
    snapshot.contexts = ContextTable(contexts)
    snapshot.extras.lists[.registeredOrder] = sharedOrder.isEmpty ? nil : sharedOrder
    snapshot.extras.vcpuLists[.instanceOrder] = instanceLists.isEmpty ? nil : instanceLists
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    exposed.sort { $0.number < $1.number }
    instances.sort { ($0.number, $0.slot) < ($1.number, $1.slot) }
    entries.sort { ($0.number, $0.vcpu) < ($1.number, $1.vcpu) }
    try checkSlots()
    snapshot.events = collectedEvents()
  }

  /// Refuses an event in the VM's list and in vCPU 0's: both would live in slot 0.
  private func checkSlots() throws(DecodeError) {
    for (one, other) in zip(instances, instances.dropFirst())
    where one.number == other.number && one.slot == other.slot {
      let (first, second) = (min(one.offset, other.offset), max(one.offset, other.offset))
      throw DecodeError(
        .duplicate,
        at: second,
        "GET_VCPU_REGISTERED_EVENT[vCPU 0].num",
        found: "event \(one.number), which is also in the VM's list, at byte \(first)",
        expected: "an event in the VM's list or in those of vCPUs"
      )
    }
  }

  /// The events of all lists; each list is sorted by number.
  private mutating func collectedEvents() -> EventTable {
    var result: [Event] = []
    result.reserveCapacity(distinctNumbers())
    var (i, j, k) = (0, 0, 0)
    while true {
      let heads = [
        i < exposed.count ? exposed[i].number : nil,
        j < instances.count ? instances[j].number : nil,
        k < entries.count ? entries[k].number : nil,
      ]
      guard let number = heads.compactMap(\.self).min() else { break }
      var event = Event(number)
      var isListed = false
      if i < exposed.count, exposed[i].number == number {
        isListed = true
        event.define(exposed[i])
        i += 1
      }
      let firstInstance = j
      while j < instances.count, instances[j].number == number { j += 1 }
      if j > firstInstance {
        isListed = true
        event.take(instances[firstInstance..<j])
      }
      let firstEntry = k
      while k < entries.count, entries[k].number == number { k += 1 }
      event.queue(entries[firstEntry..<k])
      // An entry with a count of 0 makes no event: the queue's order tells of it.
      let isQueued = !event.pending.isEmpty || event.slotExtras[.queuePadding] != nil
      if isListed || isQueued { result.append(event) }
    }
    (exposed, instances, entries) = ([], [], [])
    return EventTable(result)
  }

  /// At least as many as there are numbers, and no more than three times that.
  private func distinctNumbers() -> Int {
    func changes(_ number: (Int) -> EventNumber, _ count: Int) -> Int {
      (0..<count).count { $0 == 0 || number($0) != number($0 - 1) }
    }
    return exposed.count + changes({ instances[$0].number }, instances.count)
      + changes({ entries[$0].number }, entries.count)
  }
}

extension Event {
  fileprivate mutating func define(_ exposed: SplitExposed) {
    definition = EventDefinition(
      type: EventType(rawValue: exposed.type),
      priority: EventPriority(rawValue: exposed.priority),
      isSignalable: exposed.signaled != 0
    )
    extras[.signaled] = exposed.signaled > 1 ? UInt64(exposed.signaled) : nil
    extras[.exposedPadding] = exposed.padding == 0 ? nil : UInt64(exposed.padding)
  }

  fileprivate mutating func queue(_ entries: ArraySlice<QueueEntry>) {
    guard !entries.isEmpty else { return }
    var (counts, paddings) = (ColumnBuilder(), ColumnBuilder())
    for entry in entries {
      counts.append(entry.vcpu, UInt64(entry.count))
      paddings.append(entry.vcpu, UInt64(entry.padding))
    }
    pending = counts.finish()
    let padding = paddings.finish()
    slotExtras[.queuePadding] = padding.isEmpty ? nil : padding
  }
}
