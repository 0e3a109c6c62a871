public import SDEIModel

/// Harm that a destination does with a state that it takes.
public struct LoadHazard: Hashable, Sendable {
  /// What is wrong.
  public var rule: HazardRule
  /// The event that it is about, nil where it is about none in particular.
  public var event: EventNumber?
  /// The vCPUs on which it is so, nil where it is so for the VM.
  public var vcpus: Bitmap?
}

/// A way in which a destination harms a state that its SET commands accept.
public struct HazardRule: Hashable, Sendable {
  /// What the field is a field of.
  public enum Place: Hashable, Sendable {
    /// The state as a whole.
    case state
    /// An event, or its slots.
    case event
    /// The vCPUs.
    case vcpu
    /// The levels of the vCPUs; the field starts with the level's name.
    case context
  }

  /// The stable identifier.
  public let id: String
  /// How grave it is: an error where the guest or the host breaks without doing anything unusual.
  public let severity: Severity
  /// What the field is a field of.
  public let place: Place
  /// The field, as a path below its place.
  public let field: String
  /// What happens, in words.
  public let problem: String
  /// What to do.
  public let action: String
  /// What shows it: `fixtures/traces/kvm-v5/faults/17_*`.
  public let source: String
  /// Whether it says what must be done for the state to load, and not what happens afterwards.
  public let isCondition: Bool

  init(
    id: String,
    severity: Severity,
    place: Place,
    field: String,
    problem: String,
    action: String,
    source: String,
    isCondition: Bool = false
  ) {
    self.id = id
    self.severity = severity
    self.place = place
    self.field = field
    self.problem = problem
    self.action = action
    self.source = source
    self.isCondition = isCondition
  }
}

extension LoadHazard {
  /// The same where KVM v2 to v4 do it: what only v5's recordings show says why it holds there.
  var citedForV4: LoadHazard {
    let isOfV5 = ["fixtures/traces/kvm-v5/", "recorded with series v5"].contains {
      rule.source.hasPrefix($0)
    }
    guard isOfV5 else { return self }
    var result = self
    result.rule = HazardRule(
      id: rule.id,
      severity: rule.severity,
      place: rule.place,
      field: rule.field,
      problem: rule.problem,
      action: rule.action,
      source: rule.source + ", which shows the same code"
    )
    return result
  }
}

extension HazardRule {
  /// All that a destination may do with a state that it takes, ascending by identifier; a rule that
  /// looks at two fields is there for each.
  public static let all: [HazardRule] = [
    .preemptionLost, .emptyCount, .inBothSlots, .normalInCriticalSlot, .criticalInNormalSlot,
    .maskedByte, .registeredByNobody, .registeredByForeigner, .queuedUnregistered, .normalMeansNone,
    .criticalMeansNone, .exposedTwice, .queuedTwice, .surplusOfVM, .surplusOfQueues,
    .unregisterPendingStale, .sharedTwice, .freedWhileHeld, .notifierPointer, .deliveredMasked,
    .deliveredDisabled, .normalHandlerLost, .handlerDoubled, .countsDisagree, .builtInDefinition,
    .hangsAtEntry, .hangsWhenUnmasked, .hangsAfterCompletion, .requestGained, .eventDropped,
    .countDropped, .criticalDropped, .bitsDropped, .contextTailDropped, .definitionsUnknown,
  ].sorted { ($0.id, $0.field) < ($1.id, $1.field) }
}
