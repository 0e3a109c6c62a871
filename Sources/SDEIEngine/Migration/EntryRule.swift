internal import SDEIModel

/// A check of one entry of a list: the rule, and when it is broken.
struct EntryRule: Sendable {
  let rule: LoadRule
  let isBroken: @Sendable (Event, LoadDestination) -> Bool

  /// The first rule that an entry breaks, nil for none.
  static func broken(
    by event: Event,
    _ checks: [EntryRule],
    _ destination: LoadDestination
  ) -> LoadRule? {
    checks.first { $0.isBroken(event, destination) }?.rule
  }
}

/// What the entries of a list are checked against.
struct LoadDestination {
  var exposed: Set<EventNumber> = []
  var registered: Set<EventNumber> = []
  /// KVM v2 to v4: what is in the queue of the vCPU that the command is for.
  var queued: Set<EventNumber> = []
  /// The numbers that stand before the entry in the same request.
  var request: Set<EventNumber> = []
  /// What the exposed events are defined as, where something is exposed already.
  var definitions: [EventNumber: EventDefinition] = [:]
  /// The `signaled` bytes that are neither 0 nor 1.
  var signaled: [EventNumber: UInt64] = [:]
}
