public import SDEIEngine
public import SDEIModel

/// What happened to an SDEI instance, step by step, from a known state on.
///
/// Snapshot + journal = next snapshot. The forms it takes in files are in schemas/journal.md.
public struct Journal: Hashable, Sendable {
  /// Where it starts, and who recorded it.
  public var header: JournalHeader
  /// The steps in their order; the first one is number 1.
  public var steps: [JournalStep]

  /// Makes a journal.
  public init(header: JournalHeader, steps: [JournalStep] = []) {
    self.header = header
    self.steps = steps
  }
}

/// The first record of a journal.
public struct JournalHeader: Hashable, Sendable {
  /// The state before the first step.
  public enum Start: Hashable, Sendable {
    /// The state itself.
    case snapshot(Snapshot)
    /// A digest of it; whoever replays the journal must bring the state.
    case digest(SnapshotDigest, Instance, vcpus: UInt32)
  }

  /// The state before the first step.
  public var start: Start
  /// What recorded the journal, in its own words; plain text (`isPlainText`).
  public var producer: String

  /// Makes a header.
  public init(start: Start, producer: String = "") {
    self.start = start
    self.producer = producer
  }

  /// The instance as it was at the start.
  public var instance: Instance {
    switch start {
    case .snapshot(let snapshot): snapshot.instance
    case .digest(_, let instance, _): instance
    }
  }
}

extension JournalHeader {
  /// Compares the producer by its bytes, so that equal headers have equal encodings.
  public static func == (lhs: JournalHeader, rhs: JournalHeader) -> Bool {
    lhs.start == rhs.start && lhs.producer.utf8.elementsEqual(rhs.producer.utf8)
  }

  /// Feeds what is compared but the producer, which rarely tells two headers apart.
  public func hash(into hasher: inout Hasher) { hasher.combine(start) }
}

/// One step of a journal.
public enum JournalStep: Hashable, Sendable {
  /// An action, and what is known of what became of it.
  case action(Action, Recorded)
  /// The state at this point.
  case checkpoint(Checkpoint)
}

/// What a recorder saw of an action's outcome; nothing is compared that was not seen.
public struct Recorded: Hashable, Sendable {
  /// What the caller got.
  public var answer: Answer?
  /// The event whose handler was entered; nil where none was, or nobody looked.
  public var entered: EventNumber?
  /// The registers with which the vCPU went on: a handler's first, or those that resumed.
  public var registers: LiveRegisters?

  /// Makes a record; by default of nothing.
  public init(answer: Answer? = nil, entered: EventNumber? = nil, registers: LiveRegisters? = nil) {
    self.answer = answer
    self.entered = entered
    self.registers = registers
  }
}

/// The state at a point of a journal.
public enum Checkpoint: Hashable, Sendable {
  /// The state itself.
  case snapshot(Snapshot)
  /// A digest of it.
  case digest(SnapshotDigest)
}
