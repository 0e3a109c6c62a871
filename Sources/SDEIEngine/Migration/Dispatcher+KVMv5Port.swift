internal import SDEIModel

/// KVM v5's SET commands (series v5, patches 18 and 19); a list is taken as a whole or not at all.
extension Dispatcher {
  mutating func setExposedV5(_ entries: [KVMCommand.ExposedEntry]) -> Errno? {
    if exposedList.count + entries.count > KVMv5Rules.maxEvents {
      return KVMv5Rules.exposedCount.errno
    }
    var destination = destination()
    for number in exposedList {
      let position = position(of: number)
      guard position >= 0 else { continue }
      let event = events[position]
      destination.definitions[number] = event.definition
      destination.signaled[number] = event.extras[.signaled]
    }
    let events = entries.map(\.event)
    if let errno = Self.refusal(events, KVMv5Rules.exposedEntry, &destination) { return errno }
    for (entry, event) in zip(entries, events) { exposeEntry(entry, event) }
    return nil
  }

  mutating func exposeEntry(_ entry: KVMCommand.ExposedEntry, _ event: Event) {
    let isKnown = exposedList.contains(entry.number)
    if let definition = event.definition { define(entry.number, definition) }
    if !isKnown { exposedList.append(entry.number) }
    let position = position(of: entry.number)
    guard position >= 0 else { return }
    if !isKnown {
      events[position].extras[.signaled] = event.extras[.signaled]
      events[position].extras[.exposedPadding] = entry.padding == 0 ? nil : entry.padding
    }
    events[position].extras[.notifier] = entry.notifier == 0 ? nil : entry.notifier
  }

  mutating func setRegisteredV5(_ entries: [KVMCommand.RegisteredEntry]) -> Errno? {
    if registeredList.count + entries.count > KVMv5Rules.maxEvents {
      return KVMv5Rules.registeredCount.errno
    }
    var destination = destination()
    let events = entries.map(\.event)
    if let errno = Self.refusal(events, KVMv5Rules.registeredEntry, &destination) { return errno }
    for entry in entries { registerEntry(entry) }
    return nil
  }

  /// Makes the object of a registered event.
  mutating func registerEntry(_ entry: KVMCommand.RegisteredEntry) {
    let position = position(of: entry.event.number)
    guard position >= 0 else { return }
    events[position].forget()
    events[position].takeHandlers(
      of: entry.event.restricted(to: Bitmap(below: max(MigrationPort.maxVCPUs, vcpuCount)))
    )
    events[position].count = entry.refcount
    for field in [ExtraField.registeredPadding, .registeredHole] {
      events[position].extras[field] = entry.event.extras[field]
    }
    registeredList.append(entry.event.number)
  }

  mutating func setQueueV5(_ entries: [KVMCommand.QueuedEntry], _ vcpu: UInt32) -> Errno? {
    var destination = destination()
    let events = entries.map { Event($0.number) }
    if let errno = Self.refusal(events, KVMv5Rules.queuedEntry, &destination) { return errno }
    let queue = vcpus[Int(vcpu)].criticalQueue + vcpus[Int(vcpu)].normalQueue
    if Set(queue.map(\.number)).union(entries.map(\.number)).count > KVMv5Rules.maxEvents {
      return KVMv5Rules.queuedCount.errno
    }
    for entry in entries { queueEntry(entry, vcpu) }
    return nil
  }

  mutating func queueEntry(_ entry: KVMCommand.QueuedEntry, _ vcpu: UInt32) {
    let position = position(of: entry.number)
    guard position >= 0 else { return }
    enqueue(position, vcpu, padding: entry.padding)
    events[position][vcpu].pending &+= entry.count
  }

  mutating func setStateV5(_ entry: KVMCommand.StateEntry, _ vcpu: UInt32) -> Errno? {
    for (number, rule) in [
      (entry.critical, KVMv5Rules.runningCritical), (entry.normal, KVMv5Rules.runningNormal),
    ] {
      guard let number, rules.isSupported(number) else { continue }
      let event = position(of: number)
      if event < 0 || !isQueued(event, vcpu) { return rule.errno }
    }
    takeState(entry, vcpu)
    takeRunning(entry.critical, .critical, vcpu)
    takeRunning(entry.normal, .normal, vcpu)
    let state = vcpus[Int(vcpu)]
    if state.innermost == nil && !(state.criticalQueue.isEmpty && state.normalQueue.isEmpty) {
      vcpus[Int(vcpu)].isRequested = true
    }
    return nil
  }

  /// Stores a vCPU's state as given; what runs is told apart.
  mutating func takeState(_ entry: KVMCommand.StateEntry, _ vcpu: UInt32) {
    for level in Level.allCases {
      guard let number = vcpus[Int(vcpu)][level].running else { continue }
      let event = position(of: number)
      if event >= 0 { clearRunning(event, events[event].slot(of: vcpu)) }
      vcpus[Int(vcpu)][level].running = nil
    }
    vcpus[Int(vcpu)].masked = entry.masked
    vcpus[Int(vcpu)].critical.stored = entry.critical
    vcpus[Int(vcpu)].normal.stored = entry.normal
    vcpus[Int(vcpu)].critical.frame = entry.criticalFrame
    vcpus[Int(vcpu)].normal.frame = entry.normalFrame
    var padding = cargo.vcpuValues[.vcpuPadding] ?? Column()
    padding[vcpu] = entry.padding
    cargo.vcpuValues[.vcpuPadding] = padding.isEmpty ? nil : padding
  }

  /// Points a level at the event whose handler runs there.
  mutating func takeRunning(_ number: EventNumber?, _ level: Level, _ vcpu: UInt32) {
    guard let number, rules.isSupported(number) else { return }
    let event = position(of: number)
    guard event >= 0 else { return }
    vcpus[Int(vcpu)][level].running = number
    markRunning(event, events[event].slot(of: vcpu))
  }

  private func destination() -> LoadDestination {
    LoadDestination(exposed: Set(exposedList), registered: Set(registeredList))
  }

  private static func refusal(
    _ events: [Event],
    _ checks: [EntryRule],
    _ destination: inout LoadDestination
  ) -> Errno? {
    for event in events {
      if let broken = EntryRule.broken(by: event, checks, destination) { return broken.errno }
      destination.request.insert(event.number)
    }
    return nil
  }
}

extension Event {
  /// The handlers in some slots: those that the arrays of the ABI have.
  fileprivate func restricted(to slots: Bitmap) -> Event {
    var result = self
    for item in Self.bitmaps { result[keyPath: item.path].formIntersection(slots) }
    for item in Self.columns {
      result[keyPath: item.path] = result[keyPath: item.path].restricted(to: slots)
    }
    return result
  }
}

extension KVMCommand.ExposedEntry {
  /// The entry as the model has it.
  var event: Event {
    var event = Event(
      number,
      definition: EventDefinition(type: type, priority: priority, isSignalable: signaled != 0)
    )
    if signaled > 1 { event.extras[.signaled] = UInt64(signaled) }
    return event
  }
}
