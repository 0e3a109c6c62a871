internal import SDEIModel

/// The SET commands of KVM v2 to v4 (patches v2-16 and v2-17): one entry each.
extension Dispatcher {
  /// SET_EVENT.
  mutating func setExposedV4(_ entry: KVMCommand.ExposedEntry) -> Errno? {
    if !rules.isSupported(entry.number) || !entry.type.isDefined || !entry.priority.isDefined {
      return .invalid
    }
    if position(of: entry.number) >= 0 { return .exists }
    exposeEntry(entry, entry.event)
    return nil
  }

  /// SET_KEVENT.
  mutating func setRegisteredV4(_ entry: KVMCommand.RegisteredEntry) -> Errno? {
    let number = entry.event.number
    if !rules.isSupported(number) || !entry.event.routing.mode.isDefined { return .invalid }
    if position(of: number) < 0 { return .noEntry }
    if registeredList.contains(number) { return .exists }
    registerEntry(entry)
    return nil
  }

  /// SET_VEVENT; it asks for a delivery whatever runs.
  mutating func setQueueV4(_ entry: KVMCommand.QueuedEntry, _ vcpu: UInt32) -> Errno? {
    if !rules.isSupported(entry.number) { return .invalid }
    guard registeredList.contains(entry.number) else { return .noEntry }
    if isQueued(position(of: entry.number), vcpu) { return .exists }
    queueEntry(entry, vcpu)
    vcpus[Int(vcpu)].isRequested = true
    return nil
  }

  /// SET_VCPU_STATE.
  ///
  /// As posted it looks up `critical_num` twice: `normal_num` is stored and never looked at, and
  /// the normal level gets the critical event (recorded: kvm-v4 faults 03, 04).
  mutating func setStateV4(_ entry: KVMCommand.StateEntry, _ vcpu: UInt32) -> Errno? {
    if let number = entry.critical, rules.isSupported(number) {
      let event = position(of: number)
      if event < 0 || !isQueued(event, vcpu) { return .invalid }
    }
    takeState(entry, vcpu)
    takeRunning(entry.critical, .critical, vcpu)
    takeRunning(entry.critical, .normal, vcpu)
    return nil
  }
}
