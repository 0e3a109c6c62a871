import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("KVM v5: every dump that the real code wrote")
struct KVMv5TraceTests {
  static let directories: [String] = {
    var directories = [Repository.path("fixtures/traces/kvm-v5")]
    if let more = ProcessInfo.processInfo.environment["SDEI_TRACES"] {
      directories.append(more + "/kvm-v5")
    }
    return directories
  }()

  @Test("decodes to the recording's own decoded dump, field by field", arguments: directories)
  func decodes(directory: String) throws {
    var checker = DumpChecker()
    for dump in try KVMv5Trace.all(in: directory).flatMap(\.dumps) {
      let snapshot = try Codec.decode(dump.transcript).snapshot
      checker.check(snapshot, dump)
    }
    print("kvm-v5: \(checker.dumps) dumps, \(checker.fields) fields compared")
    #expect(checker.dumps > 0 && checker.fields > 0)
    #expect(checker.mismatches.isEmpty)
    if directory == Self.directories[0] { #expect(checker.dumps == 95) }
  }

  @Test(
    "goes raw -> sdei -> json -> sdei -> raw without a byte of difference",
    arguments: directories
  )
  func roundTrips(directory: String) throws {
    var count = 0
    for dump in try KVMv5Trace.all(in: directory).flatMap(\.dumps) {
      let first = try Codec.decode(dump.transcript).snapshot
      let sdei = try Codec.encode(first)
      let second = try Codec.decode(sdei.bytes).snapshot
      let json = try Codec.encode(second, as: .json)
      let third = try Codec.decode(json.bytes).snapshot
      #expect(try Codec.encode(third).bytes == sdei.bytes, "\(dump)")
      let raw = try Codec.encode(third, as: .kvmV5)
      #expect(raw.bytes == dump.transcript, "\(dump)")
      #expect(sdei.losses.isEmpty && json.losses.isEmpty && raw.losses.isEmpty, "\(dump)")
      count += 1
    }
    print("kvm-v5: \(count) dumps round-tripped")
    #expect(count > 0)
  }
}

/// Compares a snapshot with the dump as the recording decoded it.
struct DumpChecker {
  var dumps = 0
  var fields = 0
  var mismatches: [String] = []

  private mutating func equal<T: Equatable>(_ found: T?, _ expected: T?, _ what: String) {
    fields += 1
    if found != expected {
      mismatches.append("\(what): \(String(describing: found)) != \(String(describing: expected))")
    }
  }

  mutating func check(_ snapshot: Snapshot, _ dump: KVMv5Dump) {
    dumps += 1
    let decoded = dump.decoded
    equal(decoded["version"]?.number, 0x10000, "\(dump) version")
    checkExposed(snapshot, decoded["exposed"]?.items ?? [], "\(dump)")
    checkRegistered(snapshot, decoded["registered"]?.items ?? [], "\(dump)")
    var told: Set<UInt32> = []
    for vcpu in decoded["vcpus"]?.items ?? [] {
      guard let index = vcpu["vcpu"]?.number else { continue }
      told.insert(UInt32(index))
      checkVCPU(snapshot, UInt32(index), vcpu, "\(dump) vCPU \(index)")
    }
    let usual = KVMLists.usualQueues(snapshot)
    for vcpu in 0..<dump.vcpus where !told.contains(vcpu) {
      equal(snapshot.vcpus.masked.contains(vcpu), true, "\(dump) vCPU \(vcpu) masked")
      equal(usual[vcpu] ?? [], [], "\(dump) vCPU \(vcpu) queue")
      for level in Level.allCases {
        equal(snapshot.contexts[vcpu, level], nil, "\(dump) vCPU \(vcpu) context")
      }
    }
  }

