import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("sdeictl diff")
struct DiffCommandTests {
  private let directory: Temporary

  init() throws { directory = try Temporary() }

  private func file(_ name: String, _ state: Snapshot) throws -> String {
    try directory.write(try Codec.encode(state).bytes, name)
  }

  /// A copy of the base with some edits.
  private func edited(_ edits: (inout Snapshot) -> Void) -> Snapshot {
    var state = DiffStates.base()
    edits(&state)
    return state
  }

  @Test("equal states of different formats are equal, and nothing else is said")
  func equal() throws {
    let source = "fixtures/kvm-v5/every-field.kvm-v5"
    let state = try Codec.decode(try Repository.bytes(source)).snapshot
    let result = try Program.run("diff", source, try file("same.sdei", state))
    #expect(result.status == 0)
    #expect(result.text == "equal\n")
    #expect(result.messages.isEmpty)
  }

  @Test("of 65,536 vCPUs that differ in one vCPU of one event, that one line is printed")
  func oneLine() throws {
    let before = Workload.linux(4).snapshot()
    let enabled = before.events.last { $0.enabled.contains(40_001) }
    guard before.vcpus.count == 65_536, let number = enabled?.number else {
      throw NothingToTest(what: "state of 65,536 vCPUs")
    }
    var after = before
    after.events.update(number) { $0.enabled.remove(40_001) }
    let (a, b) = (try file("a.sdei", before), try file("b.sdei", after))
    let result = try Program.run("diff", a, b)
    #expect(result.status == 1)
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 1)
    #expect(
      lines.first?.hasPrefix("~ event \(number) on vCPU 40001: enabled -> registered") == true,
      "\(result.text)"
    )
    let dialect = before.instance.dialect.name
    #expect(
      result.messages == "sdeictl: A is \(a) (sdei, \(dialect)), B is \(b) (sdei, \(dialect))\n"
    )
  }

  /// Everything at once, for the golden views.
  private func everything() -> Snapshot {
    edited { state in
      for edit in DiffStates.edits where edit.mark != .removed { edit.make(&state) }
      state.events[DiffStates.unused] = nil
      state.instance.dialect = .kvmV5
    }
  }

  @Test("the views of a difference are as recorded")
  func golden() throws {
    let (a, b) = (
      try file("a.sdei", DiffStates.base()), try file("b.sdei", everything())
    )
    let text = try Program.run("diff", a, b)
    try Golden.expect(text.output, toEqual: "fixtures/views/diff.txt")
    #expect(text.status == 1)
    #expect(
      text.messages.hasPrefix("sdeictl: A is \(a) (sdei, kvm-v5), B is \(b) (sdei, kvm-v5)\n")
    )
    #expect(text.messages.contains(" break migration"))
    #expect(text.text.contains("-> idle (stored number 0x1) (1 register differs)  ["))
    let all = try Program.run("diff", a, b, "--all").text
    #expect(all.contains("    x3     0x0  | 0x1\n") && !all.contains("register differs"))
    let coloured = try Program.run("diff", a, b, "--color", "always").text
    #expect(coloured.contains("\u{1B}[32m+\u{1B}[0m") && coloured.contains("\u{1B}[31m-\u{1B}[0m"))
    let second = try file(
      "c.sdei",
      edited { state in
        state.instance.producer = "three"
        state.events.update(DiffStates.handled) { $0.enabled.subtract(Bitmap(below: 6)) }
      }
    )
    let threeWay = try Program.run("diff", b, second, "--base", a)
    let named = threeWay.text.replacingNames([(b, "b.sdei"), (second, "c.sdei")])
    try Golden.expect(Array(named.utf8), toEqual: "fixtures/views/diff-base.txt")
    #expect(threeWay.status == 1)
    #expect(threeWay.messages.contains(", the base is \(a) (sdei, kvm-v5)\n"))
    #expect(try Program.run("diff", a, a, "--base", a).text == "equal\n")
  }

  @Test("what the JSON form says satisfies its schema, and the patterns are obeyed")
  func json() throws {
    let base = try file("base.sdei", DiffStates.base())
    var files: [String] = []
    func add(_ result: ProgramResult) throws {
      #expect(result.status < 2, "\(result.messages)")
      files.append(try directory.write(result.output, "\(files.count).json"))
    }
    for (number, edit) in DiffStates.edits.enumerated() {
      let other = try file("\(number).sdei", edited(edit.make))
      try add(try Program.run("diff", base, other, "--format", "json"))
    }
    for number in 0..<UInt64(60) {
      let states = try (0..<3).map {
        try file("r\($0).sdei", RandomSnapshot.make(seed: 0xD1FF + number * 3 + $0))
      }
      try add(try Program.run("diff", states[0], states[1], "--format", "json"))
      try add(
        try Program.run("diff", states[0], states[1], "--base", states[2], "--format", "json")
      )
    }
    let everything = try file("all.sdei", everything())
    try add(try Program.run("diff", base, everything, "--canonical", "--format", "json"))
    let ignored = try Program.run(
      "diff",
      base,
      everything,
      "--format",
      "json",
      "--ignore",
      "**.entry",
      "--only",
      "events"
    )
    #expect(
      !ignored.text.contains("vcpus[4-7].entry") && !ignored.text.contains("instance.version")
    )
    try add(ignored)
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/diff.schema.json"] + files
    )
    #expect(result.text.contains("\(files.count) valid, 0 not"), "\(result.text)")
  }

  @Test("a pattern that meets nothing is told, and the answer is that of the others")
  func unmet() throws {
    let (a, b) = (try file("a.sdei", DiffStates.base()), try file("b.sdei", everything()))
    func told(_ pattern: String) -> String {
      "sdeictl: the pattern \(pattern) meets no difference of the two states\n"
    }
    let nothing = try Program.run("diff", a, b, "--only", "nosuch[*].foo")
    #expect(nothing.status == 0 && nothing.text == "equal in what was compared\n")
    #expect(nothing.messages == told("nosuch[*].foo"))
    let some = try Program.run("diff", a, b, "--only", "events", "--ignore", "**.entri")
    #expect(some.status == 1 && some.messages.hasPrefix(told("**.entri")))
    let patch = try Program.run("diff", a, b, "--ignore", "none", "--format", "json-patch")
    #expect(patch.status == 1 && patch.messages == told("none"))
    let base = try Program.run("diff", a, b, "--base", a, "--ignore", "instance.producer")
    #expect(!base.messages.contains("meets no difference"))
    #expect(try Program.run("diff", a, a, "--only", "nosuch").messages.isEmpty)
  }

  @Test("a JSON patch makes the second state's document of the first one's")
  func jsonPatch() throws {
    let (a, b) = (
      try file("a.sdei", DiffStates.base()), try file("b.sdei", everything())
    )
    let result = try Program.run("diff", a, b, "--format", "json-patch")
    #expect(result.status == 1)
    let patch = try result.output.withBytes { bytes throws(DecodeError) in
      try JSONPatchDocument(reading: bytes)
    }
    #expect(!patch.operations.isEmpty)
    let same = try Program.run("diff", a, a, "--format", "json-patch")
    #expect(same.status == 0)
    let wrong = try Program.run("diff", a, b, "--base", a, "--format", "json-patch")
    #expect(wrong.status == 64)
  }

  @Test("with --canonical, states that mean the same are equal")
  func canonical() throws {
    let state = DiffStates.base()
    let (a, b) = (
      try file("a.sdei", state), try file("b.sdei", state.canonical())
    )
    #expect(try Program.run("diff", a, b).status == 1)
    let result = try Program.run("diff", a, b, "--canonical")
    #expect(result.status == 0)
    #expect(result.text.hasSuffix("(--canonical)\nequal\n"))
  }

  @Test("a pattern that is none, a part against a whole, a journal and no file are refused")
  func refused() throws {
    let whole = "fixtures/native/worked-example.sdei"
    let part = try Program.run("diff", whole, "fixtures/native/vm-part.sdei")
    #expect(part.status == 2)
    #expect(part.messages.contains("is a whole state and"))
    #expect(part.messages.contains("a VM part"))
    let parts = try Program.run(
      "diff",
      "fixtures/native/vm-part.sdei",
      "fixtures/native/vm-part.sdei"
    )
    #expect(parts.status == 0)
    let pattern = try Program.run("diff", whole, whole, "--ignore", "a..b")
    #expect(pattern.status == 64)
    #expect(pattern.messages.contains("is not a path pattern"))
    #expect(try Program.run("diff", whole, "nothing.sdei").status == 2)
    #expect(try Program.run("diff", "-", "-").status == 64)
    let journal = try Program.run(
      "diff",
      whole,
      "fixtures/journals/fault-kvm-v5-04_shared.jsonl"
    )
    #expect(journal.status == 2 && journal.messages.contains("is a journal"))
  }

  @Test("states with 2^32 vCPUs are compared in little memory")
  func hostile() throws {
    let largest = "fixtures/native/largest.sdei"
    let others = try Repository.files(in: "fixtures/native", ".sdei").filter {
      !$0.contains("part")
    }
    for other in others {
      let (result, peak) = try Program.runMeasured(["diff", largest, "fixtures/native/" + other])
      #expect(result.status < 2, "\(other): \(result.messages)")
      #expect(peak < 80 * 1024, "\(other): \(peak) KiB")
      #expect(result.output.count < 1 << 20)
    }
    var marked = Snapshot(instance: Instance(dialect: .kvmV7), vcpus: VCPUs(count: .max))
    var event = Event(EventNumber(0))
    event.running = Bitmap(below: .max)
    marked.events.insert(event)
    let file = try file("marked.sdei", marked)
    #expect(try Program.run("diff", file, largest).status == 1)
    let canonical = try Program.run("diff", file, largest, "--canonical")
    #expect(canonical.status == 2 && canonical.messages.contains("--max-memory"))
  }
}

extension String {
  /// The text with the names of files, which are others in each run, replaced.
  fileprivate func replacingNames(_ names: [(String, String)]) -> String {
    names.reduce(self) { text, name in
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        guard let range = line.firstRange(of: name.0) else { return String(line) }
        return line[..<range.lowerBound] + name.1 + line[range.upperBound...]
      }.joined(separator: "\n")
    }
  }
}
