public import SDEIModel

extension Dispatcher {
  /// The state as a snapshot in the dialect's own terms; O(vCPUs + slots).
  ///
  /// An engine started from it goes on as this one does. KVM's lists are stored as their ABI has
  /// them. What is not SDEI state is not in it: registers, and what was stated about interrupts.
  public func snapshot() -> Snapshot {
    var result = Snapshot(instance: instance)
    result.vcpus = savedVCPUs()
    result.events = EventTable(events.map(saved))
    result.contexts = savedContexts()
    result.extras = cargo
    saveLists(&result)
    return result
  }

  private func savedVCPUs() -> VCPUs {
    var result = VCPUs(count: vcpuCount)
    var (masked, requested) = (BitmapBuilder(), BitmapBuilder())
    var (known, affinity) = (BitmapBuilder(), ColumnBuilder())
    var power = ColumnBuilder()
    for (index, vcpu) in vcpus.enumerated() {
      let at = IndexRange(UInt32(index), UInt32(index))
      if vcpu.isMasked { masked.append(at) }
      if vcpu.isRequested { requested.append(at) }
      if vcpu.power != .unknown { power.append(at.first, UInt64(vcpu.power.rawValue)) }
      if let value = vcpu.affinity {
        known.append(at)
        affinity.append(at.first, value.rawValue)
      }
    }
    result.masked = masked.finish()
    result.deliveryRequest = requested.finish()
    result.power = power.finish()
    result.affinityKnown = known.finish()
    result.affinity = affinity.finish()
    return result
  }

  func saved(_ event: EventState) -> Event {
    var result = Event(event.number, definition: event.definition)
    result.routing = event.routing
    var bitmaps = [BitmapBuilder](repeating: BitmapBuilder(), count: Self.savedMarks.count)
    var (pending, entry, argument) = (ColumnBuilder(), ColumnBuilder(), ColumnBuilder())
    let isMarked = dialect.id.marksRunning
    for (index, slot) in event.indexed where slot != Slot() {
      let at = UInt32(index)
      let marks = savedMarks(slot, isMarked: isMarked)
      for (place, mark) in Self.savedMarks.enumerated() where marks.contains(mark) {
        bitmaps[place].append(IndexRange(at, at))
      }
      pending.append(at, UInt64(slot.pending))
      entry.append(at, slot.entry)
      argument.append(at, slot.argument)
    }
    for (place, item) in Event.bitmaps.enumerated() {
      result[keyPath: item.path] = bitmaps[place].finish()
    }
    result.pending = pending.finish()
    result.entry = entry.finish()
    result.argument = argument.finish()
    result.extras = event.extras
    let field: ExtraField = rules.has(.refcountKept) ? .refcount : .registrationCount
    if event.count != event.usualCount(rules) { result.extras[field] = UInt64(event.count) + 1 }
    return result
  }

  /// The marks in the order of `Event.bitmaps`.
  private static let savedMarks: [Slot.Marks] = [
    .registered, .enabled, .running, .unregisterPending, .relative,
  ]

  private func savedMarks(_ slot: Slot, isMarked: Bool) -> Slot.Marks {
    isMarked ? slot.marks : slot.marks.subtracting(.running)
  }

  private func savedContexts() -> ContextTable {
    var contexts: [Context] = []
    for level in [Level.normal, .critical] {
      for (index, vcpu) in vcpus.enumerated() {
        let event = rules.has(.runningMarksOnly) ? nil : vcpu[level].stored
        if event == nil && vcpu[level].frame.isZero { continue }
        contexts.append(
          Context(vcpu: UInt32(index), level: level, event: event, frame: vcpu[level].frame)
        )
      }
    }
    return ContextTable(contexts)
  }

  private func saveLists(_ result: inout Snapshot) {
    guard rules.has(.kernelObjects) else { return }
    result.extras.lists[.exposedOrder] = exposedList.isEmpty ? nil : exposedList
    result.extras.lists[.registeredOrder] = registeredList.isEmpty ? nil : registeredList
    var (queues, masked) = (VCPULists(), ColumnBuilder())
    var paddings: [EventNumber: ColumnBuilder] = [:]
    for (index, vcpu) in vcpus.enumerated() {
      let at = UInt32(index)
      if vcpu.masked > 1 { masked.append(at, UInt64(vcpu.masked)) }
      let queue = vcpu.criticalQueue + vcpu.normalQueue
      if queue.isEmpty { continue }
      queues.append(IndexRange(at, at), queue.map(\.number))
      for queued in queue where queued.padding != 0 {
        paddings[queued.number, default: ColumnBuilder()].append(at, UInt64(queued.padding))
      }
    }
    result.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    let raw = masked.finish()
    result.extras.vcpuValues[.masked] = raw.isEmpty ? nil : raw
    for (number, padding) in paddings {
      result.events.update(number) { $0.slotExtras[.queuePadding] = padding.finish() }
    }
  }
}
