import Foundation
import SDEITestSupport
import Testing

@Suite("sdeictl replay, record, dialects and dump --scenario")
struct ReplayCommandTests {
  static let scenarios = [
    "linux-boot", "signal-in-flight", "nested-critical", "unregister-while-running",
    "shared-routing", "bound-interrupt", "async-page-fault", "cpu-hotplug", "random",
  ]

  @Test("a scenario is recorded, replayed and dumped alike, in both forms", arguments: scenarios)
  func scenario(_ name: String) throws {
    let directory = try Temporary()
    let states = try ["jsonl", "sdeij"].map { form in
      let (journal, state) = (directory.file("run." + form), directory.file(form + ".sdei"))
      let recorded = try Program.run(
        "record",
        "--scenario",
        name,
        "--vcpus",
        "4",
        "--form",
        form,
        "-o",
        journal
      )
      #expect(recorded.status == 0, "\(recorded.messages)")
      let replayed = try Program.run("replay", journal, "-o", state)
      #expect(replayed.status == 0 && replayed.text.contains("steps agree (specification)"))
      return try [UInt8](Data(contentsOf: URL(fileURLWithPath: state)))
    }
    #expect(states[0] == states[1])
    let dumped = try Program.run(
      "dump",
      "--scenario",
      name,
      "--vcpus",
      "4",
      "--to",
      "sdei",
      "-o",
      directory.file("dump.sdei")
    )
    #expect(dumped.status == 0, "\(dumped.messages)")
    let expected = try Program.run(
      "replay",
      directory.file("run.jsonl"),
      "--expect",
      directory.file("dump.sdei")
    )
    #expect(expected.status == 0 && expected.text.contains("the state reached is that of"))
  }

  @Test("a journal whose result at step k was altered diverges at step k")
  func alteration() throws {
    let directory = try Temporary()
    let lines = try Repository.text("fixtures/journals/kvm-v7-008.jsonl")
      .split(separator: "\n").map(String.init)
    let altered = lines.indices.filter { lines[$0].contains("\"result\":\"SUCCESS\"") }
    #expect(altered.count >= 5)
    for line in altered {
      var text = lines
      text[line] = text[line].replacing("\"SUCCESS\"", with: "\"OUT_OF_RESOURCE\"")
      let file = try directory.write(Array((text.joined(separator: "\n") + "\n").utf8), "a.jsonl")
      let result = try Program.run("replay", file)
      #expect(result.status == 1)
      #expect(result.text.contains("diverges at step \(line) of \(lines.count - 1)"))
      #expect(result.text.contains("recorded  OUT_OF_RESOURCE"))
      #expect(result.text.contains("engine    SUCCESS"))
      #expect(result.text.contains("SDEI state  kvm-v7"), "the state before is shown")
    }
  }

  @Test("a journal that leads to a state is replayed to it", arguments: scenarios)
  func reaching(_ name: String) throws {
    let directory = try Temporary()
    let (state, journal) = (directory.file("state.sdei"), directory.file("calls.jsonl"))
    let dumped = try Program.run(
      "dump",
      "--scenario",
      name,
      "--vcpus",
      "4",
      "--to",
      "sdei",
      "-o",
      state
    )
    #expect(dumped.status == 0, "\(dumped.messages)")
    let recorded = try Program.run("record", "--reaching", state, "-o", journal)
    #expect(recorded.status == 0, "\(recorded.messages)")
    let replayed = try Program.run("replay", journal, "--expect", state)
    #expect(replayed.status == 0, "\(replayed.text)")
    #expect(replayed.text.contains("the state reached is that of"))
  }

  @Test("what no calls lead to is told with its place")
  func unreachable() throws {
    let result = try Program.run("record", "--reaching", "fixtures/native/kvm-v4.sdei")
    #expect(result.status == 2 && result.messages.contains("can not be reached"))
  }

  @Test("real v4 and v5 dumps have no event 0: that is said, and what to do")
  func withoutEventZero() throws {
    let result = try Program.run("record", "--reaching", "fixtures/kvm-v5/real-4-vcpus.kvm-v5")
    #expect(result.status == 2 && result.messages.contains("the state has no event 0, and "))
    #expect(result.messages.contains("sdeictl patch"))
  }

