internal import SDEIModel

/// The SET commands of KVM v2 to v4 (patches v2-16 and v2-17): one entry each.
extension Dispatcher {
  /// SET_EVENT.
  mutating func setExposedV4(_ entry: KVMCommand.ExposedEntry) -> Errno? {
    let event = entry.event
    let broken = EntryRule.broken(by: event, KVMv4Rules.exposedEntry, destination(entry.number))
    if let broken { return broken.errno }
    exposeEntry(entry, event)
    return nil
  }

  /// SET_KEVENT.
  mutating func setRegisteredV4(_ entry: KVMCommand.RegisteredEntry) -> Errno? {
    let destination = destination(entry.event.number)
    let broken = EntryRule.broken(by: entry.event, KVMv4Rules.registeredEntry, destination)
    if let broken { return broken.errno }
    registerEntry(entry)
    return nil
  }

  /// SET_VEVENT; it asks for a delivery whatever runs.
  mutating func setQueueV4(_ entry: KVMCommand.QueuedEntry, _ vcpu: UInt32) -> Errno? {
    let destination = destination(entry.number, vcpu)
    let broken = EntryRule.broken(by: Event(entry.number), KVMv4Rules.queuedEntry, destination)
    if let broken { return broken.errno }
    queueEntry(entry, vcpu)
    vcpus[Int(vcpu)].isRequested = true
    return nil
  }

  /// SET_VCPU_STATE.
  ///
  /// As posted it looks up `critical_num` twice: `normal_num` is stored and never looked at, and
  /// the normal level gets the critical event (fixtures/traces/kvm-v4/faults/03_* and 04_*).
  mutating func setStateV4(_ entry: KVMCommand.StateEntry, _ vcpu: UInt32) -> Errno? {
    if let number = entry.critical, rules.isSupported(number) {
      let event = position(of: number)
      if event < 0 || !isQueued(event, vcpu) { return KVMv4Rules.runningCritical.errno }
    }
    takeState(entry, vcpu)
    takeRunning(entry.critical, .critical, vcpu)
    takeRunning(entry.critical, .normal, vcpu)
    return nil
  }

  /// What the rules ask of the instance about one event, and the queue of a vCPU.
  private func destination(_ number: EventNumber, _ vcpu: UInt32? = nil) -> LoadDestination {
    let event = position(of: number)
    let isThere = event >= 0 && vcpu.map { isQueued(event, $0) } == true
    return LoadDestination(
      exposed: event >= 0 ? [number] : [],
      registered: registeredList.contains(number) ? [number] : [],
      queued: isThere ? [number] : []
    )
  }
}
