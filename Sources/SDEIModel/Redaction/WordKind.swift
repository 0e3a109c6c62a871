/// What a 64-bit word of a state or a journal stands for, as far as redaction has to know.
package enum WordKind: Hashable, Sendable {
  /// An address, however small: an entry point, a PC, a resume address, VBAR, a host's pointer.
  case address
  /// A register's value or a handler's argument: an address unless it is a small number.
  case register
  /// An argument that is looked at bit by bit, or a result: never an address where it is small.
  case plain
  /// An argument of which an implementation reads 32 bits: an event, an interrupt, a selector.
  case selector
  /// A number that names something: an event, a function, a version.
  case identifier
  /// A PSTATE in SPSR format.
  case pstate
  /// An affinity as a guest gave it.
  case affinity
  /// An entry point relative to VBAR.
  case offset
  /// Bytes without a meaning, which may hold anything that was in memory before; their bits.
  case leftover(bits: Int)
}

/// Visits the words of a state or a journal that redaction looks at, and gives what is to stand in
/// their places.
package protocol WordVisitor {
  /// What a visit may fail with.
  associatedtype Failure: Error
  /// A word.
  mutating func word(_ value: UInt64, _ kind: WordKind) throws(Failure) -> UInt64
  /// A column of words of one kind.
  mutating func column(_ column: Column, _ kind: WordKind) throws(Failure) -> Column
  /// The name of who wants to hear of an event.
  mutating func name(_ name: String) throws(Failure) -> String
  /// The words of a maker; empty where nothing is told.
  mutating func producer(_ text: String) throws(Failure) -> String
}
