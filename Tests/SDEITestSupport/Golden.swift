import Foundation
import Testing

/// Files that hold what an output must be.
///
/// With `RECORD_GOLDEN=1` they are rewritten, and the run fails all the same: a recorded file is to
/// be read before it is believed.
package enum Golden {
  package static var isRecording: Bool {
    ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"
  }

  package static func expect(
    _ bytes: [UInt8],
    toEqual file: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let url = Repository.root.appendingPathComponent(file)
    if isRecording {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(bytes).write(to: url)
      Issue.record("recorded \(file)", sourceLocation: sourceLocation)
      return
    }
    let expected = [UInt8](try Data(contentsOf: url))
    if bytes == expected { return }
    let place = zip(bytes, expected).enumerated().first { $1.0 != $1.1 }?.offset
    let at = place ?? min(bytes.count, expected.count)
    let lines = String(decoding: bytes.prefix(at), as: UTF8.self).split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    let got = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    Issue.record(
      """
      \(file) differs at byte \(at) (\(bytes.count) bytes instead of \(expected.count)), line \
      \(lines.count): \(got.dropFirst(lines.count - 1).first ?? "")
      """,
      sourceLocation: sourceLocation
    )
  }
}
