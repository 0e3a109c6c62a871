import SDEIEngine
import SDEIModel

/// Sets what `MigrationPort` says of a state against what a live engine does with its commands.
struct PortComparison {
  let source: Dispatcher
  let outcome: LoadOutcome
  let moved: MigrationOutcome

  /// Nil for a dialect without a migration ABI.
  init?(_ source: Dispatcher) throws {
    guard let outcome = MigrationPort.load(source.snapshot(), into: source.dialect.id) else {
      return nil
    }
    self.source = source
    self.outcome = outcome
    moved = try source.migrated()
  }

  var vcpus: Range<UInt32> { 0..<source.vcpuCount }

  /// The vCPUs that are asked to look at the destination.
  var requests: Bitmap { moved.destination.snapshot().vcpus.deliveryRequest }

  /// Where the two differ: a command's errno, a vCPU's first errno, or the delivery requests.
  var differences: [String] {
    var result: [String] = []
    func compare<Value: Equatable>(_ what: String, _ folded: Value, _ live: Value) {
      if folded != live { result.append("\(what): folded \(folded), live \(live)") }
    }
    var queueErrnos: [UInt32: Errno] = [:]
    for (command, errno) in moved.commands {
      for (what, folded) in foldedErrnos(command) { compare(what, folded, errno) }
      if case .setQueue(_, let vcpu) = command, queueErrnos[vcpu] == nil {
        queueErrnos[vcpu] = errno
      }
    }
    let queue: LoadCommand = source.dialect.id == .kvmV4 ? .setVEvent : .setVCPUEvent
    for vcpu in vcpus {
      compare("first queue errno of vCPU \(vcpu)", outcome.errno(queue, vcpu), queueErrnos[vcpu])
    }
    compare("loads", outcome.isLoaded, moved.isLoaded)
    compare("requests", outcome.deliveryRequests, requests)
    return result
  }

  /// What the folded port says of a command.
  private func foldedErrnos(_ command: KVMCommand) -> [(String, Errno?)] {
    switch (source.dialect.id, command) {
    case (.kvmV4, .setExposed(let entries)):
      entries.map { ("SET_EVENT \($0.number)", outcome.errno(.setEvent, of: $0.number)) }
    case (.kvmV4, .setRegistered(let entries)):
      entries.map {
        ("SET_KEVENT \($0.event.number)", outcome.errno(.setKEvent, of: $0.event.number))
      }
    case (.kvmV4, .setQueue(let entries, let vcpu)):
      entries.map {
        ("SET_VEVENT \($0.number) on \(vcpu)", outcome.errno(.setVEvent, of: $0.number, vcpu))
      }
    case (.kvmV5, .setExposed): [("SET_EXPOSED_EVENT", outcome.errno(.setExposedEvent))]
    case (.kvmV5, .setRegistered):
      [("SET_REGISTERED_EVENT", outcome.errno(.setRegisteredEvent))]
    case (.kvmV5, .setQueue(_, let vcpu)):
      [("SET_VCPU_EVENT on \(vcpu)", outcome.errno(.setVCPUEvent, vcpu))]
    case (_, .setState(_, let vcpu)):
      [("SET_VCPU_STATE on \(vcpu)", outcome.errno(.setVCPUState, vcpu))]
    case (_, .setRegister(_, let vcpu)):
      [("KVM_SET_ONE_REG on \(vcpu)", outcome.errno(.setOneReg, vcpu))]
    default: [("a command of another dialect", .notPermitted)]
    }
  }

  /// Whether a hazard is told of a vCPU or slot, for some event or for one.
  func tells(_ id: String, _ vcpu: UInt32? = nil, _ event: EventNumber? = nil) -> Bool {
    outcome.hazards.contains { hazard in
      hazard.rule.id == id && (event == nil || hazard.event == event)
        && (vcpu == nil || hazard.vcpus?.contains(vcpu ?? 0) == true)
    }
  }
}
