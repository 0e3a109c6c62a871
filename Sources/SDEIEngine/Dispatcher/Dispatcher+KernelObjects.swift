internal import SDEIModel

/// KVM v2 to v5 keep a heap object for each registered event, and one for each event that waits on
/// a vCPU; what a call does follows from their lives (arch/arm64/kvm/sdei.c of the series).
extension Dispatcher {
  /// UNREGISTER of KVM: what runs gets a mark, what waits is dropped.
  mutating func unregisterObject(_ event: Int, on vcpu: UInt32) -> ReturnCode {
    let index = events[event].slot(of: vcpu)
    let isRunning = dropQueued(event, events[event].isShared ? nil : vcpu)
    var slot = events[event][index]
    if isRunning {
      slot.marks.insert(.unregisterPending)
      if !rules.has(.pendingUnregisterKeepsBits) { slot.marks.remove([.registered, .enabled]) }
      events[event][index] = slot
      return .pending
    }
    slot.marks.remove([.registered, .enabled])
    events[event][index] = slot
    freeIfUnused(event)
    return .success
  }

  /// Drops an event from the queue of a vCPU, or of all; true where its handler runs.
  private mutating func dropQueued(_ event: Int, _ vcpu: UInt32?) -> Bool {
    let number = events[event].number
    let all = vcpu.map { $0..<$0 + 1 } ?? 0..<vcpuCount
    let running = all.filter { vcpus[Int($0)].runs(number) }
    for vcpu in all where !running.contains(vcpu) { dequeue(event, vcpu) }
    // What runs is counted, where everything is.
    let left: UInt32 = rules.has(.countsOccurrences) ? 1 : 0
    for vcpu in running { events[event][pendingSlot(event, vcpu)].pending = left }
    return !running.isEmpty
  }

  /// Takes an event out of a vCPU's queue; nothing of it waits any more.
  mutating func dequeue(_ event: Int, _ vcpu: UInt32) {
    let index = pendingSlot(event, vcpu)
    if events[event][index].pending != 0 { events[event][index].pending = 0 }
    leave(event, vcpu)
  }

  /// Takes an event out of a vCPU's queue.
  mutating func leave(_ event: Int, _ vcpu: UInt32) {
    let (number, level) = (events[event].number, events[event].level)
    vcpus[Int(vcpu)][queue: level].removeAll { $0.number == number }
  }

  /// Puts an event into a vCPU's queue, behind all others, unless it is there.
  mutating func enqueue(_ event: Int, _ vcpu: UInt32, padding: UInt32 = 0) {
    let (number, level) = (events[event].number, events[event].level)
    if vcpus[Int(vcpu)][queue: level].contains(where: { $0.number == number }) { return }
    vcpus[Int(vcpu)][queue: level].append(VCPUState.Queued(number: number, padding: padding))
  }

  /// Whether a queue holds exactly the objects of what waits or runs.
  var hasQueuedObjects: Bool { rules.has(.kernelObjects) && rules.has(.firstInFirstOut) }

  /// Whether an event waits or runs on a vCPU: whether KVM has an object for that.
  func isQueued(_ event: Int, _ vcpu: UInt32) -> Bool {
    guard hasQueuedObjects else {
      return events[event][pendingSlot(event, vcpu)].pending > 0 || isRunning(event, on: vcpu)
    }
    let number = events[event].number
    return vcpus[Int(vcpu)][queue: events[event].level].contains { $0.number == number }
  }

  /// Frees an event's object when no slot is registered any more.
  mutating func freeIfUnused(_ event: Int) {
    guard events[event].registeredCount == 0 else { return }
    let number = events[event].number
    registeredList.removeAll { $0 == number }
    events[event].forget()
    for field in [ExtraField.registeredPadding, .registeredHole] {
      events[event].extras[field] = nil
    }
  }

  /// Ends one occurrence of a handler that completed; undefined where something that is then freed
  /// is still pointed at, and nothing was changed.
  mutating func finishObject(_ event: Int, _ vcpu: UInt32, _ level: Level) -> Undefined? {
    let number = events[event].number
    let (index, waiting) = (events[event].slot(of: vcpu), pendingSlot(event, vcpu))
    let left = events[event][waiting].pending &- (rules.has(.countsOccurrences) ? 1 : 0)
    let other: Level = level == .normal ? .critical : .normal
    if left == 0 && vcpus[Int(vcpu)][other].running == number { return .useAfterFree }
    let isLeaving = events[event][index].marks.contains(.unregisterPending)
    let own = events[event][index].marks.contains(.registered) ? 1 : 0
    let isLast = isLeaving && events[event].registeredCount == own
    if isLast && isHeldElsewhere(number, besides: vcpu) { return .useAfterFree }
    vcpus[Int(vcpu)][level].running = nil
    vcpus[Int(vcpu)][level].stored = nil
    if left == 0 { dequeue(event, vcpu) } else { events[event][waiting].pending = left }
    if rules.has(.refcountKept) && rules.has(.countsOccurrences) { events[event].count &-= 1 }
    clearRunning(event, index)
    if isLeaving {
      events[event][index].marks.remove([.registered, .enabled])
      if !rules.has(.unregisterPendingStays) {
        events[event][index].marks.remove(.unregisterPending)
      }
      freeIfUnused(event)
    }
    return nil
  }

  private func isHeldElsewhere(_ number: EventNumber, besides vcpu: UInt32) -> Bool {
    vcpus.indices.contains { index in
      index != Int(vcpu)
        && (vcpus[index].runs(number)
          || (vcpus[index].criticalQueue + vcpus[index].normalQueue).contains {
            $0.number == number
          })
    }
  }
}
