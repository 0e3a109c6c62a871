import Foundation
import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Recorder")
struct RecorderTests {
  /// A sink in memory, that fails when told to.
  private final class Memory: JournalSink {
    struct Full: Error {}
    var bytes: [UInt8] = []
    var isFull = false

    func append(_ more: [UInt8]) throws {
      if isFull {
        bytes += more.prefix(more.count / 2)
        throw Full()
      }
      bytes += more
    }
  }

  /// Records the steps of a journal; what is not copyable stays in here.
  private func record(_ journal: Journal, _ form: JournalForm, into sink: Memory) throws {
    var recorder = try JournalRecorder(
      start: journal.header.start,
      producer: journal.header.producer,
      form: form,
      sink: sink
    )
    for step in journal.steps {
      switch step {
      case .action(let action, let recorded): try recorder.record(action, recorded)
      case .checkpoint(let checkpoint): try recorder.checkpoint(checkpoint)
      }
    }
    let (count, tail) = (recorder.stepCount, recorder.cutTail)
    #expect(count == UInt64(journal.steps.count) && tail == nil)
  }

  /// Appends steps to a file, and gives how many it has then, and what was cut off.
  private func resume(
    _ path: String,
    _ steps: [JournalStep]
  ) throws -> (count: UInt64, tail: TornTail?) {
    var recorder = try JournalRecorder(appendingTo: path)
    for step in steps { try recorder.append(step) }
    try recorder.sink.sync()
    return (recorder.stepCount, recorder.cutTail)
  }

  @Test("what is recorded is what is encoded", arguments: JournalForm.allCases)
  func recording(form: JournalForm) throws {
    for journal in [JournalFixtures.everyStep, RandomJournal.make(seed: 12, steps: 30)] {
      let sink = Memory()
      try record(journal, form, into: sink)
      #expect(try sink.bytes == journal.encode(as: form))
    }
  }

  @Test("goes on behind a torn tail, at every cut", arguments: JournalForm.allCases)
  func resumption(form: JournalForm) throws {
    let journal = JournalFixtures.workedExample
    let bytes = try journal.encode(as: form)
    let more = Array(JournalFixtures.everyStep.steps.prefix(3))
    let directory = try Temporary()
    let firstStep = try Journal(header: journal.header).encode(as: form).count
    for length in firstStep...bytes.count {
      let path = try directory.write(Array(bytes[..<length]), "cut-\(length)")
      let before = try JournalCodec.decode(Array(bytes[..<length]))
      let (count, tail) = try resume(path, more)
      let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      var expected = before.journal
      expected.steps += more
      try #require(tail == before.tail && count == UInt64(expected.steps.count))
      try #require(try file == expected.encode(as: form), "cut at \(length)")
    }
  }

  @Test("a file that is no journal, or is damaged before its end, is left as it was")
  func damaged() throws {
    let directory = try Temporary()
    let bytes = try JournalFixtures.everyStep.encode(as: .binary)
    var flipped = bytes
    flipped[bytes.count / 2] ^= 1
    for (name, content) in [
      ("text", Array("hello".utf8)), ("short", Array(bytes[..<20])), ("flipped", flipped),
    ] {
      let path = try directory.write(content, name)
      #expect(throws: DecodeError.self) { try resume(path, []) }
      #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == content)
    }
    let missing = #expect(throws: (any Error).self) { try resume(directory.file("none"), []) }
    #expect("\(missing.map { "\($0)" } ?? "")".contains("cannot open"))
  }

  @Test("a new file is created and never overwrites one; an open one is locked")
  func files() throws {
    let directory = try Temporary()
    let path = directory.file("new")
    func create() throws {
      var recorder = try JournalRecorder(creating: path, start: .snapshot(Snapshot()))
      try recorder.record(.migrate)
      #expect(throws: (any Error).self) { try resume(path, []) }
    }
    try create()
    #expect(throws: (any Error).self) { try create() }
    let (count, tail) = try resume(path, [.action(.migrate, Recorded())])
    #expect(count == 2 && tail == nil)
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(try JournalCodec.decode(file).journal.steps.count == 2)
  }

  @Test(
    "behind a write that failed nothing more is written; a step that can not be encoded is left out"
  )
  func failing() throws {
    let sink = Memory()
    func run() throws {
      var recorder = try JournalRecorder(start: .snapshot(Snapshot()), sink: sink)
      try recorder.record(.migrate)
      let bad = Snapshot(instance: Instance(producer: "\n"))
      #expect(throws: EncodeError.self) { try recorder.record(.restore(bad)) }
      try recorder.record(.migrate)
      sink.isFull = true
      #expect(throws: Memory.Full.self) { try recorder.record(.migrate) }
      sink.isFull = false
      let stopped = #expect(throws: JournalStopped.self) { try recorder.record(.migrate) }
      #expect(stopped?.stepCount == 2)
    }
    try run()
    let (journal, tail) = try JournalCodec.decode(sink.bytes)
    #expect(journal.steps.count == 2 && tail?.wholeSteps == 2)
  }
}
