internal import SDEIEngine
internal import SDEIModel

/// Visits the fields of a step in their order: writes each one, or reads it into the value.
///
/// A step says once which fields it has (`JournalStep.visited(by:)`); the writers and readers of both
/// forms are visitors, so that they can not disagree.
protocol StepVisitor: ~Copyable, ~Escapable {
  associatedtype Failure: Error

  /// A step without a value of its own: the key alone.
  @_lifetime(self: copy self)
  mutating func mark(_ key: String) throws(Failure)
  /// The vCPU.
  @_lifetime(self: copy self)
  mutating func vcpu(_ value: inout UInt32) throws(Failure)
  /// An interrupt.
  @_lifetime(self: copy self)
  mutating func interrupt(_ key: String, _ value: inout UInt32) throws(Failure)
  /// An event.
  @_lifetime(self: copy self)
  mutating func event(_ key: String, _ value: inout EventNumber) throws(Failure)
  /// An event that may be missing.
  @_lifetime(self: copy self)
  mutating func event(_ key: String, _ value: inout EventNumber?) throws(Failure)
  /// A function identifier.
  @_lifetime(self: copy self)
  mutating func function(_ key: String, _ value: inout UInt32) throws(Failure)
  /// Five arguments.
  @_lifetime(self: copy self)
  mutating func arguments(_ key: String, _ value: inout [UInt64]) throws(Failure)
  /// An exception level that may be missing.
  @_lifetime(self: copy self)
  mutating func level(_ key: String, _ value: inout UInt8?) throws(Failure)
  /// What is usually not so.
  @_lifetime(self: copy self)
  mutating func flag(_ key: String, _ value: inout Bool) throws(Failure)
  /// One of a few names.
  @_lifetime(self: copy self)
  mutating func name<Name: StepName>(_ key: String, _ value: inout Name) throws(Failure)
  /// Registers.
  @_lifetime(self: copy self)
  mutating func registers(_ key: String, _ value: inout LiveRegisters) throws(Failure)
  /// Registers that may be missing.
  @_lifetime(self: copy self)
  mutating func registers(_ key: String, _ value: inout LiveRegisters?) throws(Failure)
  /// An event's definition.
  @_lifetime(self: copy self)
  mutating func definition(_ key: String, _ value: inout EventDefinition) throws(Failure)
  /// A state.
  @_lifetime(self: copy self)
  mutating func snapshot(_ key: String, _ value: inout Snapshot) throws(Failure)
  /// The digest of a state.
  @_lifetime(self: copy self)
  mutating func digest(_ key: String, _ value: inout SnapshotDigest) throws(Failure)
  /// What the caller got, that may be missing.
  @_lifetime(self: copy self)
  mutating func answer(_ value: inout Answer?, _ style: AnswerStyle) throws(Failure)
}

/// A value that both forms write by its name.
protocol StepName: RawRepresentable, CaseIterable where RawValue == String {}

extension PowerTransition: StepName {}
extension InterruptTable.Owner: StepName {}

extension StepName {
  /// The names, quoted, for a message.
  static var choices: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }
}
