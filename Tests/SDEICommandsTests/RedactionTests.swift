import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("sdeictl dump --redact")
struct RedactionTests {
  /// The fixtures with a state.
  static let states = Repository.stateFixtures.filter { $0 != "fixtures/kvm-v7/none.kvm-v7" }

  static let journals: [String] = ["journals", "hostile", "journal"].flatMap { folder in
    ((try? Repository.files(in: "fixtures/" + folder, "")) ?? [])
      .filter { $0.hasSuffix(".jsonl") || $0.hasSuffix(".sdeij") }.map {
        "fixtures/\(folder)/\($0)"
      }
  }

  /// The state from which journals start that have its digest only.
  private static let start = "fixtures/native/worked-example.sdei"

  @Test("the fixtures are there, and have addresses")
  func fixtures() throws {
    #expect(Self.states.count >= 40 && Self.journals.count >= 30)
    let counts = try (Self.states + Self.journals).map { file in
      try Self.search(file, Self.states.contains(file) ? "json" : "jsonl").originals.count
    }
    print("redacted \(counts.count) files with \(counts.reduce(0, +)) addresses")
    #expect(counts.reduce(0, +) > 1000)
    #expect(counts.count { $0 > 0 } > 30)
  }

  @Test("no address of a state is found in what is written", arguments: states)
  func state(_ file: String) throws {
    let search = try Self.search(file, "json")
    let formats = FormatRegistry.formats.filter { $0.traits.isWritten }.map { $0.id.name }
    for form in ["text"] + formats {
      let result = try run(["dump", "--redact", "--all", file, "--to", form])
      // Every state fits these, and not every one the formats of one implementation.
      if !["text", "json", "sdei"].contains(form) && result.status == 1 { continue }
      #expect(result.status == 0, "\(form): \(result.messages)")
      #expect(result.messages.contains("sdeictl: replaced"))
      #expect(search.words(of: result.output) == [], "\(form)")
      #expect(search.words(of: Array(result.messages.utf8)) == [], "\(form)")
      #expect(
        search.words(in: result.output, hasWords: form.hasPrefix("kvm-v") && form != "kvm-v7-text")
          == [],
        "\(form)"
      )
      #expect(try run(["dump", "--redact", "--all", file, "--to", form]).output == result.output)
    }
  }

  /// The addresses of a file as it is.
  private static func search(_ file: String, _ form: String) throws -> AddressSearch {
    let result = try Program.run("convert", file, "--to", form, "--allow-loss", "-o", "-")
    try #require(result.status == 0, "\(file): \(result.messages)")
    return try AddressSearch(json: result.output)
  }

  @Test("a redacted state has the same findings", arguments: states)
  func findings(_ file: String) throws {
    let directory = try Temporary()
    for form in ["sdei", "kvm-v5"] {
      var files: [String] = []
      for redact in [[], ["--redact"]] {
        let result =
          try redact.isEmpty
          ? run(["convert", file, "--to", form, "-o", "-"])
          : run(["dump", file, "--to", form] + redact)
        if form == "kvm-v5" && result.status == 1 { return }
        files.append(try directory.write(result.output, "\(files.count).\(form)"))
      }
      let findings = try files.map { file in
        let report = try run(["verify", "--format", "json", file])
        #expect(report.status < 2)
        return try Self.findings(report.output)
      }
      // Records of unknown types are left out, and so are the notes about them.
      #expect(findings[1] == findings[0].filter { !$0.hasPrefix("SDEI-D020") }, "\(form)")
    }
  }

  private static func findings(_ report: [UInt8]) throws -> [String] {
    var result: [String] = []
    func collect(_ object: Any) {
      if let members = object as? [String: Any] {
        if let id = members["id"] as? String {
          result.append("\(id) \(members["severity"] ?? "") \(members["path"] ?? "")")
        }
        for key in members.keys.sorted() { members[key].map(collect) }
      } else if let items = object as? [Any] {
        items.forEach(collect)
      }
    }
    collect(try JSONSerialization.jsonObject(with: Data(report)))
    return result
  }

  @Test("no address of a journal is found, and it replays as before", arguments: journals)
  func journal(_ file: String) throws {
    let directory = try Temporary()
    let original = try run(["convert", file, "--to", "jsonl", "-o", "-"]).output
    let search = try AddressSearch(json: original)
    let hasState = !String(decoding: original.prefix(300), as: UTF8.self).contains("startDigest")
    var replays: [[String]] = [
      try replay(file, hasState ? [] : ["--from", Self.start])
    ]
    for form in ["jsonl", "sdeij"] {
      let source = hasState ? [] : ["--from", Self.start]
      let result = try run(["dump", "--redact", file, "--to", form] + source)
      #expect(result.status == 0, "\(result.messages)")
      #expect(!result.messages.contains("replays otherwise"), "\(result.messages)")
      #expect(search.words(of: Array(result.messages.utf8)) == [])
      if form == "jsonl" { #expect(search.words(of: result.output) == []) }
      #expect(search.words(in: result.output) == [])
      replays.append(try replay(directory.write(result.output, "r." + form), []))
    }
    #expect(replays[1] == replays[0] && replays[2] == replays[0])
  }

  /// How a replay ended, without values.
  private func replay(_ file: String, _ options: [String]) throws -> [String] {
    let result = try run(["replay", "--format", "json", file] + options)
    guard result.status < 2 else { return ["\(result.status)"] }
    let object = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    let journal = (object?["journals"] as? [[String: Any]])?.first ?? [:]
    let divergence = journal["divergence"] as? [String: Any]
    let undefined = journal["undefined"] as? [String: Any]
    return [
      "\(result.status) \(journal["steps"] ?? "") \(journal["done"] ?? "")",
      "\(divergence?["step"] ?? "") \(undefined?["step"] ?? "") \(undefined?["reason"] ?? "")",
    ]
  }

  @Test("65,536 vCPUs stay folded")
  func folded() throws {
    let directory = try Temporary()
    let bytes = try Codec.encode(Workload.linux(4).snapshot()).bytes
    let file = try directory.write(bytes, "w4.sdei")
    let (result, peak) = try Program.runMeasured([
      "dump", "--redact", file, "--to", "sdei", "-o", directory.file("r.sdei"),
    ])
    #expect(result.status == 0, "\(result.messages)")
    let redacted = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file("r.sdei"))))
    #expect(redacted.count < bytes.count + bytes.count / 4, "\(bytes.count) \(redacted.count)")
    print("redacted W4: \(bytes.count) bytes, then \(redacted.count); peak \(peak) KiB")
    #expect(peak < 200_000)
    let (before, after) = try (Codec.decode(bytes).snapshot, Codec.decode(redacted).snapshot)
    for (one, other) in zip(before.events, after.events) {
      #expect(one.argument.runs.map(\.range) == other.argument.runs.map(\.range))
      #expect(one.entry.runs.map(\.range) == other.entry.runs.map(\.range))
    }
    #expect(before.contexts.count == after.contexts.count)
  }

  @Test("a progression that steps through more than can be unfolded is refused, whatever its size")
  func scattered() throws {
    var event = Event(EventNumber(1))
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, .max - 1), base: 1 << 20, stride: 1 << 40)
    event.argument = builder.finish()
    let bytes = try Codec.encode(Snapshot(events: EventTable([event]))).bytes
    let result = try Program.run("dump", "--redact", "-", "--to", "sdei", input: bytes)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.messages.contains("16 TiB"))
  }

  @Test("what belongs together only is refused otherwise")
  func usage() throws {
    let journal = "fixtures/journals/kvm-v5-000.jsonl"
    for arguments in [
      ["dump", journal, "--to", "jsonl"], ["dump", Self.start, "--from", Self.start],
      ["dump", "--redact", Self.start, "--to", "xml"],
    ] {
      #expect(try run(arguments).status == 64, "\(arguments)")
    }
    for (arguments, message) in [
      (["dump", journal], "is a journal and no state"),
      (["dump", "--redact", Self.start, "--to", "jsonl"], "is a state and no journal"),
      (["dump", "--redact", journal, "--to", "json"], "is a journal and no state"),
      (["dump", "--redact", journal, "--from", Self.start], "is not needed"),
      (["dump", "--redact", Self.start, "--from", Self.start], "is a state"),
      (["dump", "--redact", "fixtures/journal/worked-example.jsonl"], "--from STATE"),
    ] {
      let result = try run(arguments)
      #expect(result.status == 2 && result.output.isEmpty, "\(arguments)")
      #expect(result.messages.contains(message), "\(result.messages)")
    }
  }

  @Test("a journal and a state come from standard input, too, and a torn tail is told")
  func input() throws {
    let bytes = try Repository.bytes("fixtures/journals/kvm-v5-049.sdeij")
    let torn = try Program.run("dump", "--redact", "-", input: Array(bytes.dropLast(5)))
    #expect(torn.status == 0 && torn.messages.contains("SDEI-R002"))
    #expect(torn.text.hasPrefix("{\"schema\":\"sdeictl/journal/1\",\"producer\":\"\""))
    let state = try Program.run("dump", "--redact", "-", input: Repository.bytes(Self.states[0]))
    #expect(state.status == 0 && state.text.contains("source      redacted"))
  }

  private func run(_ arguments: [String]) throws -> ProgramResult {
    try Program.run(program: Program.sdeictl, arguments)
  }
}
