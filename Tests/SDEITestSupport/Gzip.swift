import CZlib
import Foundation

/// Reads gzip files, as the recordings are kept.
package enum Gzip {
  package static func bytes(of path: String) throws -> [UInt8] {
    guard let file = gzopen(path, "rb") else { throw NothingToTest(what: path) }
    defer { gzclose(file) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = gzread(file, &chunk, UInt32(chunk.count))
      guard count >= 0 else { throw NothingToTest(what: "readable \(path)") }
      if count == 0 { return result }
      result += chunk[..<Int(count)]
    }
  }
}
