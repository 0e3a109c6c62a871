extension Snapshot {
  /// The same state in the bits and counts of another dialect.
  ///
  /// Only what dialects write differently changes: whether a pending count includes the occurrence
  /// that is being handled, whether `registered` stays set while an unregistration waits, and
  /// whether marks or contexts tell what runs. Extras that the other dialect does not have are gone;
  /// everything else stays as stored, also what the other dialect's formats can not hold.
  /// O(runs + contexts), and `contextsNeeded`, which callers bound first.
  public func expressed(in target: DialectID) -> Snapshot {
    let source = instance.dialect
    guard source != target else { return self }
    var result = self
    result.instance.dialect = target
    result.dropExtras(of: target)
    let running = RunningVCPUs(self)
    result.contexts = expressedContexts(in: target, running)
    result.events.updateAll { event in
      let vcpus = running[event.number]
      if source.pendingIncludesRunning != target.pendingIncludesRunning {
        event.pending = event.pending.adjusted(
          by: running.occurrences[event.number] ?? Column(),
          isAdded: target.pendingIncludesRunning
        )
      }
      event.expressUnregistration(from: source, in: target, running: vcpus)
      event.running =
        target.marksRunning
        ? event.running.union(event.isShared && !vcpus.isEmpty ? Bitmap(below: 1) : vcpus)
        : event.running.subtracting(event.isShared ? Bitmap(below: vcpus.isEmpty ? 0 : 1) : vcpus)
    }
    return result
  }

  /// What a context that re-expressing makes may take in memory, in bytes, all told.
  public static let contextCost: UInt64 = 512

  /// How many contexts re-expressing must make: KVM v7's marks tell what runs on any number of vCPUs,
  /// where other dialects have a context for each.
  public func contextsNeeded(in target: DialectID) -> UInt64 {
    guard instance.dialect != target, !instance.dialect.numbersContexts else { return 0 }
    let running = events.reduce(into: Bitmap()) { $0.formUnion($1.running) }
    return running.below(vcpus.count).count
  }

  private mutating func dropExtras(of target: DialectID) {
    for field in ExtraField.allCases where !field.dialects.contains(target) {
      extras.values[field] = nil
      extras.lists[field] = nil
      extras.vcpuValues[field] = nil
      extras.vcpuLists[field] = nil
    }
    events.updateAll { event in
      for item in event.extras.items where !item.field.dialects.contains(target) {
        event.extras[item.field] = nil
      }
      for item in event.slotExtras.items where !item.field.dialects.contains(target) {
        event.slotExtras[item.field] = nil
      }
    }
  }

  private func expressedContexts(in target: DialectID, _ running: RunningVCPUs) -> ContextTable {
    var result: [Context] = []
    for context in contexts {
      var context = context
      let number = running.number(context.vcpu, context.level)
      if let stored = context.event, number == nil, target.namesEvent(stored) {
        context.event = nil
      }
      if let number { context.event = target.numbersContexts ? number : nil }
      if context.event != nil || !context.frame.isZero { result.append(context) }
    }
    guard target.numbersContexts, !instance.dialect.numbersContexts else {
      return ContextTable(result)
    }
    // A handler that runs over a frame of zeros had no context to stand in.
    running.forEachMarked { vcpu, number in
      guard contexts[vcpu, .normal] == nil else { return }
      result.append(Context(vcpu: vcpu, level: .normal, event: number, frame: .zero))
    }
    return ContextTable(result)
  }
}

/// A state and what it is in another dialect's bits, compared by what they mean.
public struct Reexpression {
  /// The state in the other dialect.
  public let expressed: Snapshot
  private let source: Snapshot
  private let before: RunningVCPUs
  private let after: RunningVCPUs

  /// Re-expresses a state; O(runs + contexts).
  ///
  /// Callers bound `contextsNeeded` first.
  public init(_ source: Snapshot, in target: DialectID) {
    self.source = source
    expressed = source.expressed(in: target)
    (before, after) = (RunningVCPUs(source), RunningVCPUs(expressed))
  }

  /// The events of which a count could not be said otherwise: it would be below 0 or above 32 bits.
  public var clamped: [EventNumber] {
    let (from, to) = (source.instance.dialect, expressed.instance.dialect)
    guard from.pendingIncludesRunning != to.pendingIncludesRunning else { return [] }
    return before.occurrences.filter { number, handled in
      let pending = source.events[number]?.pending ?? Column()
      var isClamped = false
      handled.forEachValue { vcpu, count in
        let value = pending[vcpu]
        isClamped =
          isClamped
          || (to.pendingIncludesRunning ? value + count > UInt64(UInt32.max) : value < count)
      }
      return isClamped
    }.keys.sorted()
  }

