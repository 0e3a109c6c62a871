import Foundation
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("sdeictl verify --to, sdeictl profiles")
struct DestinationTests {
  private static let real = "fixtures/kvm-v5/real-4-vcpus.kvm-v5"
  private static let busy = "fixtures/kvm-v5/real-64-vcpus.kvm-v5"
  private static let refused = "fixtures/kvm-v5/real-refused.kvm-v5"

  private static func fixtures() throws -> [String] {
    guard Repository.stateFixtures.count > 40 else { throw NothingToTest(what: "fixtures") }
    return Repository.stateFixtures
  }

  private static var everywhere: [String] { Profile.builtIn.flatMap { ["--to", $0.name] } }

  private func run(_ arguments: [String]) throws -> ProgramResult {
    try Program.run(program: Program.sdeictl, arguments)
  }

  // MARK: Text

  @Test("every fixture against every built-in profile is the golden matrix")
  func matrix() throws {
    let fixtures = try Self.fixtures()
    let result = try run(["verify"] + fixtures + Self.everywhere)
    #expect(result.status == 1 && result.messages.hasPrefix("sdeictl explain SDEI-"))
    #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    try Golden.expect(result.output, toEqual: "fixtures/views/destinations.txt")
    let rows = result.text.split(separator: "\n").prefix(fixtures.count + 1)
    #expect(rows.dropFirst().map { String($0.prefix { $0 != " " }) } == fixtures)
    #expect(result.text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test("every reason of the real states against every built-in profile is the golden list")
  func reasons() throws {
    var text = ""
    for fixture in [Self.real, Self.busy, Self.refused] {
      for profile in Profile.builtIn {
        let result = try run(["verify", fixture, "--to", profile.name])
        #expect(result.status == (result.text.contains("  error: ") ? 1 : 0))
        text += result.text
      }
    }
    try Golden.expect(Array(text.utf8), toEqual: "fixtures/views/destination-reasons.txt")
  }

  @Test("one state and one destination: the verdict, then every reason")
  func verdict() throws {
    let yes = try Program.run("verify", Self.real, "--to", "kvm-v5")
    #expect(yes.status == 0)
    #expect(yes.text.hasPrefix("\(Self.real): kvm-v5 will load it"))
    let no = try Program.run("verify", Self.refused, "--to", "kvm-v5")
    #expect(no.status == 1)
    let verdict = "kvm-v5 will NOT load it: first refusal SET_REGISTERED_EVENT returns -EINVAL"
    #expect(no.text.hasPrefix("\(Self.refused): \(verdict) (3 errors)\n"))
    for id in ["SDEI-T007", "SDEI-T011", "SDEI-T013"] { #expect(no.text.contains(id)) }
    let other = try Program.run("verify", Self.real, "--to", "kvm-v7")
    #expect(other.status == 1 && other.text.contains("will NOT load it: first reason the state"))
    #expect(other.text.split(separator: "\n")[0].contains("[SDEI-T204] ("))
    let version = try Program.run("verify", Self.real, "--to", "specification-1.0")
    #expect(version.status == 1 && !version.text.contains("NOT"))
    #expect(version.text.contains("specification-1.0 loads it, but not as the guest knows it: "))
    let alias = try Program.run("verify", Self.refused, "--to", "kvm-v2")
    #expect(
      alias.text.contains("kvm-v4 will NOT load it: first refusal SET_KEVENT returns -EINVAL")
    )
  }

  @Test("recorded defects are found in files before the move", arguments: FaultStates.all)
  func faults(fault: FaultState) throws {
    let directory = try Temporary()
    let file = try directory.write(try Codec.encode(fault.snapshot).bytes, "\(fault.name).sdei")
    let result = try Program.run("verify", file, "--to", fault.dialect.name)
    for id in fault.expected {
      // Where the profile lists the events, one that is dropped is one that it does not offer.
      #expect(result.text.contains(id == "SDEI-T135" ? "[SDEI-T210]" : "[\(id)]"), "\(result.text)")
    }
    let isError = result.text.contains("\n  error: ")
    #expect(result.status == (isError ? 1 : 0) && isError == !result.text.contains("will load it"))
  }

  // MARK: Exit status

  @Test("0 all load, 1 some do not, 2 some could not be read; --strict counts hazards")
  func statuses() throws {
    let all = try Program.run("verify", Self.real, Self.busy, "--to", "kvm-v5")
    #expect(all.status == 0 && all.text.contains("hazards 1"), "\(all.text)")
    #expect(try Program.run("verify", Self.busy, "--to", "kvm-v5", "--strict").status == 1)
    #expect(try Program.run("verify", Self.real, "--to", "kvm-v5", "--strict").status == 0)
    let some = try Program.run("verify", Self.real, "--to", "kvm-v5", "--to", "kvm-v4")
    #expect(some.status == 1)
    let unread = try Program.run("verify", Self.real, "README.md", "--to", "kvm-v5")
    #expect(unread.status == 2 && unread.messages.contains("README.md"))
    #expect(unread.text.contains("README.md") && unread.text.contains("unread"))
  }

  @Test("a destination that is no profile is named, with the built-in ones")
  func noProfile() throws {
    let missing = try Program.run("verify", Self.real, "--to", "kvm-v9")
    #expect(missing.status == 2 && missing.output.isEmpty)
    #expect(missing.messages.contains("kvm-v9") && missing.messages.contains("kvm-sysreg"))
    let directory = try Temporary()
    let text = #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm-v5", "vcpus": 4}"#
    let file = try directory.write(Array(text.utf8), "host.json")
    let wrong = try Program.run("verify", Self.real, "--to", file)
    #expect(wrong.status == 2 && wrong.messages.contains("byte 75"), "\(wrong.messages)")
    #expect(wrong.messages.contains("host.json") && wrong.messages.contains("\"vcpus\""))
    #expect(missing.messages.contains("no built-in profile kvm-v9, and no such file"))
    for (file, kind) in [
      ("fixtures/kvm-v4/real-4-vcpus.kvm-v4", "a kvm-v4 transcript"),
      ("fixtures/native/empty.sdei", "a snapshot (sdei)"),
    ] {
      let state = try Program.run("verify", Self.real, "--to", file)
      #expect(state.status == 2 && state.messages.contains("this is \(kind), not a profile"))
    }
    for arguments in [
      ["verify", Self.real, "--today", "2026-11-22"],
      ["verify", Self.real, "--to", "kvm-v5", "--today", "2026-02-30"],
      ["profiles", "capture", Self.real], ["profiles", "--format", "yaml"],
    ] {
      #expect(try run(arguments).status == 64, "\(arguments)")
    }
  }

  @Test("accepted hazards follow the day that is told")
  func today() throws {
    let directory = try Temporary()
    let document = try Repository.text("schemas/profiles.md")
    let example = document.components(separatedBy: "```json\n")[1].components(separatedBy: "```")[0]
    let host = example.replacingOccurrences(
      of: "\"0x40000b\": {",
      with: "\"0x0\": {}, \"0x40000b\": {"
    )
    let file = try directory.write(Array(host.utf8), "host.json")
    let state = "fixtures/kvm-v5/real-4-vcpus.kvm-v5"
    let plain = try Program.run("verify", state, "--to", file, "--today", "2027-03-31")
    #expect(!plain.text.contains("SDEI-T26"), "no hazard, nothing to accept: \(plain.text)")
    func ids(_ today: String?) throws -> [String] {
      let result = try run(
        ["verify", Self.busy, "--to", file] + (today.map { ["--today", $0] } ?? [])
      )
      return result.text.split(separator: "\n").filter { $0.contains("T117") }.map(String.init)
    }
    #expect(try ids("2027-03-31").allSatisfy { $0.contains("note: ") })
    #expect(try ids("2027-04-01").contains { $0.contains("warning: events[0x0].notifier") })
    #expect(try ids("2027-04-01").contains { $0.contains("SDEI-T260") })
    #expect(try ids(nil).contains { $0.contains("SDEI-T261") })
  }

  @Test("no SDEI state is an answer of its own: 1, and nothing to capture")
  func noState() throws {
    let none = "fixtures/kvm-v7/none.kvm-v7"
    let text = try Program.run("verify", none, "--to", "kvm-v5")
    #expect(text.status == 1 && text.text.contains("holds no SDEI state: kvm-v5 has nothing"))
    let matrix = try Program.run("verify", none, Self.real, "--to", "kvm-v5")
    #expect(matrix.status == 1 && matrix.text.contains("no state [1]"))
    let json = try Program.run("verify", none, "--to", "kvm-v5", "--format", "json")
    #expect(json.text.contains(#""answer": "no-state""#), "\(json.text)")
    let captured = try Program.run("profiles", "capture", none, "-o", "-")
    #expect(captured.status == 1 && captured.output.isEmpty)
    #expect(captured.messages.contains("holds no SDEI state"))
  }

  @Test("what the decoder warned of is a hazard at a destination, too")
  func decoding() throws {
    let file = "fixtures/kvm-v7/sparse.kvm-v7"
    let plain = try Program.run("verify", file)
    let to = try Program.run("verify", file, "--to", "kvm-v7")
    guard plain.text.contains("[SDEI-D032]") else { throw NothingToTest(what: "SDEI-D032") }
    #expect(to.text.contains("[SDEI-D032]") && to.text.contains("warning"), "\(to.text)")
    let unknown = try Program.run("verify", "fixtures/kvm-v4/undefined.kvm-v4", "--to", "kvm-split")
    #expect(unknown.text.contains("[SDEI-D025]") && unknown.text.contains("--events"))
  }

  @Test("refusals that only follow from one are a line in text, and all of them in JSON")
  func followers() throws {
    let directory = try Temporary()
    var snapshot = Snapshot(
      instance: Instance(version: .v1_0, dialect: .kvmV4),
      vcpus: VCPUs(count: 1)
    )
    snapshot.events = EventTable(
      (0..<9 as Range<UInt64>).map { number in
        var event = Event(
          EventNumber(0x4040_0001 + number),
          definition: EventDefinition(
            type: .private,
            priority: EventPriority(rawValue: 9),
            isSignalable: false
          )
        )
        event.registered = Bitmap(below: 1)
        return event
      }
    )
    let file = try directory.write(try Codec.encode(snapshot).bytes, "many.sdei")
    let text = try Program.run("verify", file, "--to", "kvm-v4")
    let follow = text.text.split(separator: "\n").filter { $0.contains("resolve the refusal") }
    #expect(follow.count == 1, "\(text.text)")
    #expect(follow.first?.contains("and 8 more events or vCPUs for the same cause") == true)
    let json = try Program.run("verify", file, "--to", "kvm-v4", "--format", "json")
    #expect(json.text.components(separatedBy: #""cause": "earlier""#).count == 10)
    #expect(json.text.contains(#""cause": "own""#) && json.text.contains(#""loads": false"#))
  }

  // MARK: JSON

  @Test("verify's JSON satisfies schemas/verify.schema.json, with destinations and without")
  func schema() throws {
    let directory = try Temporary()
    var files: [String] = []
    for arguments in [
      [Self.real], [Self.refused, "README.md"], try Self.fixtures(),
      [Self.refused, "--to", "kvm-v5"],
      try Self.fixtures() + Self.everywhere, ["README.md", "--to", "kvm-v5"],
    ] {
      let result = try run(["verify", "--format", "json"] + arguments)
      files.append(try directory.write(result.output, "\(files.count).json"))
    }
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/verify.schema.json"] + files
    )
    #expect(result.text.contains("\(files.count) valid, 0 not"), "\(result.text)")
  }