  @Test("a KVM v7 state starts a journal in which only event 0 can be signalled")
  func signalOfKVM() throws {
    let directory = try Temporary()
    let files = try Repository.files(in: "fixtures/kvm-v7", ".kvm-v7")
    var reached = 0
    for name in files {
      let journal = directory.file(name + ".jsonl")
      let result = try Program.run("record", "--reaching", "fixtures/kvm-v7/" + name, "-o", journal)
      if result.status != 0 { continue }
      reached += 1
      let verified = try Program.run("verify", journal)
      #expect(!verified.text.contains("SDEI-V010a"), "\(name): \(verified.text)")
      #expect(try Program.run("replay", journal).status == 0)
    }
    if reached == 0 { throw NothingToTest(what: "reachable state of KVM v7") }
  }

  @Test("a divergence names the switch and the dialect that explain it")
  func explanation() throws {
    let directory = try Temporary()
    let start = try firstLine(of: "fixtures/journals/scenario-nested-critical.jsonl")
    let steps = [
      #"{"n":1,"call":"SDEI_PE_UNMASK","vcpu":0,"result":"SUCCESS"}"#,
      #"{"n":2,"call":"SDEI_PE_UNMASK","vcpu":0,"result":"DENIED"}"#,
    ]
    let text = ([start] + steps).joined(separator: "\n") + "\n"
    let file = try directory.write(Array(text.utf8), "run.jsonl")
    let result = try Program.run("replay", file)
    #expect(result.status == 1)
    #expect(result.text.contains("step      vCPU 0  PE_UNMASK"))
    #expect(result.text.contains("with the switch mask-twice-denied it agrees"))
    #expect(result.text.contains("the dialect kvm-v4 agrees; try --dialect kvm-v4"))
    let other = try Program.run("replay", file, "--dialect", "kvm-v4")
    #expect(other.status == 0, "\(other.text)")
    let json = try Program.run("replay", file, "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    )
    #expect(object["schema"] as? String == "sdeictl/replay/1")
    #expect(object["agrees"] as? Bool == false)
    let journal = (object["journals"] as? [[String: Any]])?.first
    let divergence = try #require(journal?["divergence"] as? [String: Any])
    #expect(divergence["step"] as? Int == 2)
    #expect(divergence["recorded"] as? String == "DENIED")
    #expect(divergence["switches"] as? [String] == ["mask-twice-denied"])
    #expect(divergence["dialects"] as? [String] == ["kvm-v4"])
  }

  private func firstLine(of file: String) throws -> String {
    String(try #require(try Repository.text(file).split(separator: "\n").first))
  }

  @Test("--trace shows each step in one line")
  func trace() throws {
    let result = try Program.run("replay", "fixtures/journals/kvm-v7-008.jsonl", "--trace")
    #expect(result.status == 0)
    try Golden.expect(result.output, toEqual: "fixtures/views/replay-trace.txt")
  }

  @Test("the state in the middle of a running handler goes on like the whole")
  func migration() throws {
    let directory = try Temporary()
    let journal = "fixtures/journals/scenario-random.sdeij"
    let whole = directory.file("whole.sdei")
    #expect(try Program.run("replay", journal, "-o", whole).status == 0)
    for cut in ["20", "60", "100"] {
      let (half, end) = (directory.file("half-\(cut).sdei"), directory.file("end-\(cut).sdei"))
      #expect(try Program.run("replay", journal, "--until", cut, "-o", half).status == 0)
      let rest = try Program.run("replay", journal, "--from", half, "--after", cut, "-o", end)
      #expect(rest.status == 0, "\(rest.text)")
      #expect(FileManager.default.contentsEqual(atPath: whole, andPath: end))
    }
  }

  @Test(
    "a journal that starts from a digest goes on from the one before it, and from no other state"
  )
  func digest() throws {
    let directory = try Temporary()
    let first = "fixtures/journals/scenario-nested-critical.jsonl"
    let state = directory.file("state.json")
    #expect(try Program.run("replay", first, "-o", state, "--to", "json").status == 0)
    let json = try Program.run("replay", first, "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    )
    let journal = try #require((object["journals"] as? [[String: Any]])?.first)
    let digest = try #require(journal["state"] as? String)
    let instance = try instanceText(of: first)
    let header =
      #"{"schema":"sdeictl/journal/1","producer":"","startDigest":"\#(digest)","#
      + "\"instance\":\(instance),\"vcpus\":2}"
    let step = #"{"n":1,"call":"SDEI_EVENT_COMPLETE","vcpu":0,"result":"resumes"}"#
    let second = try directory.write(Array("\(header)\n\(step)\n".utf8), "second.jsonl")
    let both = try Program.run("replay", first, second)
    #expect(both.status == 0, "\(both.text) \(both.messages)")
    #expect(try Program.run("replay", second, "--from", state).status == 0)
    let alone = try Program.run("replay", second)
    #expect(alone.status == 2 && alone.messages.contains("give the state itself"))
    let other = try Program.run("replay", second, "--from", "fixtures/native/tf-a.sdei")
    #expect(other.status == 2 && other.messages.contains("starts from a state with the digest"))
  }

  /// The instance in a header's snapshot, as it is written there.
  private func instanceText(of file: String) throws -> String {
    let line = try firstLine(of: file)
    let start = try #require(line.range(of: "\"instance\":"))
    let end = try #require(line.range(of: ",\"vcpus\""))
    return String(line[start.upperBound..<end.lowerBound])
  }

  @Test("a torn journal is replayed as far as it goes, and what is lost is told")
  func torn() throws {
    let directory = try Temporary()
    let bytes = try Repository.bytes("fixtures/journals/scenario-linux-boot.sdeij")
    let file = try directory.write(Array(bytes.dropLast(5)), "torn.sdeij")
    let result = try Program.run("replay", file)
    #expect(result.status == 0 && result.messages.contains("SDEI-R002"))
    let cut = try directory.write(Array(bytes.prefix(20)), "cut.sdeij")
    #expect(try Program.run("replay", cut).status == 2)
  }

  @Test("a journal converts to the other form and back without a byte of difference")
  func conversion() throws {
    let directory = try Temporary()
    for name in try Repository.files(in: "fixtures/journals", "l") {
      let (binary, back) = (directory.file("a.sdeij"), directory.file("a.jsonl"))
      let file = "fixtures/journals/\(name)"
      #expect(try Program.run("convert", file, "--to", "sdeij", "-o", binary).status == 0)
      #expect(try Program.run("convert", binary, "--to", "jsonl", "-o", back).status == 0)
      #expect(FileManager.default.contentsEqual(atPath: Repository.path(file), andPath: back))
    }
    let state = try Program.run(
      "convert",
      "fixtures/native/tf-a.sdei",
      "--to",
      "jsonl",
      "-o",
      directory.file("x")
    )
    #expect(state.status == 2)
    let journal = try Program.run(
      "convert",
      "fixtures/journals/kvm-v7-008.jsonl",
      "--to",
      "sdei",
      "-o",
      directory.file("x")
    )
    #expect(journal.status == 2 && journal.messages.contains("sdeictl replay -o"))
  }

  /// States that no kernel leaves behind, each of which once did harm; and the exit status.
  static let hostileJournals: [(String, Int32, String)] = [
    ("01-reset-slot", 0, "agrees"), ("02-v7-off-loop", 0, "agrees"),
    ("03-bind-int64-spec", 0, "agrees"), ("03-bind-int64-tfa", 0, "agrees"),
    ("04-regcount", 0, "agrees"), ("05-queueorder", 2, "bytes for this state"),
    ("06-migrate", 0, "agree"), ("07-undefined-rest", 1, "can not be done"),
    ("08-after-interrupt", 0, "agree"), ("09-stuck-mask", 1, "astray"),
    ("10-restore-marks", 2, "would need"),
  ]

  @Test("a hostile journal is answered, and within bounds", arguments: hostileJournals)
  func hostile(_ name: String, _ status: Int32, _ text: String) throws {
    let result = try Program.run("replay", "fixtures/hostile/\(name).jsonl")
    #expect(result.status == status, "\(result.text) \(result.messages)")
    #expect((result.text + result.messages).contains(text), "\(result.text) \(result.messages)")
  }

  @Test("info tells what a journal is", arguments: ["kvm-v7-008.jsonl", "kvm-v7-016.sdeij"])
  func info(_ name: String) throws {
    let result = try Program.run("info", "fixtures/journals/\(name)")
    #expect(result.status == 0 && result.text.contains("dialect     kvm-v7"))
    #expect(result.text.contains("steps       "))
  }

  @Test("where the original would have crashed the replay ends and says how")
  func undefined() throws {
    let result = try Program.run("replay", "fixtures/journals/fault-kvm-v7-02_pending.jsonl")
    #expect(result.status == 0)
    #expect(result.text.contains("here the original would have gone astray: the kernel's search"))
  }

  @Test("another state than the expected one is exit 1, with the places that differ")
  func unexpected() throws {
    let result = try Program.run(
      "replay",
      "fixtures/journals/scenario-nested-critical.jsonl",
      "--expect",
      "fixtures/native/tf-a.sdei"
    )
    #expect(result.status == 1 && result.text.contains("the state reached is not that of"))
    #expect(result.text.contains("\n  vcpus."), "\(result.text)")
  }

  @Test("dialects lists every dialect, every switch, and refuses other names")
  func dialects() throws {
    let overview = try Program.run("dialects")
    for name in ["specification", "kvm-v4", "kvm-v5", "kvm-v7", "tf-a"] {
      #expect(overview.text.contains("\n\(name)"))
    }
    let one = try Program.run("dialects", "kvm-v5")
    #expect(one.text.contains("resets-swapped\n  PRIVATE_RESET resets the shared events"))
    let all = try Program.run("dialects", "all", "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(all.output)) as? [String: Any]
    )
    let switches = try #require(object["switches"] as? [[String: Any]])
    let ambiguities = Set(switches.compactMap { $0["ambiguity"] as? String })
    #expect(switches.count >= 90)
    #expect(ambiguities.count == 24)
    let wrong = try Program.run("dialects", "kvm-v6")
    #expect(wrong.status == 64 && wrong.messages.contains("kvm-v4"))
  }

  @Test(
    "what can not be done is told with what to do",
    arguments: [
      (["dump", "fixtures/journals/kvm-v7-008.jsonl"], Int32(2), "sdeictl replay -o FILE"),
      (["replay", "fixtures/native/tf-a.sdei"], 2, "journal"),
      (["record", "--scenario", "nothing", "--vcpus", "2"], 64, "linux-boot"),
      (["record", "--scenario", "shared-routing", "--vcpus", "2"], 64, "at least 3 vCPUs"),
      (["record", "--vcpus", "2"], 64, "--scenario"),
      (["record", "--reaching", "fixtures/native/tf-a.sdei", "--vcpus", "2"], 64, "--vcpus"),
      (
        [
          "record", "--reaching", "fixtures/native/tf-a.sdei", "--scenario", "random", "--vcpus",
          "2",
        ],
        64, "name one"
      ),
      (["dump", "--scenario", "linux-boot"], 64, "--vcpus"),
      (["dump"], 64, "--scenario"),
      (["dump", "fixtures/native/tf-a.sdei", "--seed", "4"], 64, "--seed"),
      (["record", "--scenario", "linux-boot", "--vcpus", "2", "--seed", "4"], 64, "random"),
      (["replay"], 64, "journals"),
      (["replay", "a.jsonl", "--after", "3"], 64, "--from"),
      (["replay", "missing.jsonl"], 2, "missing.jsonl"),
      (["dump", "--scenario", "linux-boot", "--vcpus", "4294967295"], 2, "--max-memory"),
    ]
  )
  func refusals(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let result = try Program.run(program: Program.sdeictl, arguments)
    #expect(result.status == status, "\(arguments): \(result.messages)")
    #expect(result.messages.contains(message), "\(arguments): \(result.messages)")
  }
}
