extension Rule {
  /// What is noticed while a state is read, and kept.
  static let noticed = inAnyForm + inRegisters + inStreams + leftByHosts
}
