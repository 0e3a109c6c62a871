import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Dumps and migrations.
extension KVMPlayer {
  mutating func dump(_ recorded: TraceValue) {
    if family == .kvmV7 { return dumpV7(recorded) }
    tally.check("version", recorded["version"]?.number, 0x10000)
    if family == .kvmV5 {
      let exposed = (recorded["exposed"]?.items ?? []).map(exposedEntry)
      let actual = dispatcher.exposedNumbers.map { dispatcher.exposedEntry($0) }
      tally.check("exposed", exposed, actual)
    }
    let registered = recorded["registered"]?.items ?? []
    let list = dispatcher.registeredNumbers
    tally.check("registered", registered.map { $0["num"]?.number }, list.map(\.rawValue))
    for (entry, number) in zip(registered, list) { checkRegistered(entry, number) }
    var listed: Set<UInt32> = []
    for entry in recorded["vcpus"]?.items ?? [] {
      let vcpu = UInt32(entry["vcpu"]?.number ?? 0)
      listed.insert(vcpu)
      checkVCPU(entry, vcpu)
    }
    let reset = KVMCommand.StateEntry(masked: 1)
    for vcpu in 0..<dispatcher.vcpuCount where !listed.contains(vcpu) {
      tally.check("vcpu \(vcpu)", reset, dispatcher.stateEntry(vcpu))
      tally.check("vcpu \(vcpu) queue", [], dispatcher.queuedEntries(vcpu))
      tally.check("vcpu \(vcpu) req", false, dispatcher.isDeliveryRequested(vcpu))
    }
  }

  mutating func checkRegistered(_ recorded: TraceValue?, _ number: EventNumber) {
    guard let recorded else { return tally.check("entry \(number)", true, false) }
    let (expected, actual) = (registeredEntry(recorded), dispatcher.registeredEntry(number))
    let what = "event \(number)"
    tally.check("\(what) mode", expected.event.routing.mode, actual.event.routing.mode)
    tally.check("\(what) affinity", expected.event.routing.affinity, actual.event.routing.affinity)
    tally.check("\(what) entry", expected.event.entry, actual.event.entry)
    tally.check("\(what) argument", expected.event.argument, actual.event.argument)
    tally.check("\(what) registered", expected.event.registered, actual.event.registered)
    tally.check("\(what) enabled", expected.event.enabled, actual.event.enabled)
    if family == .kvmV4 {
      tally.check("\(what) refcount", expected.refcount, actual.refcount)
    } else {
      tally.check(
        "\(what) unregister_pending",
        expected.event.unregisterPending,
        actual.event.unregisterPending
      )
      tally.check(
        "\(what) padding",
        expected.event.extras[.registeredPadding],
        actual.event.extras[.registeredPadding]
      )
    }
  }

  private mutating func checkVCPU(_ recorded: TraceValue, _ vcpu: UInt32) {
    let (expected, actual) = (stateEntry(recorded), dispatcher.stateEntry(vcpu))
    let what = "vcpu \(vcpu)"
    tally.check(
      "\(what) req",
      recorded["req"]?.isTrue ?? false,
      dispatcher.isDeliveryRequested(vcpu)
    )
    tally.check(
      "\(what) events",
      (recorded["events"]?.items ?? []).map(queuedEntry),
      dispatcher.queuedEntries(vcpu).map {
        KVMCommand.QueuedEntry(number: $0.number, count: $0.count)
      }
    )
    tally.check("\(what) masked", expected.masked, actual.masked)
    tally.check("\(what) padding", expected.padding, actual.padding)
    tally.check("\(what) critical_num", expected.critical, actual.critical)
    tally.check("\(what) normal_num", expected.normal, actual.normal)
    tally.check("\(what) critical_regs", expected.criticalFrame, actual.criticalFrame)
    tally.check("\(what) normal_regs", expected.normalFrame, actual.normalFrame)
  }

  // MARK: v7

  private mutating func dumpV7(_ recorded: TraceValue) {
    var listed: Set<UInt32> = []
    for entry in recorded["vcpus"]?.items ?? [] {
      let vcpu = UInt32(entry["vcpu"]?.number ?? 0)
      listed.insert(vcpu)
      tally.check(
        "vcpu \(vcpu) req",
        entry["req"]?.isTrue ?? false,
        dispatcher.isDeliveryRequested(vcpu)
      )
      let registers = dispatcher.registers(of: vcpu)
      for (place, register) in recordedRegisters(entry).enumerated() {
        tally.check("vcpu \(vcpu) register \(place)", register, registers[place])
      }
    }
    tally.check(
      "vcpus",
      listed.count,
      (0..<dispatcher.vcpuCount).count { !isReset($0) || listed.contains($0) }
    )
  }

  private func isReset(_ vcpu: UInt32) -> Bool {
    let reset = recordedRegisters(nil)
    return dispatcher.registers(of: vcpu) == reset && !dispatcher.isDeliveryRequested(vcpu)
  }

  private func recordedRegisters(_ entry: TraceValue?) -> [KVMv7Register] {
    let handlers = (0..<4).map { index in
      let words = (entry?["handlers"]?.items ?? []).dropFirst(index).first?.items ?? []
      return KVMv7Register.handler(
        index,
        entry: words.first?.number ?? 0,
        argument: words.last?.number ?? 0
      )
    }
    return handlers + [
      .registered(entry?["registered"]?.number ?? 0), .enabled(entry?["enabled"]?.number ?? 0),
      .running(entry?["running"]?.number ?? 0), .pending(entry?["pending"]?.number ?? 0),
      .context(frame(entry?["context"])), .peState(entry?["pe_state"]?.number ?? 1),
    ]
  }

