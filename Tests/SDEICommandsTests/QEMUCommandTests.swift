import Foundation
import SDEIModel
import SDEITestSupport
import Testing

@Suite("QEMU streams on the command line")
struct QEMUCommandTests {
  /// The fixture with a cpu/sdei subsection, unpacked.
  static func fixture(_ name: String) throws -> (file: String, keep: Temporary, bytes: [UInt8]) {
    let bytes = try Gzip.bytes(of: Repository.path("fixtures/qemu/\(name).qemu.gz"))
    let directory = try Temporary()
    return (try directory.write(bytes, "stream"), directory, bytes)
  }

  @Test("dump and info show the state of a real stream", arguments: ["kvm-v4", "none"])
  func golden(name: String) throws {
    let (file, directory, _) = try Self.fixture("virt-2-vcpus-\(name)")
    defer { withExtendedLifetime(directory) {} }
    for command in ["dump", "info"] {
      let result = try Program.run(command, file)
      #expect(result.status == 0 && result.messages.isEmpty)
      let text = result.text.replacingOccurrences(of: file, with: "STREAM")
      try Golden.expect(Array(text.utf8), toEqual: "fixtures/qemu/\(name).\(command).txt")
    }
  }

  @Test("a pipe and a file give the same answer")
  func pipe() throws {
    let (file, directory, _) = try Self.fixture("virt-2-vcpus-kvm-v4")
    defer { withExtendedLifetime(directory) {} }
    for command in ["dump --to json", "info", "verify --format json"] {
      // The kernel that the state comes from would not load it again: verify says no.
      let script = """
        "$0" \(command) "$1" > "$2/file"; [ $? -le 1 ] || exit 2
        cat "$1" | "$0" \(command) - > "$2/pipe"; [ $? -le 1 ] || exit 2
        "$0" \(command) - < "$1" > "$2/input"; [ $? -le 1 ]
        """
      let result = try Program.run(
        program: "bash",
        ["-c", script, Program.sdeictl, file, directory.path]
      )
      #expect(result.status == 0, "\(result.messages)")
      let texts = try ["file", "pipe", "input"].map { name in
        try String(contentsOfFile: directory.file(name), encoding: .utf8)
          .replacingOccurrences(of: file, with: "standard input")
      }
      #expect(texts[0] == texts[1] && texts[1] == texts[2] && texts[0].count > 100)
    }
  }

  @Test("the state goes on into other formats, with definitions from a file")
  func convert() throws {
    let (file, directory, _) = try Self.fixture("virt-2-vcpus-kvm-v4")
    defer { withExtendedLifetime(directory) {} }
    let target = directory.file("state.sdei")
    #expect(try Program.run("convert", file, "--to", "sdei", "-o", target).status == 0)
    let (there, back) = (
      try Program.run("dump", file, "--to", "json"), try Program.run("dump", target, "--to", "json")
    )
    #expect(there.output == back.output && there.text.contains("\"kvm-v4\""))
    let refused = try Program.run("convert", target, "--to", "qemu", "-o", directory.file("x"))
    #expect(refused.status == 64 && refused.messages.contains("qemu"))
  }

  @Test("a stream without SDEI state is an answer, and nothing to convert")
  func none() throws {
    let (file, directory, bytes) = try Self.fixture("virt-2-vcpus-none")
    let target = directory.file("state.sdei")
    let result = try Program.run("convert", file, "--to", "sdei", "-o", target)
    #expect(result.status == 1 && result.messages.contains("no SDEI state"))
    let verdict = try Program.run("verify", file)
    #expect(verdict.status == 0 && verdict.text.contains("[SDEI-D050]"))
    #expect(!FileManager.default.fileExists(atPath: target))
    let cut = try directory.write(Array(bytes[..<(bytes.count / 2)]), "cut")
    let error = try Program.run("dump", cut)
    #expect(error.status == 2 && error.messages.contains("last section header reached"))
  }

  @Test("512 MiB of guest memory take no more memory than 1 MiB")
  func guestMemory() throws {
    let directory = try Temporary()
    func peak(_ size: Int) throws -> (text: String, peakKiB: Int) {
      let script = """
        python3 Tests/Tools/ram_stream.py \(size) \
        | python3 Tests/Tools/peak.py "$1" "$0" info -
        """
      let file = directory.file("peak")
      let result = try Program.run(program: "bash", ["-c", script, Program.sdeictl, file])
      #expect(result.status == 0, "\(result.messages)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      return (result.text, try #require(Int(text)))
    }
    let (small, large) = (try peak(1), try peak(512))
    #expect(large.text.contains("131072 pages and 0 zero pages"))
    print("1 MiB: \(small.peakKiB) KiB, 512 MiB: \(large.peakKiB) KiB")
    #expect(large.peakKiB < small.peakKiB + 1024)
  }

  /// Streams that ask for much with few bytes.
  static let greedy: [(String, @Sendable () -> QEMUStreamBuilder)] = [
    (
      "sections of nothing",
      {
        var builder = QEMUStreamBuilder()
        builder.devices = (0..<20_000).map { QEMUTestDevice("x", instance: $0, []) }
        return builder
      }
    ),
    (
      "vCPUs of nothing",
      {
        var builder = QEMUStreamBuilder()
        builder.devices = (0..<20_000).map { QEMUTestDevice("cpu", instance: $0 * 7, []) }
        return builder
      }
    ),
    (
      "fields of nothing",
      {
        var builder = QEMUStreamBuilder()
        let fields = [QEMUTestField](repeating: QEMUTestField("", size: 0, []), count: 40_000)
        builder.devices = [QEMUTestDevice("cpu", fields)]
        return builder
      }
    ),
    (
      "a description of tiny values",
      {
        var builder = QEMUStreamBuilder()
        builder.description =
          "{\"x\": [" + String(repeating: "0,", count: 200_000) + "0], \"devices\": []}"
        return builder
      }
    ),
    (
      "queues of numbers of their own",
      {
        var builder = QEMUStreamBuilder()
        let queue = (0..<40_000).map { KVMv5Struct.make(16, [0: (UInt64($0), 8), 8: (1, 4)]) }
        let subsection = RecordedDump.subsection([], queue, [])
        builder.devices = [QEMUTestDevice("cpu", [], subsections: [subsection])]
        return builder
      }
    ),
    (
      "blocks of nothing",
      {
        var builder = QEMUStreamBuilder()
        let blocks = (0..<50_000).map { (name: "\($0)", length: UInt64(0)) }
        builder.memory[0] =
          QEMUTestRAM.list(blocks + [("mach-virt.ram", 0x10000)]) + QEMUTestRAM.end
        return builder
      }
    ),
  ]

  @Test("64 times its size and 1 MiB at most", arguments: greedy.map(\.0))
  func bounded(name: String) throws {
    let item = try #require(Self.greedy.first { $0.0 == name })
    let directory = try Temporary()
    let bytes = item.1().bytes
    let file = try directory.write(bytes, "stream")
    let idle = try Program.runMeasured(["info", "fixtures/native/empty.sdei"]).peakKiB
    let (result, peakKiB) = try Program.runMeasured(["info", file])
    #expect(result.status == 0 || result.status == 2, "\(result.messages)")
    let used = peakKiB - idle
    print("\(name): \(bytes.count) bytes, \(used) KiB, \(used * 1024 / bytes.count) times")
    #expect(used < 64 * bytes.count / 1024 + 1024)
  }
}
