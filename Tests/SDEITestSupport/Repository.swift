import Foundation

/// Where things are in the repository that the tests were built from.
public enum Repository {
  /// The top of the repository.
  public static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url
  }()

  public static func path(_ relative: String) -> String {
    root.appendingPathComponent(relative).path
  }

  public static func bytes(_ relative: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(relative)))
  }

  public static func text(_ relative: String) throws -> String {
    String(decoding: try bytes(relative), as: UTF8.self)
  }

  /// The names of the files in a directory with an ending, in order; an empty directory is an error.
  public static func files(in relative: String, _ ending: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path(relative))
      .filter { $0.hasSuffix(ending) }.sorted()
    guard !names.isEmpty else { throw NothingToTest(what: "\(relative)/*\(ending)") }
    return names
  }
}

/// Thrown where a test would find nothing to test.
public struct NothingToTest: Error, CustomStringConvertible {
  public let what: String
  public init(what: String) { self.what = what }
  public var description: String { "nothing to test: no \(what)" }
}