  /// Whether what differs at a place in the re-expressed state means the same there.
  ///
  /// Extras and the dialect itself never do; a context does as long as the same handler runs in it
  /// and no number that meant none is gone. O(log contexts).
  public func keepsMeaning(at difference: Difference) -> Bool {
    let field = difference.path.split(separator: ".").last ?? ""
    if ["pending", "registered", "enabled", "unregisterPending", "running"].contains(field) {
      return !difference.path.hasPrefix("extras")
    }
    guard difference.path.hasPrefix("contexts["),
      let vcpu = UInt32(difference.path.dropFirst(9).prefix { $0 != "]" })
    else { return false }
    let level: Level = field == Level.critical.name ? .critical : .normal
    let (mine, other) = (source.contexts[vcpu, level], expressed.contexts[vcpu, level])
    let running = before.number(vcpu, level)
    let isNumberKept = mine?.event == nil || running != nil
    return (mine?.frame ?? .zero) == (other?.frame ?? .zero) && isNumberKept
      && running == after.number(vcpu, level)
  }
}

/// On which vCPUs the handler of each event runs, by the meaning of the snapshot's dialect.
private struct RunningVCPUs {
  /// By event, how many levels of a vCPU handle it.
  private(set) var occurrences: [EventNumber: Column] = [:]
  private var numbers: [Level: [UInt32: EventNumber]] = [:]
  /// Where marks tell what runs, and contexts have no number.
  private var marked: [(vcpus: IndexRange, event: EventNumber)] = []

  init(_ snapshot: Snapshot) {
    guard snapshot.instance.dialect.numbersContexts else {
      marked = snapshot.lowestRunning()
      var ranges: [EventNumber: [IndexRange]] = [:]
      for mark in marked { ranges[mark.event, default: []].append(mark.vcpus) }
      occurrences = ranges.mapValues { Column(1, at: Bitmap($0)) }
      return
    }
    var counts: [EventNumber: [UInt32: UInt64]] = [:]
    for context in snapshot.contexts {
      guard let number = snapshot.runningEvent(of: context) else { continue }
      numbers[context.level, default: [:]][context.vcpu] = number
      counts[number, default: [:]][context.vcpu, default: 0] += 1
    }
    for (number, vcpus) in counts {
      var builder = ColumnBuilder()
      for vcpu in vcpus.keys.sorted() { builder.append(vcpu, vcpus[vcpu] ?? 0) }
      occurrences[number] = builder.finish()
    }
  }

  /// The vCPUs that run an event's handler.
  subscript(number: EventNumber) -> Bitmap { occurrences[number]?.support ?? Bitmap() }

  /// The event that a level of a vCPU handles; O(log marks).
  func number(_ vcpu: UInt32, _ level: Level) -> EventNumber? {
    if let number = numbers[level]?[vcpu] { return number }
    guard level == .normal else { return nil }
    let place = marked.partitioningIndex { $0.vcpus.last >= vcpu }
    guard place < marked.count, marked[place].vcpus.first <= vcpu else { return nil }
    return marked[place].event
  }

  /// What marks tell of the normal level, ascending by vCPU; O(vCPUs that run a handler).
  func forEachMarked(_ body: (UInt32, EventNumber) -> Void) {
    for mark in marked {
      for vcpu in mark.vcpus.first...mark.vcpus.last { body(vcpu, mark.event) }
    }
  }
}

extension Column {
  /// Counts with those of another column added or taken away; none goes below 0 or beyond 32 bits.
  fileprivate func adjusted(by other: Column, isAdded: Bool) -> Column {
    var builder = ColumnBuilder()
    other.forEachValue { index, count in
      let value = self[index]
      builder.append(
        index,
        isAdded ? min(value + count, UInt64(UInt32.max)) : value - min(count, value)
      )
    }
    return removing(other.support).overlaid(with: builder.finish())
  }
}

extension Event {
  /// The handlers that wait for their unregistration, from one dialect's bits to another's.
  fileprivate mutating func expressUnregistration(
    from source: DialectID,
    in target: DialectID,
    running: Bitmap
  ) {
    // Slot 0 of an event of which nothing is known may be a shared one's: then it runs registered.
    if definition == nil && registered.contains(0) { return }
    let slots = isShared && !running.isEmpty ? running.union(Bitmap(below: 1)) : running
    switch (source.keepsRegisteredWhilePending, target.keepsRegisteredWhilePending) {
    case (true, false):
      let leaving = unregisterPending.intersection(slots)
      registered.subtract(leaving)
      enabled.subtract(leaving)
      unregisterPending.subtract(leaving)
    case (false, true):
      let handled = isShared && !running.isEmpty ? Bitmap(below: 1) : running
      let leaving = handled.subtracting(registered)
      registered.formUnion(leaving)
      unregisterPending.formUnion(leaving)
    default: break
    }
  }
}
