import Foundation
import SDEIModel
import SDEIWire

/// A recording of the KVM v5 code, with the raw bytes of its dumps.
package struct KVMv5Trace: Sendable, CustomStringConvertible {
  package let name: String
  package let steps: [TraceStep]
  package let raw: [UInt8]

  package var description: String { name }

  /// The recordings in a directory; none is an error.
  package static func all(in directory: String) throws -> [KVMv5Trace] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
    guard !names.isEmpty else { throw NothingToTest(what: "recording in \(directory)") }
    return try names.map { try KVMv5Trace(directory + "/" + $0) }
  }

  private init(_ path: String) throws {
    name = String(path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
    raw = try Gzip.bytes(of: path.replacingOccurrences(of: ".jsonl.gz", with: ".bin.gz"))
    let text = try Gzip.bytes(of: path)
    steps = try text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let value = try TraceValue(line: Array(line))
      guard let op = value["op"], let result = value["res"] else { return nil }
      return TraceStep(op: op, result: result, line: String(decoding: line, as: UTF8.self))
    }
  }

  /// The dumps, decoded as the recording has them, each with its raw bytes as a transcript.
  package var dumps: [KVMv5Dump] {
    steps.enumerated().filter { $1.name == "dump" }.compactMap { number, step in
      KVMv5Dump(step.result, raw, name: "\(name)/\(number)", step: number)
    }
  }
}

/// A dump of a recording.
package struct KVMv5Dump: Sendable, CustomStringConvertible {
  package let name: String
  package let step: Int
  package let decoded: TraceValue
  package let vcpus: UInt32
  package let transcript: [UInt8]

  package var description: String { name }

  init?(_ decoded: TraceValue, _ raw: [UInt8], name: String, step: Int) {
    self.name = name
    self.step = step
    self.decoded = decoded
    guard let place = decoded["raw"], let offset = place["off"]?.number,
      let length = place["len"]?.number, let exposed = place["nexposed"]?.number,
      let registered = place["nregistered"]?.number, let count = place["nvcpus"]?.number
    else { return nil }
    vcpus = UInt32(count)
    var queues: [UInt32: Int] = [:]
    for pair in place["vcpu_events"]?.items ?? [] {
      queues[UInt32(pair.items[0].number ?? 0)] = Int(pair.items[1].number ?? 0)
    }
    var builder = TranscriptBuilder(vcpus: vcpus)
    var rest = raw[Int(offset)..<Int(offset + length)]
    func take(_ size: Int) -> [UInt8] {
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    builder.frame(2, count: Int(exposed), take(Int(exposed) * 24))
    builder.frame(5, count: Int(registered), take(Int(registered) * 8408))
    for vcpu in 0..<vcpus {
      if let queued = queues[vcpu] {
        builder.frame(8, vcpu, count: queued, take(queued * 16))
      }
      builder.frame(10, vcpu, count: 1, take(344))
    }
    guard rest.isEmpty else { return nil }
    transcript = builder.bytes
  }
}

/// Writes a transcript by hand, as the document describes it and not as the product does it.
package struct TranscriptBuilder {
  package private(set) var bytes: [UInt8]

  package init(vcpus: UInt32, mpidrs: [UInt64] = [], producer: String = "") {
    bytes = Array("SDEIGETS".utf8) + Array("kvm-v5".utf8) + [0, 0]
    put(1, 2)
    put(mpidrs.isEmpty ? 0 : 1, 2)
    put(UInt64(vcpus), 4)
    put(0, 8)
    bytes += Array(producer.utf8) + [UInt8](repeating: 0, count: 32 - producer.utf8.count)
    for mpidr in mpidrs { put(mpidr, 8) }
    put(0, 4)
    put(0xFFFF_FFFF, 4)
    put(0x10000, 4)
    put(0, 4)
  }

  private mutating func put(_ value: UInt64, _ size: Int) {
    for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
  }

  package mutating func frame(
    _ command: UInt32,
    _ index: UInt32 = 0xFFFF_FFFF,
    count: Int,
    _ payload: [UInt8]
  ) {
    put(UInt64(command), 4)
    put(UInt64(index), 4)
    put(UInt64(count), 4)
    put(UInt64(payload.count), 4)
    bytes += payload
  }
}

/// Structs of the ABI as bytes, made by hand.
package enum KVMv5Struct {
  /// `size` zero bytes with some fields set: value and width by offset.
  package static func make(_ size: Int, _ fields: [Int: (value: UInt64, width: Int)]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    for (offset, field) in fields {
      for byte in 0..<field.width {
        bytes[offset + byte] = UInt8(truncatingIfNeeded: field.value >> UInt64(8 * byte))
      }
    }
    return bytes
  }

  package static func exposed(
    _ number: UInt64,
    type: UInt64 = 0,
    signaled: UInt64 = 0,
    priority: UInt64 = 0,
    padding: UInt64 = 0,
    notifier: UInt64 = 0
  ) -> [UInt8] {
    make(
      24,
      [
        0: (number, 8), 8: (type, 1), 9: (signaled, 1), 10: (priority, 1), 11: (padding, 5),
        16: (notifier, 8),
      ]
    )
  }

  package static func registered(
    _ number: UInt64,
    mode: UInt64 = 0,
    padding: UInt64 = 0,
    hole: UInt64 = 0,
    affinity: UInt64 = 0,
    slots: [Int: (entry: UInt64, argument: UInt64)] = [:],
    registered: [Int: UInt64] = [:],
    enabled: [Int: UInt64] = [:],
    pending: [Int: UInt64] = [:]
  ) -> [UInt8] {
    var fields: [Int: (value: UInt64, width: Int)] = [
      0: (number, 8), 8: (mode, 1), 9: (padding, 3), 12: (hole, 4), 16: (affinity, 8),
    ]
    for (slot, values) in slots {
      fields[24 + slot * 8] = (values.entry, 8)
      fields[4120 + slot * 8] = (values.argument, 8)
    }
    for (start, words) in [(8216, registered), (8280, enabled), (8344, pending)] {
      for (word, value) in words { fields[start + word * 8] = (value, 8) }
    }
    return make(8408, fields)
  }

  package static func queued(_ number: UInt64, count: UInt64, padding: UInt64 = 0) -> [UInt8] {
    make(16, [0: (number, 8), 8: (count, 4), 12: (padding, 4)])
  }

  package static func state(
    masked: UInt64 = 0,
    padding: UInt64 = 0,
    critical: UInt64 = 0xFFFF_FFFF,
    normal: UInt64 = 0xFFFF_FFFF,
    words: [Int: UInt64] = [:]
  ) -> [UInt8] {
    var fields: [Int: (value: UInt64, width: Int)] = [
      0: (masked, 1), 1: (padding, 7), 8: (critical, 8), 16: (normal, 8),
    ]
    for (word, value) in words { fields[24 + word * 8] = (value, 8) }
    return make(344, fields)
  }
}
