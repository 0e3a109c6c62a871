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
