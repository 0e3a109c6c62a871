import SDEIFormats
import SDEIModel
import SDEITestSupport

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

  /// `isBare` where the transcript does not have what only the VMM knows.
  mutating func check(_ snapshot: Snapshot, _ dump: KVMDump, isBare: Bool = false) {
    dumps += isBare ? 0 : 1
    let decoded = dump.decoded
    if dump.family == .kvmV7 { return checkRegisters(snapshot, dump) }
    equal(decoded["version"]?.number, 0x10000, "\(dump) version")
    let exposed = decoded["exposed"]?.items ?? (isBare ? [] : dump.exposed)
    checkExposed(snapshot, exposed, "\(dump)")
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
    let order = KVMLists.exposed(snapshot).filter {
      snapshot.instance.dialect != .kvmV4 || $0.rawValue != 0x4040_0000
    }
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
        // v4's names are others.
        let members = (entry[key] ?? entry[key == "ep_arg" ? "params" : "entries"])?.members
        for (slot, value) in members ?? [] { values[UInt64(slot) ?? 0] = value.number }
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
      guard let refcount = entry["refcount"]?.number else { continue }
      var sum: UInt64 = 0
      event.pending.forEachValue { sum += $1 }
      equal(event.extras[.refcount].map { $0 - 1 } ?? sum, refcount, "\(what) refcount")
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
      let count = queued["event_count"]?.number ?? queued["refcount"]?.number
      equal(snapshot.events[number]?.pending[vcpu], count, "\(place) count")
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
      let none: UInt64 = snapshot.instance.dialect == .kvmV4 ? 0 : 0xFFFF_FFFF
      let stored = context?.event?.rawValue ?? none
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

  /// v7: the ten registers of each vCPU; one that the recording leaves out is in its reset state.
  private mutating func checkRegisters(_ snapshot: Snapshot, _ dump: KVMDump) {
    var entries: [UInt32: TraceValue] = [:]
    for entry in dump.decoded["vcpus"]?.items ?? [] {
      entries[UInt32(entry["vcpu"]?.number ?? 0)] = entry
    }
    equal(snapshot.vcpus.count, dump.vcpus, "\(dump) vCPUs")
    equal(snapshot.events.map(\.number.rawValue), [0, 1], "\(dump) events")
    for vcpu in 0..<dump.vcpus {
      let (entry, place) = (entries[vcpu], "\(dump) vCPU \(vcpu)")
      for number in 0..<2 {
        let event = snapshot.events[number]
        let handler = entry?["handlers"]?.items[number].items
        equal(event.entry[vcpu], handler?.first?.number ?? 0, "\(place) entry \(number)")
        equal(event.argument[vcpu], handler?.last?.number ?? 0, "\(place) argument \(number)")
        for (name, isSet) in [
          ("registered", event.registered.contains(vcpu)),
          ("enabled", event.enabled.contains(vcpu)), ("running", event.running.contains(vcpu)),
          ("pending", event.pending[vcpu] == 1),
        ] {
          let bits = entry?[name]?.number ?? 0
          equal(isSet, bits >> UInt64(number) & 1 == 1, "\(place) \(name) \(number)")
        }
      }
      equal(
        snapshot.vcpus.masked.contains(vcpu) ? 1 : 0,
        entry?["pe_state"]?.number ?? 1,
        "\(place) PE state"
      )
      let frame = snapshot.contexts[vcpu, .normal]?.frame ?? .zero
      let context = entry?["context"]
      for word in 0..<18 {
        equal(frame.x[word], context?["x"]?[String(word)]?.number ?? 0, "\(place) x\(word)")
      }
      equal(frame.pc, context?["pc"]?.number ?? 0, "\(place) pc")
      equal(frame.pstate, context?["pstate"]?.number ?? 0, "\(place) pstate")
      equal(snapshot.contexts[vcpu, .critical], nil, "\(place) critical context")
    }
  }
}
