public import SDEIEngine
public import SDEIModel

/// The first thing in which a step's outcome is not what was recorded.
public enum Mismatch: Hashable, Sendable {
  /// The answer.
  case answer(recorded: Answer, actual: Answer)
  /// The event whose handler was entered.
  case entered(recorded: EventNumber?, actual: EventNumber?)
  /// A register with which the vCPU went on.
  case register(String, recorded: UInt64, actual: UInt64)
  /// The registers went on unchanged, or were not recorded to.
  case registersUnchanged

  /// Compares what was seen; nil where nothing differs.
  init?(_ recorded: Recorded, _ performed: Performed) {
    let outcome = performed.outcome
    if let answer = recorded.answer, answer != outcome.answer {
      self = .answer(recorded: answer, actual: outcome.answer)
      return
    }
    if recorded.entered != nil || recorded.answer != nil,
      recorded.entered != outcome.entry?.event
    {
      self = .entered(recorded: recorded.entered, actual: outcome.entry?.event)
      return
    }
    guard let expected = recorded.registers else { return nil }
    guard let actual = performed.registers else {
      self = .registersUnchanged
      return
    }
    for (name, path) in Self.registers where expected[keyPath: path] != actual[keyPath: path] {
      self = .register(name, recorded: expected[keyPath: path], actual: actual[keyPath: path])
      return
    }
    for index in 0..<18 where expected.frame.x[index] != actual.frame.x[index] {
      self = .register(
        "x\(index)",
        recorded: expected.frame.x[index],
        actual: actual.frame.x[index]
      )
      return
    }
    return nil
  }

  private static var registers: [(String, KeyPath<LiveRegisters, UInt64>)] {
    [("pc", \.frame.pc), ("pstate", \.frame.pstate), ("elr", \.elr), ("spsr", \.spsr)]
  }
}

extension Recorded {
  /// Everything there is to see of what was performed.
  public init(of performed: Performed) {
    self.init(
      answer: performed.outcome.answer,
      entered: performed.outcome.entry?.event,
      registers: performed.registers
    )
  }
}
