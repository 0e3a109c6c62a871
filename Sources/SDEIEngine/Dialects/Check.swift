/// One condition under which an operation is refused; the plan of an operation lists its checks in
/// their order.
///
/// "Here" is the slot of the calling vCPU, or the one slot of a shared event.
enum Check: UInt8, CaseIterable, Sendable {
  /// Always refused.
  case always
  // The event.
  /// No event has the number.
  case eventUnknown
  /// KVM would not take the number for any event's.
  case numberUnsupported
  /// The number is below 0 as an `int`.
  case numberNegative
  /// No slot of the event is registered, so that KVM holds no object for it.
  case registeredNowhere
  /// The event is not shared.
  case notShared
  // Arguments.
  /// A must-be-zero bit of REGISTER's flags is set.
  case reservedFlags
  /// Relative mode is asked for and not supported.
  case relativeUnsupported
  /// The flags or mode argument is neither RM_ANY nor RM_PE.
  case modeUnknown
  /// RM_PE is asked for a shared event with an affinity that names no PE.
  case affinityUnknown
  /// RM_PE is asked for any event with an affinity that names no PE.
  case affinityUnknownForAny
  /// The entry point is 0.
  case entryZero
  /// The entry point is not 4-byte aligned.
  case entryMisaligned
  /// The status of a completion is neither EV_HANDLED nor EV_FAILED.
  case statusUnknown
  /// The resume address is not 4-byte aligned.
  case resumeMisaligned
  /// CONTEXT is asked for a register that it does not give.
  case registerUnknown
  /// GET_INFO is asked for something unknown.
  case infoUnknown
  /// GET_INFO is asked for the routing.
  case routingAsked
  /// GET_INFO is asked for the routing of a private event.
  case routingOfPrivate
  /// GET_INFO is asked for the routing of an event in a state that has none.
  case routingUnavailable
  /// GET_INFO is asked for the routing of an event whose registered bit is clear.
  case routingUnregistered
  /// GET_INFO is asked for the affinity of an event that is routed to any PE.
  case affinityOfAny
  /// FEATURES is asked for something unknown.
  case featureUnknown
  // State.
  /// The table of states and inputs refuses; its own code is the result.
  case state
  /// Not registered here.
  case notRegistered
  /// Not enabled here.
  case notEnabled
  /// An unregistration waits here, or on the vCPU that a SIGNAL names.
  case unregisterPending
  /// The event waits or runs somewhere.
  case occursSomewhere
  /// No handler runs on the calling vCPU.
  case nothingRuns
  /// A critical handler runs inside a normal one on the calling vCPU.
  case runsNested
  /// The vCPU is masked.
  case masked
  /// The vCPU is not masked.
  case unmasked
  /// As many events are registered as there may be.
  case registrationsFull
  // Interrupts.
  /// The event is a bind slot to which nothing is bound.
  case slotUnbound
  /// The event's number does not come from a bind slot.
  case notSlot
  /// The event's interrupt is active.
  case eventInterruptActive
  /// The event's interrupt does not belong to the client.
  case eventInterruptForeign
  /// The number is no PPI's or SPI's.
  case interruptUnknown
  /// The interrupt is bound already; its event's number is the result.
  case interruptBound
  /// The interrupt produces one of the platform's events.
  case interruptOfPlatform
  /// The interrupt does not belong to the client.
  case interruptForeign
  /// The interrupt is active.
  case interruptActive
  /// No bind slot of the interrupt's type is free.
  case slotsFull
  /// Some slot of the event is not handler-unregistered.
  case inUseSomewhere
  /// Some slot of the event is registered.
  case registeredSomewhere
  /// Not handler-unregistered here.
  case inUse
  // Signals and injections.
  /// The event can not be signalled by software.
  case notSignalable
  /// The event is not event 0.
  case notEventZero
  /// The target names no PE.
  case targetUnknown
  /// The target is masked.
  case targetMasked
  /// The event is not registered on the target.
  case targetUnregistered
  /// The event is not enabled on the target.
  case targetDisabled
  /// Immediate delivery is asked for while something of its priority or above waits or runs.
  case immediateBehindOthers
  /// Immediate delivery is asked for while any event waits.
  case immediateBehindAny
  /// Immediate delivery is asked for and not possible now.
  case immediateImpossible
  /// As many events wait on the vCPU as there may be.
  case queueFull
  /// The event neither waits nor runs on the vCPU.
  case notOccurring
  /// The event runs on the vCPU, and no further occurrence waits.
  case onlyRunning
  /// The event runs on the vCPU.
  case running
  /// The event is not firmware's to dispatch.
  case notFirmwares
  /// The event can not be entered on the vCPU now.
  case notDispatchable
}
