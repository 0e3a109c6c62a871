public import SDEIEngine
internal import SDEIFormats
internal import SDEIWire

/// Writes a journal while the guest runs, one whole record at a time.
///
/// It has no clock and no thread: a step is in the sink when `record` returns. A VMM that serves its
/// vCPUs on several threads calls it under the lock under which it changes SDEI's state, so that the
/// steps stand in the order in which they happened.
public struct JournalRecorder<Sink: JournalSink>: ~Copyable {
  /// The form that is written.
  public let form: JournalForm
  /// How many steps the journal has.
  public private(set) var stepCount: UInt64
  /// Where the journal goes.
  public private(set) var sink: Sink
  /// What a recorder that goes on with a journal found behind its last whole record, and cut off.
  public let cutTail: TornTail?
  private let encoder: JournalEncoder
  private var isStopped = false

  /// Starts a journal: its header is in the sink when this returns.
  ///
  /// - Throws: `EncodeError` where the state or a text can not be written, or the sink's error.
  public init(
    start: JournalHeader.Start,
    producer: String = "",
    form: JournalForm = .binary,
    sink: consuming Sink
  ) throws {
    let encoder = JournalEncoder(form: form)
    try sink.append(try encoder.header(JournalHeader(start: start, producer: producer)))
    self.init(encoder, steps: 0, sink, cutTail: nil)
  }

  private init(_ encoder: JournalEncoder, steps: UInt64, _ sink: Sink, cutTail: TornTail?) {
    (self.encoder, form, stepCount) = (encoder, encoder.form, steps)
    (self.sink, self.cutTail) = (sink, cutTail)
  }

  /// Records an action, and what was seen of its outcome.
  ///
  /// - Throws: As `append`.
  public mutating func record(_ action: Action, _ recorded: Recorded = Recorded()) throws {
    try append(.action(action, recorded))
  }

  /// Records the state at this point.
  ///
  /// - Throws: As `append`.
  public mutating func checkpoint(_ checkpoint: Checkpoint) throws {
    try append(.checkpoint(checkpoint))
  }

  /// Appends a step.
  ///
  /// - Throws: `EncodeError` where the step can not be written: then nothing was. The sink's error,
  ///   and from then on `JournalStopped`: what a sink left behind may be torn, and nothing whole may
  ///   follow it. Opening the file anew cuts it off.
  public mutating func append(_ step: JournalStep) throws {
    if isStopped { throw JournalStopped(stepCount: stepCount) }
    let bytes = try encoder.step(step, number: stepCount + 1)
    isStopped = true
    try sink.append(bytes)
    isStopped = false
    stepCount += 1
  }
}

extension JournalRecorder where Sink == JournalFile {
  /// Starts a journal in a new file.
  ///
  /// - Throws: `EncodeError` where the state or a text can not be written, or the file's error.
  public init(
    creating path: String,
    start: JournalHeader.Start,
    producer: String = "",
    form: JournalForm = .binary
  ) throws {
    let sink = try JournalFile(creating: path)
    try self.init(start: start, producer: producer, form: form, sink: sink)
  }

  /// Goes on with the journal in a file, behind its last whole step; a torn tail is cut off and told
  /// by `cutTail`.
  ///
  /// The state at that point is what a replay of the journal gives. Whoever goes on from another one
  /// records a `restore` first.
  ///
  /// - Throws: `DecodeError` where the file is no journal, or is damaged before its end: then it is
  ///   left as it was. The file's error.
  public init(appendingTo path: String) throws {
    let sink = try JournalFile(opening: path)
    let end = try Self.end(of: path)
    if end.tail != nil { try sink.cut(to: end.offset) }
    if end.lacksNewline { try sink.append([UInt8(ascii: "\n")]) }
    self.init(JournalEncoder(form: end.form), steps: end.steps, sink, cutTail: end.tail)
  }

  /// Reads the file in a scope of its own: its mapping must be gone before the file is cut.
  private static func end(of path: String) throws -> JournalDecoder.End {
    let file = try InputFile(path: path)
    return try JournalDecoder.decode(file.bytes)
  }
}

/// Thrown by a recorder whose sink has failed.
public struct JournalStopped: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many whole steps were written before.
  public let stepCount: UInt64

  /// What happened, and what to do.
  public var description: String {
    "the journal ended after step \(stepCount), for a write failed; open it anew to go on"
  }
}
