import Foundation

/// Where things are in the repository that the tests were built from.
package enum Repository {
  /// The top of the repository.
  package static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url
  }()

  package static func path(_ relative: String) -> String {
    root.appendingPathComponent(relative).path
  }

  package static func bytes(_ relative: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(relative)))
  }

  package static func text(_ relative: String) throws -> String {
    String(decoding: try bytes(relative), as: UTF8.self)
  }

  /// The names of the files in a directory with an ending, in order; an empty directory is an error.
  package static func files(in relative: String, _ ending: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path(relative))
      .filter { $0.hasSuffix(ending) }.sorted()
    guard !names.isEmpty else { throw NothingToTest(what: "\(relative)/*\(ending)") }
    return names
  }

  /// The files with a state in a form of their own, of every format that is written.
  package static let stateFixtures: [String] = [
    ("native", "sdei"), ("kvm-v4", "kvm-v4"), ("kvm-v5", "kvm-v5"), ("kvm-split", "kvm-split"),
    ("kvm-v7", "kvm-v7"), ("kvm-v7", "kvm-v7-text"), ("kvm-sysreg", "kvm-sysreg"),
    ("qemu-rfc", "qemu-rfc"),
  ].flatMap { directory, ending in
    ((try? files(in: "fixtures/\(directory)", "." + ending)) ?? []).map {
      "fixtures/\(directory)/\($0)"
    }
  }
}

/// Thrown where a test would find nothing to test.
package struct NothingToTest: Error, CustomStringConvertible {
  package let what: String
  package init(what: String) { self.what = what }
  package var description: String { "nothing to test: no \(what)" }
}
