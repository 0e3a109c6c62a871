import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("sdeictl")
struct CommandTests {
  private static let real = "fixtures/kvm-v5/real-4-vcpus.kvm-v5"
  private static let refused = "fixtures/kvm-v5/real-refused.kvm-v5"

  // MARK: The view

  struct View: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: @Sendable () throws -> [UInt8]
    var testDescription: String { name }
  }

  static let views: [View] = [
    View(name: "1-vcpu") { try Self.dump("026", 1) },
    View(name: "8-vcpus") { try Codec.encode(Workload.linux(1).snapshot()).bytes },
    View(name: "512-vcpus") { try Self.dump("049", 0) },
    View(name: "512-vcpus-workload") { try Codec.encode(Workload.linux(2).snapshot()).bytes },
    View(name: "65536-vcpus") { try Codec.encode(Self.running(65_536)).bytes },
    View(name: "65536-vcpus-workload") { try Codec.encode(Workload.linux(4).snapshot()).bytes },
    View(name: "every-encoding") {
      try Codec.encode(NativeFixtures.everyEncoding()).bytes
    },
  ]

  private static func dump(_ trace: String, _ number: Int) throws -> [UInt8] {
    let traces = try KVMTrace.all(.kvmV5, in: Repository.path("fixtures/traces/kvm-v5"))
    let dumps = traces.first { $0.name == trace }?.dumps ?? []
    guard number < dumps.count else { throw NothingToTest(what: "dump \(trace)/\(number)") }
    return dumps[number].transcript
  }

  /// Many vCPUs of which one in ten runs a handler, with events that differ on a few.
  private static func running(_ vcpus: UInt32) -> Snapshot {
    var random = SplitMix64(seed: 7)
    var snapshot = Snapshot(
      instance: Instance(dialect: .specification, producer: "test"),
      vcpus: VCPUs(count: vcpus)
    )
    let all = Bitmap(below: vcpus)
    var contexts: [Context] = []
    for number in [0, 0x4000_0001, 0x4000_0002] as [UInt64] {
      var event = Event(
        EventNumber(number),
        definition: EventDefinition(
          type: .private,
          priority: number == 0x4000_0002 ? .critical : .normal,
          isSignalable: number == 0
        )
      )
      event.registered = all.subtracting(Bitmap(indexes: [17, 40_000].filter { $0 < vcpus }))
      event.enabled = event.registered
      event.entry = Column(0xffff_8000_0801_0e40, at: event.registered)
      var builder = ColumnBuilder()
      builder.append(IndexRange(0, vcpus - 1), base: 0xffff_0000_4000_0000, stride: 0x1f000)
      event.argument = builder.finish().restricted(to: event.registered)
      event.argument[99] = 0x1234
      snapshot.events.insert(event)
    }
    for vcpu in 0..<vcpus where random.oneIn(10) {
      let frame = RegisterFrame(
        pc: 0xffff_8000_0800_0000 + random.below(1 << 20) * 4,
        pstate: 0x3c5
      )
      contexts.append(
        Context(
          vcpu: vcpu,
          level: .normal,
          event: EventNumber(random.oneIn(2) ? 0 : 0x4000_0001),
          frame: frame
        )
      )
    }
    snapshot.contexts = ContextTable(contexts)
    snapshot.vcpus.masked = Bitmap(indexes: (0..<vcpus).filter { _ in random.oneIn(100) })
    return snapshot
  }

  @Test("the text view is the golden one, and short with any number of vCPUs", arguments: views)
  func view(view: View) throws {
    let bytes = try view.bytes()
    let result = try Program.run("dump", "-", input: bytes)
    #expect(result.status == 0, "\(result.messages)")
    try Golden.expect(result.output, toEqual: "fixtures/views/\(view.name).txt")
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 201, "\(lines.count) lines")
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") && $0.count < 240 })
  }

  @Test("what the view leaves out is counted, and --all leaves out nothing")
  func elided() throws {
    let snapshot = Workload.linux(4).snapshot()
    let bytes = try Codec.encode(snapshot).bytes
    let short = try Program.run("dump", "-", input: bytes).text
    let all = try Program.run("dump", "-", "--all", input: bytes).text
    #expect(!all.contains("--all shows them"))
    let shownVCPUs = { (text: String) in
      Set(
        text.split(separator: "\n").compactMap { line -> UInt32? in
          let words = line.split(separator: " ")
          guard line.hasPrefix("  "), words.count > 5, ["open", "masked"].contains(words[1]) else {
            return nil
          }
          return UInt32(words[0])
        }
      )
    }
    let busy = snapshot.contexts.vcpus.count
    #expect(shownVCPUs(all).count == busy)
    let hidden = busy - shownVCPUs(short).count
    let counted = short.split(separator: "\n").first { $0.contains("more vCPUs:") }
    #expect(counted?.contains(grouped(hidden)) == true, "\(hidden): \(counted ?? "")")
    let events = short.split(separator: "\n").filter {
      $0.hasPrefix("  0x") && $0.contains("vendor")
    }
    let hiddenEvents = snapshot.events.count - 1 - events.count
    #expect(short.contains("… \(hiddenEvents) more events"))
  }

  private func grouped(_ number: Int) -> String {
    number < 1000
      ? "\(number)" : "\(number / 1000)," + String(String(1000 + number % 1000).dropFirst())
  }

  // MARK: Conversions

  @Test("raw -> sdei -> json -> sdei -> raw on the command line, through files and pipes")
  func conversions() throws {
    let directory = try Temporary()
    let sdei = directory.file("a.sdei")
    #expect(try Program.run("convert", Self.real, "--to", "sdei", "-o", sdei).status == 0)
    let json = try Program.run("dump", sdei, "--to", "json")
    #expect(json.status == 0)
    let back = try Program.run("convert", "-", "--to", "kvm-v5", "-o", "-", input: json.output)
    #expect(back.output == (try Repository.bytes(Self.real)))
    let named = try Program.run(
      "dump",
      "-",
      "--format",
      "json",
      "--to",
      "sdei",
      input: json.output
    )
    #expect(named.output == (try Data(contentsOf: URL(fileURLWithPath: sdei))).map { $0 })
  }

  @Test("the real fixtures are what the recordings have")
  func fixturesAreReal() throws {
    #expect(try Repository.bytes(Self.real) == Self.dump("000", 0))
    #expect(try Repository.bytes("fixtures/kvm-v5/real-64-vcpus.kvm-v5") == Self.dump("028", 0))
    #expect(try Repository.bytes(Self.refused) == Self.dump("057", 0))
  }

  @Test("losses are listed and nothing is written, unless they are allowed")
  func losses() throws {
    let directory = try Temporary()
    let output = directory.file("out.kvm-v5")
    let source = "fixtures/native/worked-example.sdei"
    let refused = try Program.run("convert", source, "--to", "kvm-v5", "-o", output)
    #expect(refused.status == 1 && !FileManager.default.fileExists(atPath: output))
    #expect(refused.messages.contains("instance.dialect") && refused.messages.contains("SDEI-C011"))
    #expect(refused.messages.contains("events[0x0].running"))
    let allowed = try Program.run("convert", source, "--to", "kvm-v5", "-o", output, "--allow-loss")
    #expect(allowed.status == 0 && allowed.messages.contains("SDEI-C011"))
    #expect(try Program.run("info", output).status == 0)
  }

  @Test("more than 512 vCPUs in a transcript are refused by name")
  func tooManyVCPUs() throws {
    let bytes = try Codec.encode(Workload.linux(3).snapshot()).bytes
    let result = try Program.run(
      "convert",
      "-",
      "--to",
      "kvm-v5",
      "-o",
      "-",
      "--allow-loss",
      input: bytes
    )
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.messages.contains("vCPU 512") && result.messages.contains("ep_address[512]"))
  }

  @Test("a state is split into parts and put together again")
  func parts() throws {
    let directory = try Temporary()
    let split = try Program.run("convert", Self.real, "--to", "sdei", "--split", directory.path)
    #expect(split.status == 0, "\(split.messages)")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(names == (0..<4).map { "vcpu-\($0).sdei" } + ["vm.sdei"])
    let paths = names.map { directory.file($0) }
    let merge = { (files: [String]) in
      try Program.run(
        program: Program.sdeictl,
        ["convert"] + files + ["--to", "kvm-v5", "-o", "-"]
      )
    }
    #expect(try merge(paths).output == Repository.bytes(Self.real))
    let gap = try merge(paths.filter { !$0.hasSuffix("2.sdei") })
    #expect(gap.status == 2 && gap.messages.contains("vCPU 2 is missing"))
    let twice = try merge(paths + [directory.file("vcpu-1.sdei")])
    #expect(twice.status == 2 && twice.messages.contains("two parts for vCPU 1"))
    let other = directory.file("other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    #expect(
      try Program.run(
        "convert",
        "fixtures/native/w1-linux.sdei",
        "--to",
        "sdei",
        "--split",
        other
      ).status == 0
    )
    let mismatch = try merge(paths.dropLast() + [other + "/vm.sdei"])
    #expect(mismatch.status == 2 && mismatch.messages.contains("digest"))
    let part = try Program.run("dump", directory.file("vcpu-2.sdei"))
    #expect(part.status == 0 && part.text.contains("vCPU 2 of the VM with digest"))
  }

  @Test("compressed files are read, and say so in their header")
  func compress() throws {
    let directory = try Temporary()
    let output = directory.file("c.sdei")
    let source = "fixtures/native/w2-linux.sdei"
    #expect(
      try Program.run("convert", source, "--to", "sdei", "-o", output, "--compress").status == 0
    )
    let json = try Program.run("dump", output, "--to", "json").output
    #expect(json == (try Program.run("dump", source, "--to", "json").output))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    #expect(String(decoding: bytes.prefix(64), as: UTF8.self).contains("deflate"))
  }

  // MARK: verify

  @Test("verify answers 0, 1 or 2, and names each finding")
  func verify() throws {
    let clean = "fixtures/kvm-split/worked-example.kvm-split"
    let valid = try Program.run("verify", clean)
    #expect(valid.status == 0 && valid.text == "\(clean): valid\n")
    let refused = try Program.run("verify", Self.refused)
    #expect(refused.status == 1)
    for id in ["SDEI-T007", "SDEI-T011", "SDEI-T013"] { #expect(refused.text.contains(id)) }
    #expect(refused.text.contains("SET_REGISTERED_EVENT returns -EINVAL"))
    let damaged = try Program.run("verify", "README.md", Self.real)
    #expect(damaged.status == 2 && damaged.messages.contains("README.md"))
    #expect(damaged.text.contains(Self.real), "the others are answered all the same")
  }

  @Test("padding is a warning: it counts with --strict only")
  func strict() throws {
    var builder = TranscriptBuilder(vcpus: 1)
    builder.frame(2, count: 1, KVMv5Struct.exposed(0x4040_0000, padding: 1))
    builder.frame(5, count: 0, [])
    builder.frame(10, 0, count: 1, KVMv5Struct.state())
    let directory = try Temporary()
    let file = try directory.write(builder.bytes, "padded.kvm-v5")
    #expect(try Program.run("verify", file).status == 0)
    #expect(try Program.run("verify", "--strict", file).status == 1)
    let surplus = "fixtures/kvm-v5/surplus.kvm-v5"
    let notes = try Program.run("verify", "--strict", surplus)
    #expect(notes.status == 0 && notes.text.contains("3 notes"))
  }

  @Test("verify's JSON has its schema's name, every finding with its offset, and the counts")
  func verifyJSON() throws {
    let result = try Program.run(
      "verify",
      "--format",
      "json",
      "fixtures/kvm-v5/oddities.kvm-v5",
      Self.refused
    )
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    )
    #expect(object["schema"] as? String == "sdeictl/verify/1" && result.status == 1)
    let inputs = try #require(object["inputs"] as? [[String: Any]])
    let findings = try #require(inputs.first?["findings"] as? [[String: Any]])
    #expect(findings.allSatisfy { $0["id"] != nil })
    // What is missing has no place in the bytes.
    let elsewhere = findings.filter { $0["offset"] == nil }.compactMap { $0["id"] as? String }
    #expect(elsewhere == ["SDEI-V008"])
    // An event_count of 0, a notifier that only its own kernel may be given, and a masked vCPU.
    let hazards = findings.compactMap { $0["id"] as? String }.filter { $0.hasPrefix("SDEI-T") }
    #expect(hazards == ["SDEI-T102", "SDEI-T117", "SDEI-T122"])
    let counts = inputs.compactMap { ($0["counts"] as? [String: Int])?["error"] }
    #expect(counts.count == 2 && counts.allSatisfy { $0 > 0 })
    let errors = (object["summary"] as? [String: Any])?["error"] as? Int
    #expect(errors == counts.reduce(0, +))
  }

  // MARK: info, and files from the future

  @Test("info says what a file of a later version is and who wrote it; dump refuses it")
  func future() throws {
    var walker = RecordWalker(try Repository.bytes("fixtures/native/w1-linux.sdei"))
    walker.header[8] = 7
    walker.header[24] = 9
    let directory = try Temporary()
    let file = try directory.write(walker.sealed, "future.sdei")
    let info = try Program.run("info", file)
    #expect(info.status == 0, "\(info.messages)")
    #expect(info.text.contains("format version 7.1") && info.text.contains("producer    \"test\""))
    let dump = try Program.run("dump", file)
    #expect(dump.status == 2 && dump.output.isEmpty)
    #expect(dump.messages.contains("7.1") && dump.messages.contains("\"test\""))
    walker.header[8] = 0
    walker.header[24] = 0
    walker.records.append(.init(type: 500, flags: 1, body: [1, 2], padding: []))
    let mandatory = try directory.write(walker.sealed, "mandatory.sdei")
    let told = try Program.run("info", mandatory)
    #expect(told.status == 0 && told.text.contains("record type 500"))
    #expect(
      told.text.contains("producer    \"test\""),
      "the header is told all the same"
    )
    #expect(try Program.run("dump", mandatory).status == 2)
    let damaged = try directory.write(
      try Repository.bytes("fixtures/native/w1-linux.sdei").dropLast(9) + [1],
      "damaged.sdei"
    )
    let damage = try Program.run("info", damaged)
    #expect(damage.status == 2 && damage.messages.contains("byte"))
    #expect(damage.text.contains("producer    \"test\""))
  }

  @Test("info describes every fixture", arguments: Repository.stateFixtures)
  func info(file: String) throws {
    let result = try Program.run("info", file)
    #expect(result.status == 0 && result.text.contains("vCPUs"), "\(result.messages)")
  }

  // MARK: Hostile files

  @Test("claims of 2^60 vCPUs, 2^32 events or a 2^62-byte record are refused within 64 MiB")
  func claims() throws {
    let directory = try Temporary()
    let base = try Repository.bytes("fixtures/native/worked-example.sdei")
    var vcpus = RecordWalker(base)
    vcpus.records[1].body.replaceSubrange(
      0..<1,
      with: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]
    )
    var events = RecordWalker(base)
    events.records[2].body =
      [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01] + [UInt8](repeating: 7, count: 3800)
    var record = base
    record.replaceSubrange(64..<72, with: RecordWalker.bytes(1 << 62, 8))
    record += [UInt8](repeating: 0, count: 4096 - record.count)
    let json = """
      {"schema":"sdeictl/snapshot/1","instance":{"version":"1.1","vendor":"0x0","clientEL":1,
      "dialect":"specification"},"vcpus":{"count":1152921504606846976}}
      """
    let files: [(String, [UInt8])] = [
      ("vcpus", vcpus.sealed), ("events", events.sealed), ("record", record),
      ("json", Array(json.utf8)),
    ]
    for (name, bytes) in files {
      let file = try directory.write(bytes, name)
      for command in ["info", "verify", "dump"] {
        let (result, peakKiB) = try Program.runMeasured([command, file])
        #expect(result.status == 2, "\(name) \(command): \(result.text)")
        #expect(result.messages.contains("byte "), "\(result.messages)")
        #expect(peakKiB < 64 * 1024, "\(name) \(command): \(peakKiB) KiB")
      }
    }
  }

  @Test("a file of less than 4 KiB with 2^32 - 1 vCPUs is answered within 64 MiB")
  func largest() throws {
    let file = "fixtures/native/largest.sdei"
    #expect(try Repository.bytes(file).count <= 4096)
    for arguments in [
      ["info"], ["verify"], ["dump"], ["dump", "--to", "json"], ["dump", "--all"],
    ] {
      let (result, peakKiB) = try Program.runMeasured(arguments + [file])
      // All its vCPUs have one affinity, which verify finds.
      let status: Int32 = arguments == ["verify"] ? 1 : 0
      #expect(result.status == status, "\(arguments): \(result.messages)")
      #expect(peakKiB < 64 * 1024, "\(arguments): \(peakKiB) KiB")
    }
  }

  // MARK: Conventions

  @Test("wrong usage is 64, an unreadable file 2, and both say why")
  func statuses() throws {
    for arguments in [
      [], ["frob"], ["dump"], ["dump", Self.real, "--to", "xml"], ["convert", Self.real],
      ["convert", Self.real, "--to", "sdei"], ["verify", "--format", "yaml", Self.real],
      ["dump", Self.real, "--max-memory", "lots"],
    ] {
      let result = try Program.run(program: Program.sdeictl, arguments)
      let isHelp = arguments.isEmpty
      #expect(result.status == (isHelp ? 0 : 64), "\(arguments): \(result.status)")
      #expect(isHelp || !result.messages.isEmpty)
    }
    let missing = try Program.run("dump", "no/such/file")
    #expect(missing.status == 2 && missing.messages.contains("no/such/file"))
    let empty = try Program.run("dump", "-", input: [])
    #expect(empty.status == 2 && empty.messages.contains("empty input"))
    let wrong = try Program.run("dump", Self.real, "--input-format", "json")
    #expect(wrong.status == 2)
  }

  @Test("an input is never written, and a failed write leaves what was there")
  func outputs() throws {
    let directory = try Temporary()
    let file = try directory.write(try Repository.bytes(Self.real), "state")
    let onto = try Program.run("convert", file, "--to", "sdei", "-o", directory.path + "/./state")
    #expect(onto.status == 2 && onto.messages.contains("input is never written"))
    #expect(
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) == (try Repository.bytes(Self.real))
    )
    let nowhere = try Program.run("convert", file, "--to", "sdei", "-o", "/no/such/place")
    #expect(nowhere.status == 2)
  }

  @Test("--max-memory refuses what would unfold beyond it, with the size")
  func maxMemory() throws {
    let result = try Program.run("dump", Self.real, "--to", "json", "--max-memory", "4K")
    #expect(result.status == 1 && result.messages.contains("4096"))
    #expect(try Program.run("dump", Self.real, "--to", "json", "--max-memory", "1MiB").status == 0)
  }

  @Test("colour only when asked for or on a terminal")
  func colour() throws {
    let escape = "\u{1B}["
    #expect(try !Program.run("dump", Self.real).text.contains(escape))
    #expect(try Program.run("dump", Self.real, "--color", "always").text.contains(escape))
    let script = "script -qec \"\(Program.sdeictl) dump \(Self.real)\" /dev/null"
    let hasScript = try Program.run(program: "sh", ["-c", "command -v script"]).status == 0
    try #require(hasScript, "script (of bsdutils) gives the tool a terminal")
    let terminal = try Program.run(
      program: "sh",
      ["-c", script],
      environment: ["TERM": "xterm", "NO_COLOR": ""]
    )
    #expect(terminal.text.contains(escape))
    let plain = try Program.run(
      program: "sh",
      ["-c", script],
      environment: ["TERM": "xterm", "NO_COLOR": "1"]
    )
    #expect(!plain.text.contains(escape))
    let binary = "script -qec \"\(Program.sdeictl) dump \(Self.real) --to sdei\" /dev/null"
    let garbled = try Program.run(program: "sh", ["-c", binary])
    #expect(garbled.text.contains("garble the terminal"))
  }

  @Test("unknown records of parts: what is safe to copy is kept, the others are named")
  func unknownRecordsOfParts() throws {
    let directory = try Temporary()
    let source = "fixtures/native/unknown-records.sdei"
    let split = try Program.run("convert", source, "--to", "sdei", "--split", directory.path)
    #expect(
      split.status == 0 && split.messages.contains("type 77") && !split.messages.contains("78")
    )
    var walker = RecordWalker(
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.file("vcpu-0.sdei"))))
    )
    walker.records.append(.init(type: 901, flags: 0, body: [1], padding: []))
    walker.records.append(.init(type: 902, flags: 2, body: [2], padding: []))
    _ = try directory.write(walker.sealed, "vcpu-0.sdei")
    let parts = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    let whole = directory.file("whole")
    let merged = try Program.run(
      program: Program.sdeictl,
      ["convert"] + parts.map { directory.file($0) } + ["--to", "sdei", "-o", whole]
    )
    #expect(merged.status == 0 && merged.messages.contains("type 901"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
    #expect(try Codec.decode(bytes).unknownRecords.map(\.type).sorted() == [78, 902])
  }

  @Test("a symbolic link stays one, and a reader that leaves early is no failure")
  func linksAndPipes() throws {
    let directory = try Temporary()
    let (target, link) = (try directory.write([1], "target"), directory.file("link"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try Program.run("convert", Self.real, "--to", "sdei", "-o", link).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try Program.run("info", target).status == 0)
    let pipe =
      "\(Program.sdeictl) dump fixtures/native/w2-linux.sdei --to json | head -c 10; echo ${PIPESTATUS[0]}"
    let result = try Program.run(program: "bash", ["-c", pipe])
    #expect(result.text.hasSuffix("0\n") && result.messages.isEmpty, "\(result.text)")
  }

  @Test("texts of a hostile file do not reach the terminal as control characters")
  func terminalSafety() throws {
    let text = "{\"\\u001b[31m\": 1}"
    let result = try Program.run("dump", "-", input: Array(text.utf8))
    #expect(result.status == 2 && !result.messages.contains("\u{1B}"))
    #expect(result.messages.contains("\\u{1b}"))
  }

  @Test("--version names every format and the versions read and written")
  func version() throws {
    let text = try Program.run("--version").text
    for format in FormatRegistry.formats {
      let line = text.split(separator: "\n").first { $0.contains("  \(format.id.name) ") }
      let verbs = format.traits.isWritten ? "reads and writes" : "reads           "
      #expect(line?.contains("\(verbs) version \(format.version)") == true)
    }
  }

  @Test("every command has help with an example; shells have completions")
  func help() throws {
    for command in ["dump", "info", "verify", "convert", "diff"] {
      let text = try Program.run(command, "--help").text
      #expect(text.contains("Examples:\n  sdeictl \(command)"), "\(command)")
    }
    for shell in ["bash", "zsh", "fish"] {
      let script = try Program.run("--generate-completion-script", shell)
      #expect(script.status == 0 && script.text.contains("sdeictl"))
    }
  }

  @Test("the tool starts without full Foundation")
  func foundation() throws {
    let libraries = try Program.run(program: "ldd", [Program.sdeictl]).text
    #expect(libraries.contains("libz."))
    #expect(!libraries.contains("libFoundation.so") && !libraries.contains("ICU"))
  }

  @Test("README shows what the tool prints")
  func readme() throws {
    let readme = try Repository.text("README.md")
    var shown = 0
    for block in readme.components(separatedBy: "```console\n").dropFirst() {
      let text = block.components(separatedBy: "```")[0]
      for part in ("\n" + text).components(separatedBy: "\n$ ").dropFirst() {
        let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ").map(String.init)
        guard words[0] == "sdeictl" else { continue }
        let result = try Program.run(program: Program.sdeictl, Array(words.dropFirst()))
        let expected = lines.count > 1 ? String(lines[1]) : ""
        #expect(
          result.text.trimmingCharacters(in: .newlines)
            == expected.trimmingCharacters(in: .newlines),
          "\(lines[0])"
        )
        shown += 1
      }
    }
    #expect(shown >= 2)
  }
}