  private mutating func checkExposed(_ snapshot: Snapshot, _ list: [TraceValue], _ place: String) {
    let order = KVMLists.exposed(snapshot)
    equal(order.map(\.rawValue), list.compactMap { $0["num"]?.number }, "\(place) exposed order")
    for entry in list {
      let number = EventNumber(entry["num"]?.number ?? 0)
      let event = snapshot.events[number]
      let what = "\(place) exposed \(number)"
      let definition = event?.definition
      equal(definition.map { UInt64($0.type.rawValue) }, entry["type"]?.number, what)
      equal(definition.map { UInt64($0.priority.rawValue) }, entry["priority"]?.number, what)
      equal(definition.map { $0.isSignalable ? 1 : 0 }, entry["signaled"]?.number, what)
      equal(event?.extras[.notifier] ?? 0, entry["notifier"]?.number ?? 0, what)
    }
  }

  private mutating func checkRegistered(
    _ snapshot: Snapshot,
    _ list: [TraceValue],
    _ place: String
  ) {
    let order = KVMLists.registered(snapshot)
    equal(order.map(\.rawValue), list.compactMap { $0["num"]?.number }, "\(place) registered order")
    for entry in list {
      let number = EventNumber(entry["num"]?.number ?? 0)
      guard let event = snapshot.events[number] else {
        mismatches.append("\(place): event \(number) is missing")
        continue
      }
      let what = "\(place) registered \(number)"
      equal(UInt64(event.routing.mode.rawValue), entry["route_mode"]?.number, what)
      equal(event.routing.affinity.rawValue, entry["route_affinity"]?.number, what)
      for (key, column) in [("ep_address", event.entry), ("ep_arg", event.argument)] {
        var values: [UInt64: UInt64] = [:]
        for (slot, value) in entry[key]?.members ?? [] { values[UInt64(slot) ?? 0] = value.number }
        for slot in 0..<512 as Range<UInt32> {
          equal(column[slot], values[UInt64(slot)] ?? 0, "\(what) \(key)[\(slot)]")
        }
      }
      for (key, bitmap) in [
        ("registered", event.registered), ("enabled", event.enabled),
        ("unregister_pending", event.unregisterPending),
      ] {
        let bits = Bitmap(indexes: (entry[key]?.items ?? []).map { UInt32($0.number ?? 0) })
        equal(bitmap, bits, "\(what) \(key)")
      }
    }
  }

  private mutating func checkVCPU(
    _ snapshot: Snapshot,
    _ vcpu: UInt32,
    _ entry: TraceValue,
    _ place: String
  ) {
    let queue =
      snapshot.extras.vcpuLists[.queueOrder]?[vcpu] ?? KVMLists.usualQueues(snapshot)[vcpu] ?? []
    let events = entry["events"]?.items ?? []
    equal(queue.map(\.rawValue), events.compactMap { $0["num"]?.number }, "\(place) queue")
    for queued in events {
      let number = EventNumber(queued["num"]?.number ?? 0)
      equal(snapshot.events[number]?.pending[vcpu], queued["event_count"]?.number, "\(place) count")
    }
    equal(snapshot.vcpus.masked.contains(vcpu) ? 1 : 0, entry["masked"]?.number, "\(place) masked")
    var padding: UInt64 = 0
    if let text = entry["padding"]?.text {
      for (byte, start) in stride(from: 0, to: text.count, by: 2).enumerated() {
        let digits = text.dropFirst(start).prefix(2)
        padding |= (UInt64(digits, radix: 16) ?? 0) << UInt64(8 * byte)
      }
    }
    equal(snapshot.extras.vcpuValues[.vcpuPadding]?[vcpu] ?? 0, padding, "\(place) padding")
    for (level, name) in [(Level.critical, "critical"), (.normal, "normal")] {
      let context = snapshot.contexts[vcpu, level]
      let stored = context?.event?.rawValue ?? 0xFFFF_FFFF
      equal(stored, entry["\(name)_num"]?.number, "\(place) \(name)_num")
      let frame = context?.frame ?? .zero
      let registers = entry["\(name)_regs"]
      for word in 0..<18 {
        let expected = registers?["x"]?[String(word)]?.number ?? 0
        equal(frame.x[word], expected, "\(place) \(name) x\(word)")
      }
      equal(frame.pc, registers?["pc"]?.number ?? 0, "\(place) \(name) pc")
      equal(frame.pstate, registers?["pstate"]?.number ?? 0, "\(place) \(name) pstate")
    }
  }
}
