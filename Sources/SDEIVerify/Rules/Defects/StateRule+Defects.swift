extension StateRule {
  /// The traces of known defects, each in its dialects only.
  ///
  /// KVM v2 to v5 have numbers from 1, v7 from 21, Trusted Firmware-A from 31. They tell where
  /// something comes from that other rules, or a destination, find wrong.
  static let defects: [StateRule] = [
    .routingModeIsAffinity, .routingModeMayBeAffinity, .staleUnregistration, .sharedEventOnSeveral,
    .countedOccurrences, .preemptionForgotten, .countWrapped, .numberCheckTooWide, .privateRouting,
    .pendingOfUnregistered, .requestForgotten,
    .registrationsCounted, .releasedWhileRunning, .unmaskedWhileOff, .handlerWhileOff,
    .affinityOfAny,
  ]
}