  @Test("the JSON has each answer, with its first refusal and every finding")
  func json() throws {
    let result = try Program.run(
      "verify",
      Self.real,
      Self.refused,
      "--to",
      "kvm-v5",
      "--to",
      "kvm-v4",
      "--format",
      "json"
    )
    #expect(result.status == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    )
    let inputs = try #require(object["inputs"] as? [[String: Any]])
    let answers = try inputs.flatMap { input in
      try #require(input["destinations"] as? [[String: Any]])
    }
    #expect(answers.map { $0["answer"] as? String } == ["yes", "no", "no", "no"])
    #expect(answers.map { $0["target"] as? String } == ["kvm-v5", "kvm-v4", "kvm-v5", "kvm-v4"])
    #expect(answers[2]["firstRefusal"] as? String == "SET_REGISTERED_EVENT returns -EINVAL")
    let findings = try #require(answers[2]["findings"] as? [[String: Any]])
    #expect(findings.count == 3)
    #expect(answers.map { $0["loads"] as? Bool } == [true, true, false, false])
    let refusals = findings.compactMap { $0["refusal"] as? [String: String] }
    #expect(refusals.map { $0["cause"] } == ["own", "earlier", "earlier"])
    #expect(answers[2]["refusal"] as? [String: String] == refusals[0])
    let first = ["command": "SET_REGISTERED_EVENT", "errno": "-EINVAL", "cause": "own"]
    #expect(refusals[0] == first && refusals[1]["vcpus"] == "0")
    #expect(refusals.map { $0["errno"] } == ["-EINVAL", "-ENOENT", "-EINVAL"])
    #expect(inputs.map { $0["valid"] as? Bool } == [true, false])
    let summary = try #require(object["summary"] as? [String: Any])
    #expect(
      summary["destinations"] as? [String: Int] == ["yes": 1, "hazards": 0, "no": 3, "no-state": 0]
    )
  }

  // MARK: profiles

  @Test("profiles lists the built-in ones, shows one, and gives its document")
  func profiles() throws {
    let list = try Program.run("profiles")
    let json = try Program.run("profiles", "--format", "json")
    for profile in Profile.builtIn {
      #expect(list.text.contains("\n\(profile.name) ") && json.text.contains("\"\(profile.name)\""))
      let shown = try Program.run("profiles", profile.name)
      #expect(shown.status == 0 && shown.text.contains(profile.summary))
      let document = try Program.run("profiles", profile.name, "--format", "json")
      #expect(document.output == profile.encode())
    }
    #expect(list.text.contains("kvm-v2, kvm-v3"))
    #expect(try Program.run("profiles", "kvm-v3", "--format", "json").text.contains("\"kvm-v4\""))
    #expect(try Program.run("profiles", "no-such").status == 2)
    for command in [["profiles"], ["profiles", "show"], ["profiles", "capture"], ["verify"]] {
      let help = try run(command + ["--help"])
      #expect(help.status == 0 && help.text.contains("Examples:\n  sdeictl \(command[0])"))
    }
  }

  @Test("a captured profile is a file for verify --to, and can be changed by hand")
  func capture() throws {
    let directory = try Temporary()
    for state in [Self.real, Self.busy, Self.refused, "fixtures/native/largest.sdei"] {
      let file = directory.file("needs.json")
      let captured = try Program.run("profiles", "capture", state, "-o", file, "--name", "needs")
      #expect(captured.status == 0 && captured.output.isEmpty && captured.messages.isEmpty)
      let verified = try Program.run("verify", state, "--to", file)
      #expect(verified.status == 0 && verified.text == "\(state): needs will load it\n")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(try Program.run("profiles", file, "--format", "json").text == text)
      let smaller = try directory.write(
        Array(text.replacing(#""clientEL": 1"#, with: #""clientEL": 2"#).utf8),
        "smaller.json"
      )
      let lowered = try Program.run("verify", state, "--to", smaller)
      #expect(lowered.status == 1 && lowered.text.contains("SDEI-T223"))
      #expect(lowered.text.split(separator: "\n").count == 2)
    }
    let part = try Program.run("profiles", "capture", "fixtures/native/vm-part.sdei", "-o", "-")
    #expect(part.status == 2 && part.output.isEmpty && part.messages.contains("one part"))
    let own = try directory.write(try Repository.bytes(Self.real), "state")
    #expect(try Program.run("profiles", "capture", own, "-o", own).status == 2)
    let random = "fixtures/native/every-encoding.sdei"
    #expect(try Program.run("profiles", "capture", random, "-o", "-").text.contains("\"captured\""))
  }

  // MARK: Hostile states

  @Test("2^32 - 1 vCPUs against every built-in profile stay within 64 MiB")
  func largest() throws {
    let file = "fixtures/native/largest.sdei"
    let (result, peakKiB) = try Program.runMeasured(["verify", file] + Self.everywhere)
    #expect(result.status == 1 && result.text.contains("SDEI-T"))
    #expect(peakKiB < 64 * 1024, "\(peakKiB) KiB")
  }
}
