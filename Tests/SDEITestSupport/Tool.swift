import Foundation
import Glibc

/// What a program did: exit status and outputs.
package struct ProgramResult: Sendable {
  package let status: Int32
  package let output: [UInt8]
  package let messages: String

  package var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs programs.
package enum Program {
  /// The tool, beside the test binary.
  package static let sdeictl: String = {
    let binary =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: binary).deletingLastPathComponent()
      .appendingPathComponent("sdeictl").path
  }()

  /// Runs the tool from the top of the repository.
  package static func run(
    _ arguments: String...,
    input: [UInt8] = [],
    environment: [String: String] = [:]
  ) throws -> ProgramResult {
    try run(program: sdeictl, arguments, input: input, environment: environment)
  }

  /// Runs a program with its outputs in files, so that nothing can block.
  package static func run(
    program: String,
    _ arguments: [String],
    input: [UInt8] = [],
    environment: [String: String] = [:]
  ) throws -> ProgramResult {
    let directory = try Temporary()
    let (inputPath, outputPath, messagePath) = (
      directory.file("input"), directory.file("output"), directory.file("messages")
    )
    try Data(input).write(to: URL(fileURLWithPath: inputPath))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, messagePath, O_WRONLY | O_CREAT, 0o600)
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    let words = ["env", "-C", Repository.root.path, program] + arguments
    var argv = words.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid = pid_t()
    let failure = posix_spawnp(&pid, "env", &actions, nil, &argv, &envp)
    guard failure == 0 else { throw NothingToTest(what: "way to start \(program) (\(failure))") }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return ProgramResult(
      status: code,
      output: [UInt8](try Data(contentsOf: URL(fileURLWithPath: outputPath))),
      messages: String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: messagePath)),
        as: UTF8.self
      )
    )
  }
}

extension Program {
  /// Runs the tool, telling also the most memory that it had, in KiB.
  package static func runMeasured(
    _ arguments: [String]
  ) throws -> (result: ProgramResult, peakKiB: Int) {
    let directory = try Temporary()
    let file = directory.file("peak")
    let result = try run(
      program: "python3",
      ["Tests/Tools/peak.py", file, sdeictl] + arguments
    )
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    guard let peak = Int(text) else { throw NothingToTest(what: "measure of \(arguments)") }
    return (result, peak)
  }
}

/// A directory that is gone when nobody holds it any more.
package final class Temporary: Sendable {
  package let path: String

  package init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sdeictl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { path + "/" + name }

  package func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}
