internal import SDEIEngine
internal import SDEIModel

/// A register as it was recorded, and as a rule has it.
struct SeenRegister {
  let name: String
  let value: UInt64
  let expected: UInt64

  init(_ name: String, _ value: UInt64, _ expected: UInt64) {
    (self.name, self.value, self.expected) = (name, value, expected)
  }

  /// Some words of a frame.
  static func words(
    _ words: some Sequence<Int>,
    of frame: RegisterFrame,
    expected: RegisterFrame
  ) -> [SeenRegister] {
    words.map { SeenRegister(RegisterFrame.name(of: $0), frame[word: $0], expected[word: $0]) }
  }
}

extension RuleReport {
  /// Notes registers of a step that are not as they must be: at the first one, with the others named.
  mutating func add(_ registers: [SeenRegister]) {
    let wrong = registers.filter { $0.value != $0.expected }
    guard let first = wrong.first else { return }
    let others = wrong.dropFirst().map(\.name)
    add(
      "registers.\(first.name)",
      found: "\(first.name) is \(hex(first.value)) and not \(hex(first.expected))"
        + (others.isEmpty ? "" : "; neither is " + others.joined(separator: ", "))
    )
  }
}

/// PSTATE as the specification has it in a handler and after COMPLETE_AND_RESUME: DAIF all set, EL_C
/// with its own stack pointer, AArch64.
enum HandlerPState {
  /// D, A, I, F, nRW and M[3:0].
  static let named: UInt64 = 0x3DF

  static func value(clientEL: UInt8) -> UInt64 { 0x3C0 | (clientEL == 2 ? 0x9 : 0x5) }

  /// The named bits as they were seen, and as they must be.
  static func seen(_ pstate: UInt64, clientEL: UInt8) -> SeenRegister {
    let expected = pstate & ~named | value(clientEL: clientEL)
    return SeenRegister("pstate", pstate, expected)
  }
}
