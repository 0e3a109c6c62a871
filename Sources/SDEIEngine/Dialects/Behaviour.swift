/// A decision point of the engine at which an implementation does something else than the
/// specification; the specification is where none is set.
enum Behaviour: UInt8, CaseIterable, Sendable {
  // Arguments and answers.
  case wideArguments, signalableIsOne, maskAnswersZero, statusRunningIsAnywhere
  // Registration.
  case pendingUnregisterKeepsBits, unregisterPendingStays, affinityStoredAsMode
  case routingKeptForPrivate, affinityKeptForAny, unregisterKeepsHandler
  case unregisterKeepsPending
  case keepsTriggersWhileUnregistered, registrationsCounted, refcountKept, completionKeepsFrame
  case kernelObjects
  // Delivery and completion.
  case deliversWhileMasked, deliversWhileDisabled, deliversSharedConcurrently, oneLevel
  case searchStopsAtDisabled, firstInFirstOut, countsOccurrences, sharedWaitsPerVCPU
  case entryClearsRegisters, entryWritesSPSR, entryKeepsPState, entryKeepsFeatureBits
  case relativeAtRegistration, contextHidesErrors, strictAffinity
  case resumeIsComplete, resumePStateIsFresh, runningMarksOnly
  // Requests.
  case requestsOnlyForUnmask, requestsWhileBusy, requestsOnInjection,
    requestsWhateverWaitsOnCompletion, noRequestOnCompletion
  case noRequestOnEnable, noRequestOnUnmask, requestsWhateverWaitsOnUnmask
  // Resets.
  case sharedHandlerDeniesPrivateReset, resetsSwapped, resetReachesAllVCPUs, resetAnswersPending
  case resetSkipsOccurring, resetSucceeds, sharedResetDoesNothing
  // Signals.
  case signalGoesToCaller, signalOfPendingIsSilent
  case maskDeferredInHandler
  // Power.
  case powerOnClearsPrivate, powerOffKeepsHandlers
  // Interrupts.
  case slotsKeepNumbers, registrationTakesInterrupt, slotsShareSearch, noExtendedInterrupts
  case priorityMaskSticks, eventZeroAsserts
}

/// A set of behaviours.
struct BehaviourSet: Hashable, Sendable {
  // A shift beyond the width would drop a behaviour without a word.
  private var bits: UInt64 = {
    precondition(Behaviour.allCases.count <= 64, "a set has room for 64 behaviours")
    return 0
  }()

  func contains(_ behaviour: Behaviour) -> Bool { bits >> UInt64(behaviour.rawValue) & 1 == 1 }

  mutating func insert(_ behaviour: Behaviour) { bits |= 1 << UInt64(behaviour.rawValue) }
}
