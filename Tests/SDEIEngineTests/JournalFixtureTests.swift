import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Journals of recordings and scenarios")
struct JournalFixtureTests {
  struct FromRecording: CustomStringConvertible, Sendable {
    let family: TraceFamily
    let name: String
    let form: JournalForm
    var description: String { "\(family)/\(name)" }
    var file: String {
      "fixtures/journals/\(family)-\(name).\(form == .binary ? "sdeij" : "jsonl")"
    }
  }

  static let recordings: [FromRecording] = [
    FromRecording(family: .kvmV4, name: "011", form: .jsonLines),
    FromRecording(family: .kvmV4, name: "032", form: .binary),
    FromRecording(family: .kvmV5, name: "000", form: .jsonLines),
    FromRecording(family: .kvmV5, name: "031", form: .jsonLines),
    FromRecording(family: .kvmV5, name: "049", form: .binary),
    FromRecording(family: .kvmV7, name: "008", form: .jsonLines),
    FromRecording(family: .kvmV7, name: "016", form: .binary),
    FromRecording(family: .tfA, name: "000", form: .jsonLines),
    FromRecording(family: .tfA, name: "001", form: .binary),
    FromRecording(family: .tfA, name: "003", form: .jsonLines),
  ]

  @Test("a recording's journal replays in its dialect", arguments: recordings)
  func recording(_ item: FromRecording) throws {
    let recording = try #require(
      try Recording.all(item.family).first { $0.name == item.description }
    )
    let maker = JournalMaker(name: item.description)
    _ = try Player.play(recording, item.family, maker)
    try expectReplay(maker.journal(undefined: nil), item.file, item.form)
  }

  static let faults: [(TraceFamily, String)] = [
    (.kvmV4, "01_status"), (.kvmV5, "04_shared"), (.kvmV7, "02_pending"),
    (.tfA, "panic-sdei_intr_handler"),
  ]

  @Test("a defect's journal ends where the original went astray", arguments: faults)
  func fault(_ family: TraceFamily, _ prefix: String) throws {
    let recording = try #require(
      try Recording.faults(family).first { $0.name.contains("/faults/" + prefix) }
    )
    let maker = JournalMaker(name: recording.name)
    let tally = try Player.play(recording, family, maker)
    let reason = try #require(tally.undefined.values.first)
    let journal = try maker.journal(undefined: reason)
    let replayer = try expectReplay(
      journal,
      "fixtures/journals/fault-\(family)-\(prefix).jsonl",
      .jsonLines
    )
    #expect(replayer.end == .undefined(reason, step: journal.steps.count))
  }

  static let scenarios: [(String, UInt32, JournalForm)] = [
    ("linux-boot", 64, .binary), ("signal-in-flight", 4, .jsonLines),
    ("nested-critical", 2, .jsonLines), ("unregister-while-running", 2, .jsonLines),
    ("shared-routing", 3, .jsonLines), ("bound-interrupt", 2, .jsonLines),
    ("async-page-fault", 3, .jsonLines), ("cpu-hotplug", 3, .jsonLines), ("random", 8, .binary),
  ]

  @Test("a scenario's journal is the one in the fixtures and replays", arguments: scenarios)
  func scenario(_ name: String, _ vcpus: UInt32, _ form: JournalForm) throws {
    let scenario = try #require(Scenario.named(name))
    var start: Snapshot?
    let steps = Steps()
    let end = try scenario.run(vcpus: vcpus) {
      start = $0
    } record: {
      steps.list.append(.action($0, $1))
    }
    let journal = Journal(
      header: JournalHeader(start: .snapshot(try #require(start)), producer: "scenario \(name)"),
      steps: steps.list + [.checkpoint(.snapshot(end.snapshot()))]
    )
    let ending = form == .binary ? "sdeij" : "jsonl"
    try expectReplay(journal, "fixtures/journals/scenario-\(name).\(ending)", form)
  }

  @Test("every scenario is in the fixtures")
  func complete() throws {
    #expect(Set(Scenario.all.map(\.name)) == Set(Self.scenarios.map(\.0)))
    let names = try Repository.files(in: "fixtures/journals", "")
    #expect(names.count >= 16)
    #expect(names.count == Self.recordings.count + Self.faults.count + Self.scenarios.count)
  }

  private final class Steps { var list: [JournalStep] = [] }

  /// Replays a journal, and what is in the fixtures, which must be the same bytes.
  @discardableResult
  private func expectReplay(
    _ journal: Journal,
    _ file: String,
    _ form: JournalForm
  ) throws -> Replayer {
    let bytes = try journal.encode(as: form)
    try Golden.expect(bytes, toEqual: file)
    let (read, tail) = try bytes.withBytes { try Journal.decode($0) }
    #expect(read == journal)
    #expect(tail == nil)
    var replayer = try Replayer(read)
    try replayer.run()
    if case .divergence(let divergence) = replayer.end {
      Issue.record("\(file) step \(divergence.step): \(divergence.kind)")
    }
    #expect(replayer.position == journal.steps.count)
    return replayer
  }
}
