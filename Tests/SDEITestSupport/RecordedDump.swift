import Foundation
import SDEIModel

/// A dump of a recording of KVM v4 or v7: the kernel's own bytes, and the values as recorded.
package struct RecordedDump: Sendable, CustomStringConvertible {
  package let name: String
  package let vcpus: Int
  package let decoded: TraceValue
  fileprivate let raw: [UInt8]

  package var description: String { name }

  /// The dumps of a family, in order; none is an error.
  package static func all(_ family: TraceFamily) throws -> [RecordedDump] {
    let dumps = try Recording.all(family).flatMap { recording -> [RecordedDump] in
      let path = Repository.path("fixtures/traces/\(recording.name).bin.gz")
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      let bytes = try Gzip.bytes(of: path)
      return recording.steps.enumerated().filter { $1.name == "dump" }.compactMap { number, step in
        RecordedDump(step.result, bytes, name: "\(recording.name)/\(number)")
      }
    }
    guard !dumps.isEmpty else { throw NothingToTest(what: "dump of \(family)") }
    return dumps
  }

  private init?(_ decoded: TraceValue, _ bytes: [UInt8], name: String) {
    guard let place = decoded["raw"], let offset = place["off"]?.number,
      let length = place["len"]?.number, let count = place["nvcpus"]?.number
    else { return nil }
    (self.name, self.decoded, vcpus) = (name, decoded, Int(count))
    raw = Array(bytes[Int(offset)..<Int(offset + length)])
  }

  private func items(_ size: Int, _ count: Int, from start: inout Int) -> [[UInt8]] {
    defer { start += size * count }
    let first = start
    return (0..<count).map { Array(raw[(first + $0 * size)..<(first + ($0 + 1) * size)]) }
  }
}

// MARK: KVM v4

extension RecordedDump {
  /// The body of each vCPU's `cpu/sdei`: the same values, packed and big-endian.
  ///
  /// vCPUs that the machine has beyond the dump's are as after a reset.
  package func subsections(vcpus machine: Int) -> [QEMUTestSubsection] {
    let place = decoded["raw"]
    var cursor = 0
    let registered = items(8344, Int(place?["nregistered"]?.number ?? 0), from: &cursor)
    var counts: [Int: Int] = [:]
    for pair in place?["vcpu_events"]?.items ?? [] {
      counts[Int(pair.items[0].number ?? 0)] = Int(pair.items[1].number ?? 0)
    }
    return (0..<machine).map { vcpu in
      var (queue, state): ([[UInt8]], [UInt8]) = ([], [1] + [UInt8](repeating: 0, count: 343))
      if vcpu < vcpus {
        queue = items(16, counts[vcpu] ?? 0, from: &cursor)
        state = items(344, 1, from: &cursor)[0]
      }
      return Self.subsection(vcpu == 0 ? registered : [], queue, [state])
    }
  }

  /// A subsection of structures as the kernel has them.
  package static func subsection(
    _ registered: [[UInt8]],
    _ queue: [[UInt8]],
    _ states: [[UInt8]]
  ) -> QEMUTestSubsection {
    typealias Fields = [(Int, Int, Int)]
    let event: Fields = [
      (0, 8, 1), (8, 4, 1), (12, 1, 1), (16, 8, 1), (24, 8, 512), (4120, 8, 512), (8216, 8, 8),
      (8280, 8, 8),
    ]
    let queued: Fields = [(0, 8, 1), (8, 4, 1)]
    let state: Fields = [(0, 1, 1), (8, 8, 1), (16, 8, 1), (24, 8, 20), (184, 8, 20)]
    let parts: [(String, Int, [[UInt8]])] = [
      ("kske", 8341, registered.map { pack($0, event) }),
      ("ksve", 12, queue.map { pack($0, queued) }), ("ksv", 337, states.map { pack($0, state) }),
    ]
    let counters = parts.map { name, _, items in
      QEMUTestField(name + "_num", size: 4, bigEndian(UInt64(items.count), 4))
    }
    let lists = parts.filter { !$0.2.isEmpty }.map { name, size, items in
      let count = items.count > 1 ? items.count : nil
      return QEMUTestField(name, size: size, count: count, items.flatMap(\.self))
    }
    return QEMUTestSubsection("cpu/sdei", counters + lists)
  }

  /// Fields of a little-endian structure (offset, width, number), big-endian and without gaps.
  private static func pack(_ item: [UInt8], _ fields: [(Int, Int, Int)]) -> [UInt8] {
    var packed: [UInt8] = []
    for (offset, width, count) in fields {
      for place in 0..<count {
        let start = offset + place * width
        packed += item[start..<start + width].reversed()
      }
    }
    return packed
  }

