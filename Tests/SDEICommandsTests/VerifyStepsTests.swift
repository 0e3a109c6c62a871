import SDEITestSupport
import Testing

@Suite("sdeictl verify: journals, and --previous")
struct VerifyStepsTests {
  private let journal = "fixtures/journals/scenario-signal-in-flight.jsonl"

  @Test("a journal is valid unless something in it is wrong, and each finding has its step")
  func journals() throws {
    let good = try Program.run("verify", journal, "fixtures/journals/kvm-v7-016.sdeij")
    #expect(good.status == 0, "\(good.text)\(good.messages)")
    #expect(good.text.contains("steps[") && good.text.contains("SDEI-V045c"), "\(good.text)")
    let lines = try Repository.text(journal).split(separator: "\n").map(String.init)
    var altered = lines
    altered[9] = altered[9].replacing("\"SUCCESS\"", with: "\"DENIED\"")
    #expect(altered != lines)
    let directory = try Temporary()
    let file = try directory.write(Array((altered.joined(separator: "\n") + "\n").utf8), "a.jsonl")
    let bad = try Program.run("verify", file)
    #expect(bad.status == 1)
    #expect(bad.text.contains("steps[9].result") && bad.text.contains("SDEI-R001"), "\(bad.text)")
    let torn = try directory.write(Array(lines.joined(separator: "\n").utf8.dropLast(9)), "t.jsonl")
    let tail = try Program.run("verify", torn)
    #expect(tail.status == 0 && tail.text.contains("SDEI-R002"), "\(tail.text)")
    #expect(try Program.run("verify", "--strict", torn).status == 1)
    let to = try Program.run("verify", journal, "--to", "kvm-v5")
    #expect(to.status == 2 && to.messages.contains("sdeictl replay -o FILE"), "\(to.messages)")
  }

  @Test("--previous checks the step from the state before, also in another format")
  func previous() throws {
    let directory = try Temporary()
    for (step, format) in [(8, "sdei"), (9, "json"), (10, "sdei")] {
      let file = directory.file("\(step)")
      let made = try Program.run(
        "replay",
        journal,
        "--until",
        "\(step)",
        "-o",
        file,
        "--to",
        format
      )
      #expect(made.status == 0, "\(made.messages)")
    }
    let (before, between, after) = (directory.file("8"), directory.file("9"), directory.file("10"))
    for (new, old) in [(between, before), (after, between), (after, after)] {
      let result = try Program.run("verify", new, "--previous", old)
      #expect(result.status == 0, "\(result.text)\(result.messages)")
    }
    let skipped = try Program.run("verify", after, "--previous", before)
    #expect(skipped.status == 1)
    #expect(skipped.text.contains("events[0x40400001].vcpus[0]"), "\(skipped.text)")
    #expect(skipped.text.contains("from U to E") && skipped.text.contains("SDEI-V061"))
    for arguments in [
      [after, "--previous", journal], [journal, "--previous", after],
    ] {
      let refused = try Program.run(program: Program.sdeictl, ["verify"] + arguments)
      #expect(refused.status == 2 && refused.messages.contains("is a journal and no state"))
    }
    #expect(try Program.run("verify", after, after, "--previous", before).status > 1)
  }
}
