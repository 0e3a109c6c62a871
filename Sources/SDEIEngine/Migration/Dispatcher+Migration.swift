public import SDEIModel

/// What became of a migration through a dialect's own commands.
public struct MigrationOutcome: Sendable {
  /// The commands in their order, each with the errno it returned; nil for success.
  public var commands: [(command: KVMCommand, errno: Errno?)]
  /// The new instance, with whatever it accepted.
  public var destination: Dispatcher
  /// Whether what the destination's GET commands tell is what the source's told.
  public var isSame: Bool
  /// The vCPUs that were asked to look for an event on the source and are not on the destination.
  public var requestsLost: Bitmap
  /// The vCPUs that are asked to look on the destination and were not on the source.
  public var requestsGained: Bitmap

  /// Whether every command succeeded.
  public var isLoaded: Bool { commands.allSatisfy { $0.errno == nil } }
}

extension Dispatcher {
  /// What a command does where the original never returns from it; nil for all others.
  public func undefined(by command: KVMCommand) -> Undefined? {
    if case .inject = command, dialect.id == .kvmV4 { return .selfDeadlock }
    return nil
  }

  /// Does one SET command.
  ///
  /// Nil for success. A command that the dialect does not have, or on a vCPU
  /// that does not exist, is -EINVAL.
  public mutating func apply(_ command: KVMCommand) -> Errno? {
    if let vcpu = command.vcpu, vcpu >= vcpuCount { return .invalid }
    switch (dialect.id, command) {
    case (.kvmV5, .setExposed(let entries)): return setExposedV5(entries)
    case (.kvmV5, .setRegistered(let entries)): return setRegisteredV5(entries)
    case (.kvmV5, .setQueue(let entries, let vcpu)): return setQueueV5(entries, vcpu)
    case (.kvmV5, .setState(let entry, let vcpu)): return setStateV5(entry, vcpu)
    case (.kvmV4, .setExposed(let entries)): return each(entries) { $0.setExposedV4($1) }
    case (.kvmV4, .setRegistered(let entries)): return each(entries) { $0.setRegisteredV4($1) }
    case (.kvmV4, .setQueue(let entries, let vcpu)):
      return each(entries) { $0.setQueueV4($1, vcpu) }
    case (.kvmV4, .setState(let entry, let vcpu)): return setStateV4(entry, vcpu)
    case (.kvmV7, .setRegister(let register, let vcpu)):
      setRegisterV7(register, vcpu)
      return nil
    case (.kvmV5, .inject(let number, let vcpu)):
      guard case .value(let value) = inject(number, on: vcpu).answer, value < 0 else { return nil }
      return Errno(rawValue: Int32(truncatingIfNeeded: -value))
    default: return .invalid
    }
  }

  private mutating func each<Entry>(
    _ entries: [Entry],
    _ body: (inout Dispatcher, Entry) -> Errno?
  ) -> Errno? {
    for entry in entries {
      if let errno = body(&self, entry) { return errno }
    }
    return nil
  }

  /// The commands that would put this state into a new instance, in the order a restore must use.
  ///
  /// Nothing for a dialect without a migration ABI. A vCPU in reset state gets its commands, too.
  public func save() -> [KVMCommand] {
    switch dialect.id {
    case .kvmV4, .kvmV5: saveLists()
    case .kvmV7:
      (0..<vcpuCount).flatMap { vcpu in
        registersV7(vcpu).map { .setRegister($0, vcpu: vcpu) }
      }
    case .specification, .tfA, .qemuRFC: []
    }
  }

  private func saveLists() -> [KVMCommand] {
    let isSingle = dialect.id == .kvmV4
    var commands: [KVMCommand] = []
    let builtIn = isSingle ? KVMv4Rules.builtIn : nil
    let exposed = exposedList.filter { $0 != builtIn }.map { exposedEntry($0) }
    let registered = registeredList.map { registeredEntry($0) }
    if isSingle {
      commands += exposed.map { .setExposed([$0]) } + registered.map { .setRegistered([$0]) }
    } else {
      commands += [.setExposed(exposed), .setRegistered(registered)]
    }
    for vcpu in 0..<vcpuCount {
      let queue = queuedEntries(vcpu)
      if isSingle {
        commands += queue.map { .setQueue([$0], vcpu: vcpu) }
      } else if !queue.isEmpty {
        commands.append(.setQueue(queue, vcpu: vcpu))
      }
      commands.append(.setState(stateEntry(vcpu), vcpu: vcpu))
    }
    return commands
  }

