import Foundation
import SDEIModel
import SDEIWire

/// A recording of KVM code, with the raw bytes of its dumps.
package struct KVMTrace: Sendable, CustomStringConvertible {
  package let family: TraceFamily
  package let name: String
  package let steps: [TraceStep]
  package let raw: [UInt8]

  package var description: String { name }

  /// Where the recordings of a family are: the project's, and those that `SDEI_TRACES` names.
  package static func directories(_ family: TraceFamily) -> [String] {
    var directories = [Repository.path("fixtures/traces/\(family)")]
    if let more = ProcessInfo.processInfo.environment["SDEI_TRACES"] {
      directories.append(more + "/\(family)")
    }
    return directories
  }

  /// The recordings in a directory; none is an error.
  package static func all(_ family: TraceFamily, in directory: String) throws -> [KVMTrace] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
    guard !names.isEmpty else { throw NothingToTest(what: "recording in \(directory)") }
    return try names.map { try KVMTrace(family, directory + "/" + $0) }
  }

  /// The dumps in a directory; none is an error.
  package static func dumps(_ family: TraceFamily, in directory: String) throws -> [KVMDump] {
    let dumps = try all(family, in: directory).flatMap(\.dumps)
    guard !dumps.isEmpty else { throw NothingToTest(what: "dump in \(directory)") }
    return dumps
  }

  private init(_ family: TraceFamily, _ path: String) throws {
    self.family = family
    name = String(path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
    raw = try Gzip.bytes(of: path.replacingOccurrences(of: ".jsonl.gz", with: ".bin.gz"))
    let text = try Gzip.bytes(of: path)
    steps = try text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let value = try TraceValue(line: Array(line))
      guard let op = value["op"], let result = value["res"] else { return nil }
      return TraceStep(op: op, result: result, line: String(decoding: line, as: UTF8.self))
    }
  }

  /// The dumps, decoded as the recording has them, each with its raw bytes as a transcript; a dump
  /// of other bytes than it says is left out, and the tests count the dumps.
  package var dumps: [KVMDump] {
    var exposed: [TraceValue] = []
    var result: [KVMDump] = []
    for (number, step) in steps.enumerated() {
      switch step.name {
      case "create": exposed = []
      case "expose":
        let returned = (step.result["ret"]?.items ?? []).map(\.signed)
        exposed += zip(step.op["events"]?.items ?? [], returned).filter { $1 == 0 }.map(\.0)
      case "ioctl" where step.op["cmd"]?.number == 1 && step.result["ret"]?.signed == 0:
        if let state = step.op["state"] { exposed.append(state) }
      case "dump":
        let place = "\(name)/\(number)"
        if let dump = KVMDump(family, step.result, raw, exposed, name: place, step: number) {
          result.append(dump)
        }
      default: break
      }
    }
    return result
  }
}

/// A dump of a recording.
package struct KVMDump: Sendable, CustomStringConvertible {
  package let family: TraceFamily
  package let name: String
  package let step: Int
  package let decoded: TraceValue
  package let vcpus: UInt32
  /// The SET_EVENTs that had succeeded (v4), as the recording has them.
  package let exposed: [TraceValue]
  package let transcript: [UInt8]
  /// The transcript without what only the VMM knows (v4: without SET_EVENTs).
  package let bareTranscript: [UInt8]

  package var description: String { name }

  init?(
    _ family: TraceFamily,
    _ decoded: TraceValue,
    _ raw: [UInt8],
    _ exposed: [TraceValue],
    name: String,
    step: Int
  ) {
    (self.family, self.name, self.step, self.decoded) = (family, name, step, decoded)
    self.exposed = family == .kvmV4 ? exposed : []
    guard let place = decoded["raw"], let offset = place["off"]?.number,
      let length = place["len"]?.number, let count = place["nvcpus"]?.number
    else { return nil }
    vcpus = UInt32(count)
    let bytes = raw[Int(offset)..<Int(offset + length)]
    let builder = DumpBuilder(place, vcpus: vcpus, bytes)
    let made: (full: [UInt8], bare: [UInt8])?
    switch family {
    case .kvmV4: made = builder.v4(self.exposed)
    case .kvmV5: made = builder.v5().map { ($0, $0) }
    case .kvmV7: made = builder.v7().map { ($0, $0) }
    case .tfA: made = nil
    }
    guard let made else { return nil }
    (transcript, bareTranscript) = (made.full, made.bare)
  }
}

/// Puts the raw bytes of a dump into frames.
private struct DumpBuilder {
  private let place: TraceValue
  private let vcpus: UInt32
  private var rest: ArraySlice<UInt8>

  init(_ place: TraceValue, vcpus: UInt32, _ bytes: ArraySlice<UInt8>) {
    (self.place, self.vcpus, rest) = (place, vcpus, bytes)
  }

  private mutating func take(_ size: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(size) }
    return Array(rest.prefix(size))
  }

  private var queues: [UInt32: Int] {
    var queues: [UInt32: Int] = [:]
    for pair in place["vcpu_events"]?.items ?? [] {
      queues[UInt32(pair.items[0].number ?? 0)] = Int(pair.items[1].number ?? 0)
    }
    return queues
  }

  private func count(_ key: String) -> Int { Int(place[key]?.number ?? 0) }

  func v5() -> [UInt8]? {
    var copy = self
    var builder = TranscriptBuilder(vcpus: vcpus)
    builder.frame(2, count: count("nexposed"), copy.take(count("nexposed") * 24))
    builder.frame(5, count: count("nregistered"), copy.take(count("nregistered") * 8408))
    copy.frames(of: 8, 10, &builder)
    return copy.rest.isEmpty ? builder.bytes : nil
  }

  func v4(_ exposed: [TraceValue]) -> (full: [UInt8], bare: [UInt8])? {
    let events = exposed.flatMap { entry in
      KVMv5Struct.exposed(
        entry["num"]?.number ?? 0,
        type: entry["type"]?.number ?? 0,
        signaled: entry["signaled"]?.number ?? 0,
        priority: entry["priority"]?.number ?? 0,
        notifier: entry["notifier"]?.number ?? 0
      )
    }
    let transcripts = [events, []].compactMap { events -> [UInt8]? in
      var copy = self
      var builder = TranscriptBuilder("kvm-v4", vcpus: vcpus)
      if !events.isEmpty { builder.frame(1, count: events.count / 24, events) }
      builder.frame(3, count: count("nregistered"), copy.take(count("nregistered") * 8344))
      copy.frames(of: 6, 8, &builder)
      return copy.rest.isEmpty ? builder.bytes : nil
    }
    return transcripts.count == 2 ? (transcripts[0], transcripts[1]) : nil
  }

  func v7() -> [UInt8]? {
    var copy = self
    var builder = TranscriptBuilder("kvm-v7", vcpus: vcpus, isVersioned: false)
    for vcpu in 0..<vcpus {
      builder.put(UInt64(vcpu), 4)
      builder.put(UInt64(KVMv7Registers.all.count), 4)
      for register in KVMv7Registers.all {
        builder.register(register.id, copy.take(register.size))
      }
    }
    return copy.rest.isEmpty ? builder.bytes : nil
  }

  private mutating func frames(
    of queue: UInt32,
    _ state: UInt32,
    _ builder: inout TranscriptBuilder
  ) {
    let queues = queues
    for vcpu in 0..<vcpus {
      if let queued = queues[vcpu] {
        builder.frame(queue, vcpu, count: queued, take(queued * 16))
      }
      builder.frame(state, vcpu, count: 1, take(344))
    }
  }
}
