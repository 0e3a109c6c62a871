extension StateRule {
  /// PSTATE and PC of what was interrupted (53 to 59).
  static let contexts: [StateRule] = [
    interruptedAboveClient, interruptedNowhere, misalignedPC, misalignedPC32, nonCanonicalPC,
    reservedPState, widePState, nestedMode, nestedAArch32, nestedUnmasked, sameRegistersTwice,
  ]
}