  mutating func oneRegister(_ step: TraceStep, _ vcpu: UInt32) {
    let place = Self.identifiers.firstIndex(of: step.op["id"]?.number ?? 0)
    guard let place else {
      return tally.check("ret", step.result["ret"]?.signed, Errno.noEntry.result)
    }
    if step.name == "get_one_reg" {
      tally.check("ret", step.result["ret"]?.signed, 0)
      let register = dispatcher.registers(of: vcpu)[place]
      tally.check("data", Array(bytes(step.result["data"]).prefix(160)), register.bytes)
    } else {
      let bytes = bytes(step.op["data"])
      let errno = dispatcher.apply(.setRegister(KVMv7Register(place, bytes), vcpu: vcpu))
      tally.check("ret", step.result["ret"]?.signed, result(errno))
      tally.check("req", step.result["req"]?.isTrue ?? false, dispatcher.isDeliveryRequested(vcpu))
    }
  }

  private static let identifiers: [UInt64] = [
    0x6040_0000_0014_0004, 0x6040_0000_0014_0005, 0x6040_0000_0014_0006, 0x6040_0000_0014_0007,
    0x6030_0000_0014_0008, 0x6030_0000_0014_0009, 0x6030_0000_0014_000A, 0x6030_0000_0014_000B,
    0x6080_0000_0014_000C, 0x6030_0000_0014_000D,
  ]

  // MARK: Migration

  mutating func migrate(_ step: TraceStep) throws {
    let outcome = try dispatcher.migrated()
    var vcpuErrors: [UInt32: [Int64]] = [:]
    var exposed: [Int64] = []
    var registered: [Int64] = []
    for (command, errno) in outcome.commands {
      let value = errno?.result ?? 0
      switch command {
      case .setExposed: exposed.append(value)
      case .setRegistered: registered.append(value)
      case .setQueue(_, let vcpu):
        var errors = vcpuErrors[vcpu] ?? [0, 0]
        if errors[0] == 0 { errors[0] = value }
        vcpuErrors[vcpu] = errors
      case .setState(_, let vcpu): vcpuErrors[vcpu, default: [0, 0]][1] = value
      case .setRegister, .inject: break
      }
    }
    let errors = vcpuErrors.filter { $0.value != [0, 0] }.sorted { $0.key < $1.key }
      .map { [Int64($0.key)] + $0.value }
    let result = step.result
    switch family {
    case .kvmV4:
      tally.check("set_event", (result["set_event"]?.items ?? []).map(\.signed), exposed)
      tally.check("set_kevent", (result["set_kevent"]?.items ?? []).map(\.signed), registered)
      tally.check(
        "normal_handler_changed",
        result["normal_handler_changed"]?.isTrue ?? false,
        isNormalHandlerChanged(outcome.destination)
      )
    case .kvmV5:
      tally.check("set_exposed", result["set_exposed"]?.signed, exposed.first)
      tally.check("set_registered", result["set_registered"]?.signed, registered.first)
    case .kvmV7, .tfA: tally.check("err", result["err"]?.signed, 0)
    }
    if family != .kvmV7 {
      let recorded = (result["vcpu_errors"]?.items ?? []).map { $0.items.map { $0.signed ?? 0 } }
      tally.check("vcpu_errors", recorded, errors)
    }
    tally.check("ok", result["ok"]?.isTrue ?? false, outcome.isLoaded)
    if let same = result["same_bytes"] { tally.check("same_bytes", same.isTrue, outcome.isSame) }
    if let lost = result["request_lost"] {
      tally.check("request_lost", lost.isTrue, !outcome.requestsLost.isEmpty)
    }
    tally.check(
      "request_gained",
      result["request_gained"]?.isTrue ?? false,
      isGained(outcome)
    )
    let goesOn = outcome.isLoaded && (step.op["continue"]?.isTrue ?? true)
    tally.check("now", result["now"]?.text, goesOn ? "destination" : "source")
    defer { observer?.note(.migrated(goesOn), dispatcher) }
    if goesOn {
      dispatcher = outcome.destination
      for index in live.indices { live[index].isIRQPending = false }
    }
  }

  /// v5's recordings have no such key.
  private func isGained(_ outcome: MigrationOutcome) -> Bool {
    family != .kvmV5 && !outcome.requestsGained.isEmpty
  }

  private func isNormalHandlerChanged(_ destination: Dispatcher) -> Bool {
    (0..<dispatcher.vcpuCount).contains {
      dispatcher.runningEvent($0, .normal) != destination.runningEvent($0, .normal)
    }
  }
}

extension KVMv7Register {
  /// The register as KVM_GET_ONE_REG copies it.
  var bytes: [UInt8] {
    switch self {
    case .handler(_, let entry, let argument): Self.bytes([entry, argument])
    case .registered(let bits), .enabled(let bits), .running(let bits), .pending(let bits),
      .peState(let bits):
      Self.bytes([bits])
    case .context(let frame):
      Self.bytes([frame.pc, frame.pstate] + (0..<18).map { frame.x[$0] })
    }
  }

  init(_ place: Int, _ bytes: [UInt8]) {
    let words = stride(from: 0, to: bytes.count - 7, by: 8).map { start in
      bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    let padded = words + [UInt64](repeating: 0, count: max(0, 20 - words.count))
    switch place {
    case 0..<4: self = .handler(place, entry: padded[0], argument: padded[1])
    case 4: self = .registered(padded[0])
    case 5: self = .enabled(padded[0])
    case 6: self = .running(padded[0])
    case 7: self = .pending(padded[0])
    case 8:
      var frame = RegisterFrame(pc: padded[0], pstate: padded[1])
      for index in 0..<18 { frame.x[index] = padded[index + 2] }
      self = .context(frame)
    default: self = .peState(padded[0])
    }
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
  }
}