  /// The state as the recording tells it in words, on a machine of so many vCPUs.
  package func expectedV4(vcpus machine: Int) -> Snapshot {
    var snapshot = Snapshot(instance: Instance(version: .v1_0, dialect: .kvmV4))
    snapshot.vcpus.count = UInt32(machine)
    let builtIn = EventNumber(0x4040_0000)
    let definition = EventDefinition(type: .private, priority: .critical, isSignalable: true)
    snapshot.events[builtIn] = Event(builtIn, definition: definition)
    snapshot.extras.lists[.exposedOrder] = [builtIn]
    var (order, refcounts): ([EventNumber], [EventNumber: UInt32]) = ([], [:])
    for entry in decoded["registered"]?.items ?? [] {
      let number = EventNumber(entry["num"]?.number ?? 0)
      order.append(number)
      refcounts[number] = UInt32(entry["refcount"]?.number ?? 0)
      snapshot.events.update(number) { event in
        event.routing = Routing(
          mode: RoutingMode(rawValue: UInt8(entry["route_mode"]?.number ?? 0)),
          affinity: Affinity(rawValue: entry["route_affinity"]?.number ?? 0)
        )
        event.registered = entry["registered"].bitmap
        event.enabled = entry["enabled"].bitmap
        event.entry = entry["entries"].column
        event.argument = entry["params"].column
      }
    }
    snapshot.extras.lists[.registeredOrder] = order.isEmpty ? nil : order
    var (masked, sums) = (Set(0..<UInt32(machine)), [EventNumber: UInt32]())
    var queues = VCPULists()
    for entry in decoded["vcpus"]?.items ?? [] {
      let vcpu = UInt32(entry["vcpu"]?.number ?? 0)
      if entry["masked"]?.number == 0 { masked.remove(vcpu) }
      var queue: [EventNumber] = []
      for queued in entry["events"]?.items ?? [] {
        let (number, count) = (queued["num"]?.number ?? 0, queued["refcount"]?.number ?? 0)
        queue.append(EventNumber(number))
        sums[EventNumber(number), default: 0] &+= UInt32(count)
        snapshot.events.update(EventNumber(number)) { $0.pending[vcpu] = count }
      }
      if !queue.isEmpty { queues.append(IndexRange(vcpu, vcpu), queue) }
      for (level, prefix) in [(Level.normal, "normal"), (.critical, "critical")] {
        let number = entry[prefix + "_num"]?.number ?? 0
        snapshot.contexts[vcpu, level] = Context(
          vcpu: vcpu,
          level: level,
          event: number == 0 ? nil : EventNumber(number),
          frame: entry[prefix + "_regs"].frame
        )
      }
    }
    snapshot.vcpus.masked = Bitmap(indexes: masked.sorted())
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    for (number, refcount) in refcounts where refcount != sums[number] ?? 0 {
      snapshot.events.update(number) { $0.extras[.refcount] = UInt64(refcount) + 1 }
    }
    return snapshot
  }
}

// MARK: KVM v7

extension RecordedDump {
  /// The SDEI registers of each vCPU, in 64-bit words.
  package var registers: [[UInt64: [UInt64]]] {
    let ids: [(UInt64, Int)] = [
      (0x6040_0000_0014_0004, 2), (0x6040_0000_0014_0005, 2), (0x6040_0000_0014_0006, 2),
      (0x6040_0000_0014_0007, 2), (0x6030_0000_0014_0008, 1), (0x6030_0000_0014_0009, 1),
      (0x6030_0000_0014_000A, 1), (0x6030_0000_0014_000B, 1), (0x6080_0000_0014_000C, 32),
      (0x6030_0000_0014_000D, 1),
    ]
    return (0..<vcpus).map { (vcpu: Int) -> [UInt64: [UInt64]] in
      var cursor = vcpu * 360
      var result: [UInt64: [UInt64]] = [:]
      for (id, words) in ids {
        result[id] = items(8, words, from: &cursor).map { (bytes: [UInt8]) -> UInt64 in
          bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
      }
      return result
    }
  }

  /// The state as the recording tells it in words; what it does not (the context's last 96 bytes) is
  /// left out.
  package func expectedV7() -> Snapshot {
    var snapshot = Snapshot(
      instance: Instance(
        version: SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9),
        dialect: .kvmV7
      )
    )
    snapshot.vcpus.count = UInt32(vcpus)
    var masked = Set(0..<UInt32(vcpus))
    var events = [Event](repeating: Event(EventNumber(0)), count: 2)
    let definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
    for number in 0..<2 {
      events[number] = Event(EventNumber(UInt64(number)), definition: definition)
    }
    for entry in decoded["vcpus"]?.items ?? [] {
      let vcpu = UInt32(entry["vcpu"]?.number ?? 0)
      if entry["pe_state"]?.number == 0 { masked.remove(vcpu) }
      let slot = Bitmap(indexes: [vcpu])
      for number in 0..<2 {
        func has(_ key: String) -> Bool { (entry[key]?.number ?? 0) >> UInt64(number) & 1 == 1 }
        if has("registered") { events[number].registered.formUnion(slot) }
        if has("enabled") { events[number].enabled.formUnion(slot) }
        if has("running") { events[number].running.formUnion(slot) }
        if has("pending") { events[number].pending[vcpu] = 1 }
        let handler = entry["handlers"]?.items[number].items ?? []
        events[number].entry[vcpu] = handler.first?.number ?? 0
        events[number].argument[vcpu] = handler.last?.number ?? 0
      }
      snapshot.contexts[vcpu, .normal] = Context(
        vcpu: vcpu,
        level: .normal,
        frame: entry["context"].frame
      )
    }
    snapshot.events = EventTable(events)
    snapshot.vcpus.masked = Bitmap(indexes: masked.sorted())
    return snapshot
  }
}

extension Optional where Wrapped == TraceValue {
  fileprivate var bitmap: Bitmap {
    Bitmap(indexes: (self?.items ?? []).map { UInt32($0.number ?? 0) })
  }

  fileprivate var column: Column {
    var column = Column()
    for (key, value) in self?.members ?? [] { column[UInt32(key) ?? 0] = value.number ?? 0 }
    return column
  }

  fileprivate var frame: RegisterFrame {
    var frame = RegisterFrame(pc: self?["pc"]?.number ?? 0, pstate: self?["pstate"]?.number ?? 0)
    for (key, word) in self?["x"]?.members ?? [] { frame.x[Int(key) ?? 0] = word.number ?? 0 }
    return frame
  }
}
