import Foundation

/// A family of recordings of real code.
package enum TraceFamily: String, CaseIterable, Sendable, CustomStringConvertible {
  case kvmV4 = "kvm-v4"
  case kvmV5 = "kvm-v5"
  case kvmV7 = "kvm-v7"
  case tfA = "tf-a"

  package var description: String { rawValue }
}

/// What real code did, operation by operation (fixtures/traces).
package struct Recording: Sendable, CustomStringConvertible {
  package let name: String
  package let steps: [TraceStep]

  package var description: String { name }

  package init(name: String, text: [UInt8]) throws {
    self.name = name
    steps = try text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let value = try TraceValue(line: Array(line))
      guard let op = value["op"], let result = value["res"] else { return nil }
      // TF-A's recordings have the operation's fields beside its name.
      let isNested = op.text == nil
      return TraceStep(
        op: isNested ? op : value,
        result: result,
        line: String(decoding: line, as: UTF8.self)
      )
    }
  }

  /// The recordings of a family, and those that `SDEI_TRACES` names; none is an error.
  package static func all(_ family: TraceFamily) throws -> [Recording] {
    var directories = [Repository.path("fixtures/traces/\(family)")]
    if let more = ProcessInfo.processInfo.environment["SDEI_TRACES"] {
      directories.append(more + "/\(family)")
    }
    return try directories.flatMap { directory in
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
      guard !names.isEmpty else { throw NothingToTest(what: "recording in \(directory)") }
      return try names.map {
        try Recording(
          name: "\(family)/\($0.prefix { $0 != "." })",
          text: Gzip.bytes(of: directory + "/" + $0)
        )
      }
    }
  }

  /// The small recordings of a family's defects.
  package static func faults(_ family: TraceFamily) throws -> [Recording] {
    let directory = "fixtures/traces/\(family)/faults"
    return try Repository.files(in: directory, ".jsonl").map {
      try Recording(name: "\(family)/faults/\($0)", text: Repository.bytes(directory + "/" + $0))
    }
  }
}
