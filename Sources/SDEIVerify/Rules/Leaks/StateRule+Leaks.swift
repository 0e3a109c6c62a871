extension StateRule {
  /// What a host or an earlier handler left in a state that must not travel.
  ///
  /// Notifiers and paddings (SDEI-L001 to SDEI-L003) are told while a state is read, with their
  /// offsets: `KVMTranscripts`.
  static let leaks: [StateRule] = [.registersLeftOver, .contextTail, .kernelAddress]
}
