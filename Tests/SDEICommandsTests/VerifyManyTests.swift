import Foundation
import SDEITestSupport
import Testing

@Suite("sdeictl verify: directories and lists")
struct VerifyManyTests {
  private let directory: Temporary

  init() throws {
    directory = try Temporary()
    let state = try Repository.bytes(VerifyInputs.clean)
    for folder in ["b", "b/deeper", "c", "empty", ".hidden"] {
      try FileManager.default.createDirectory(
        atPath: directory.file(folder),
        withIntermediateDirectories: true
      )
    }
    for name in [
      "a.x", "b/2.x", "b/10.x", "b/deeper/z.x", "b.x", "c/é.x", "Z.x", ".secret.x", ".hidden/h.x",
    ] {
      _ = try directory.write(state, name)
    }
    _ = try directory.write(Array("no state".utf8), "notes.txt")
    _ = try directory.write([], "c/nothing")
    for (link, target) in [("link.x", "a.x"), ("loop", "."), ("dangling", "nowhere")] {
      try FileManager.default.createSymbolicLink(
        atPath: directory.file(link),
        withDestinationPath: directory.file(target)
      )
    }
  }

  private func run(_ arguments: String..., input: String = "") throws -> ProgramResult {
    try Program.run(
      program: Program.sdeictl,
      ["verify"] + arguments,
      input: Array(input.utf8)
    )
  }

  private func names(_ result: ProgramResult) throws -> [String] {
    try VerifyReport(result.output, isLines: true).inputs.compactMap { input in
      let name = input["input"] as? String ?? ""
      let short = name.replacing(directory.path + "/", with: "")
      return input["skipped"] == nil ? short : "(\(short))"
    }
  }

  @Test("-r takes files by name through all directories; hidden ones and links are left out")
  func recursive() throws {
    let result = try run("-r", directory.path, "--format", "jsonl")
    // An empty file is a dump that failed, and no file of another kind.
    #expect(result.status == 2 && result.messages.contains("c/nothing"), "\(result.messages)")
    let expected = [
      "Z.x", "a.x", "b/10.x", "b/2.x", "b/deeper/z.x", "b.x", "c/nothing", "c/é.x", "(notes.txt)",
    ]
    #expect(try names(result) == expected)
    let summary = try VerifyReport(result.output, isLines: true)
    #expect(summary.total("inputs") == 8 && summary.total("skipped") == 1)
    #expect(try names(run("-r", directory.path + "/", "--format", "jsonl")) == expected)
    let text = try run("-r", directory.path)
    #expect(
      text.text.hasSuffix("8 inputs: 7 valid, 1 unread; 1 skipped (no known form)\n"),
      "\(text.text)"
    )
  }

  @Test("what is named is checked even if it is hidden, a link, or of no known form")
  func named() throws {
    let named = try run(directory.file(".secret.x"), directory.file("link.x"))
    #expect(named.status == 0 && named.text.contains("2 inputs: 2 valid"))
    let notes = try run("-r", directory.file("b"), directory.file("notes.txt"))
    #expect(notes.status == 2 && notes.messages.contains("notes.txt"), "\(notes.messages)")
    #expect(notes.text.hasSuffix("4 inputs: 3 valid, 1 unread\n"), "\(notes.text)")
  }

  @Test("a directory with nothing to check, or without -r, is no answer")
  func nothing() throws {
    for (arguments, words) in [
      (["-r", "empty"], "hold no file"), (["-r", "notes-only"], "no known form begins"),
      (["b"], "is a directory; -r checks all files in it"),
      (["-r", "nowhere"], "No such file"),
    ] {
      try FileManager.default.createDirectory(
        atPath: directory.file("notes-only"),
        withIntermediateDirectories: true
      )
      _ = try directory.write(Array("x".utf8), "notes-only/x")
      let result = try Program.run(
        program: Program.sdeictl,
        ["verify"] + arguments.map { $0 == "-r" ? $0 : directory.file($0) }
      )
      #expect(result.status == 2 && result.messages.contains(words), "\(result.messages)")
    }
  }

  @Test("a list may come from a file or standard input, with any ends of lines, and empty ones")
  func lists() throws {
    let (a, z) = (directory.file("a.x"), directory.file("Z.x"))
    let expected = ["b.x", "a.x", "Z.x", "a.x"]
    for text in [
      "\(a)\n\(z)\n\(a)\n", "\(a)\n\n\(z)\n\(a)", "\(a)\r\n\(z)\r\n\r\n\(a)\r\n",
    ] {
      let list = try directory.write(Array(text.utf8), ".list")
      let file = try run(directory.file("b.x"), "--files-from", list, "--format", "jsonl")
      #expect(try file.status == 0 && names(file) == expected, "\(file.text)")
      let piped = try run(
        directory.file("b.x"),
        "--files-from",
        "-",
        "--format",
        "jsonl",
        input: text
      )
      #expect(piped.output == file.output)
    }
    let folder = try run("--files-from", "-", "-r", "--format", "jsonl", input: directory.file("b"))
    #expect(try names(folder) == ["b/10.x", "b/2.x", "b/deeper/z.x"])
    #expect(try run("--files-from", "-", input: directory.file("b")).status == 2)
    let missing = try run("--files-from", directory.file("no-list"))
    #expect(missing.status == 2 && missing.messages.contains("no-list"))
    let empty = try run("--files-from", "-", input: "\n\n")
    #expect(empty.status == 2 && empty.messages.contains("hold no file"))
  }

  @Test("a missing file among others is told, and the others are answered")
  func missing() throws {
    let paths = ["a.x", "missing", "b.x"].map { directory.file($0) }
    let result = try run(paths[0], paths[1], paths[2], "--format", "jsonl")
    #expect(result.status == 2 && result.messages.contains(paths[1]))
    #expect(try names(result) == ["a.x", "missing", "b.x"])
    let report = try VerifyReport(result.output, isLines: true)
    #expect(report.total("valid") == 2 && report.total("unread") == 1)
    #expect(try run(paths[0], paths[1], "--exit-zero").status == 2)
  }

  @Test(
    "no input at all, and standard input for two things, are mistakes of the command line",
    arguments: [
      [], ["-r"], ["-", "-"], ["-", "--files-from", "-"], ["-", "--policy", "-"],
      ["-", "--previous", "-"], ["--policy", "-", "--baseline", "-", "README.md"],
      ["-", "--events", "-"], ["README.md", "--jobs", "0"], ["README.md", "--max-findings", "-1"],
      ["README.md", "--min-severity", "bad"], ["README.md", "--today", "2026-01-01"],
      ["README.md", "--baseline"], ["README.md", "--format", "xml"],
    ]
  )
  func mistakes(arguments: [String]) throws {
    let result = try Program.run(program: Program.sdeictl, ["verify"] + arguments)
    #expect(result.status == 64 && result.output.isEmpty, "\(result.messages)")
  }

  @Test("a list that names standard input may not come from there")
  func twice() throws {
    let result = try run("--files-from", "-", input: "-\n")
    #expect(result.status == 64 && result.messages.contains("read once"), "\(result.messages)")
    let list = try directory.write(Array("-\n".utf8), ".list")
    #expect(try run("-", "--files-from", list).status == 64)
    #expect(try run("--files-from", list).status == 2)
  }
}