  /// KVM's exposed events, in the order of exposure.
  public var exposedNumbers: [EventNumber] { exposedList }

  /// KVM's registered events, in the order of first registration.
  public var registeredNumbers: [EventNumber] { registeredList }

  /// What KVM v7's KVM_GET_ONE_REG tells of a vCPU, in the order of KVM_GET_REG_LIST.
  ///
  /// Nothing for a vCPU that does not exist.
  public func registers(of vcpu: UInt32) -> [KVMv7Register] {
    vcpu < vcpuCount ? registersV7(vcpu) : []
  }

  /// What GET tells of an exposed event.
  public func exposedEntry(_ number: EventNumber) -> KVMCommand.ExposedEntry {
    let position = position(of: number)
    let event = position >= 0 ? events[position] : EventState(number, nil)
    let definition = event.definition
    return KVMCommand.ExposedEntry(
      number: number,
      type: definition?.type ?? .private,
      signaled: UInt8(
        truncatingIfNeeded: event.extras[.signaled] ?? (definition?.isSignalable == true ? 1 : 0)
      ),
      priority: definition?.priority ?? .normal,
      padding: event.extras[.exposedPadding] ?? 0,
      notifier: event.extras[.notifier] ?? 0
    )
  }

  /// What GET tells of a registered event.
  public func registeredEntry(_ number: EventNumber) -> KVMCommand.RegisteredEntry {
    let position = position(of: number)
    guard position >= 0 else { return KVMCommand.RegisteredEntry(event: Event(number)) }
    return KVMCommand.RegisteredEntry(
      event: saved(events[position]),
      refcount: events[position].count
    )
  }

  /// What GET tells of a vCPU's queue: the critical one, then the normal one.
  public func queuedEntries(_ vcpu: UInt32) -> [KVMCommand.QueuedEntry] {
    guard vcpu < vcpuCount else { return [] }
    let state = vcpus[Int(vcpu)]
    return (state.criticalQueue + state.normalQueue).map { queued in
      let position = position(of: queued.number)
      return KVMCommand.QueuedEntry(
        number: queued.number,
        count: position >= 0 ? events[position][vcpu].pending : 0,
        padding: queued.padding
      )
    }
  }

  /// What GET tells of a vCPU.
  public func stateEntry(_ vcpu: UInt32) -> KVMCommand.StateEntry {
    guard vcpu < vcpuCount else { return KVMCommand.StateEntry(masked: 0) }
    let state = vcpus[Int(vcpu)]
    return KVMCommand.StateEntry(
      masked: state.masked,
      padding: cargo.vcpuValues[.vcpuPadding]?[vcpu] ?? 0,
      critical: state.critical.stored,
      normal: state.normal.stored,
      criticalFrame: state.critical.frame,
      normalFrame: state.normal.frame
    )
  }

  /// Saves the state and loads it into a new instance of the same dialect, command by command; a
  /// refused command changes nothing, and the next one follows.
  public func migrated() throws(StartError) -> MigrationOutcome {
    var fresh = Snapshot.fresh(dialect, vcpus: vcpuCount)
    fresh.instance = instance
    var destination = try Dispatcher(fresh, dialect: dialect, maxMemory: maxMemory)
    destination.interrupts = interrupts
    destination.ownPointers = ownPointers
    var commands: [(command: KVMCommand, errno: Errno?)] = []
    for command in save() { commands.append((command, destination.apply(command))) }
    let (before, after) = (snapshot(), destination.snapshot())
    return MigrationOutcome(
      commands: commands,
      destination: destination,
      isSame: destination.save() == save(),
      requestsLost: before.vcpus.deliveryRequest.subtracting(after.vcpus.deliveryRequest),
      requestsGained: after.vcpus.deliveryRequest.subtracting(before.vcpus.deliveryRequest)
    )
  }
}

extension KVMCommand {
  /// The vCPU on whose file descriptor the command is issued, nil for the VM's.
  public var vcpu: UInt32? {
    switch self {
    case .setExposed, .setRegistered: nil
    case .setQueue(_, let vcpu), .setState(_, let vcpu), .setRegister(_, let vcpu),
      .inject(_, let vcpu):
      vcpu
    }
  }
}
