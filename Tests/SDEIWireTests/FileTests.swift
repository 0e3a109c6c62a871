import Foundation
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Files")
struct FileTests {
  /// The bytes of a file, through the type under test (which is not copyable: not for macros).
  private func contents(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try InputFile(path: path)
    return file.bytes.array
  }

  @Test("a file is mapped and read; what is no file is an error that names it")
  func input() throws {
    let directory = try Temporary()
    let path = try directory.write([1, 2, 3], "data")
    #expect(try contents(path) == [1, 2, 3])
    let empty = try directory.write([], "empty")
    #expect(try contents(empty).isEmpty)
    for missing in [directory.file("missing"), directory.path] {
      var message = ""
      do throws(SystemError) { _ = try contents(missing) } catch { message = "\(error)" }
      #expect(message.contains(missing))
    }
  }

  /// How an input begins, and its chunks one after another (not copyable: not for macros).
  private func chunks(_ path: String) throws(SystemError) -> (start: [UInt8], all: [UInt8]) {
    var input = try ChunkedInput(path: path)
    var all: [UInt8] = []
    while true {
      let chunk = try input.next()
      if chunk.byteCount == 0 { return (input.start, all) }
      all.append(copying: chunk)
    }
  }

  private func whole(_ path: String) throws(SystemError) -> [UInt8] {
    let input = try ChunkedInput(path: path)
    let file = try input.whole()
    return file.bytes.array
  }

  @Test("an input's start is looked at, and then it is read in chunks or as a whole")
  func chunked() throws {
    let directory = try Temporary()
    for size in [0, 1, ChunkedInput.startLength, 1_000_000] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let path = try directory.write(bytes, "data")
      let (start, all) = try chunks(path)
      #expect(start == Array(bytes.prefix(ChunkedInput.startLength)) && all == bytes)
      #expect(try whole(path) == bytes)
      // A pipe can be read once only.
      let pipe = directory.file("pipe")
      mkfifo(pipe, 0o600)
      for isWhole in [false, true] {
        let command = Process()
        command.executableURL = URL(fileURLWithPath: "/bin/sh")
        command.arguments = ["-c", "cat \"$0\" > \"$1\"", path, pipe]
        try command.run()
        #expect(try isWhole ? whole(pipe) == bytes : chunks(pipe).all == bytes)
        command.waitUntilExit()
      }
      unlink(pipe)
    }
    for wrong in [directory.file("missing"), directory.path] {
      #expect(throws: SystemError.self) { try chunks(wrong).all }
    }
  }

  @Test("a file grows at its end, is cut, is locked, and is never overwritten by a new one")
  func appending() throws {
    let directory = try Temporary()
    let path = directory.file("log")
    let file = try AppendFile(creating: path)
    try file.append([1, 2, 3])
    try file.append([4])
    try file.sync()
    #expect(file.length == 4)
    #expect(throws: SystemError.self) { try AppendFile(creating: path) }
    #expect(throws: SystemError.self) { try AppendFile(opening: path) }
    try file.cut(to: 2)
    try file.append([9])
    #expect(try contents(path) == [1, 2, 9])
    #expect(file.length == 3)
    for wrong in [directory.file("missing"), directory.path, "/dev/null"] {
      #expect(throws: SystemError.self) { try AppendFile(opening: wrong) }
    }
  }

  @Test("an output is replaced as one step, keeps its mode, and leaves nothing beside it")
  func output() throws {
    let directory = try Temporary()
    let path = try directory.write([1], "out")
    chmod(path, 0o640)
    try OutputFile.replace(path, with: [4, 5])
    #expect(try contents(path) == [4, 5])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["out"])
    #expect(throws: SystemError.self) {
      try OutputFile.replace(directory.file("missing/out"), with: [1])
    }
    #expect(throws: SystemError.self) { try OutputFile.replace(directory.path, with: [1]) }
    try OutputFile.replace("/dev/null", with: [1, 2, 3])
    #expect(OutputFile.isSame(path, directory.path + "/./out"))
    #expect(!OutputFile.isSame(path, directory.file("missing")))
  }
}
