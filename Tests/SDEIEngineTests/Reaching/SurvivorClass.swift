import SDEIJournal
import SDEIModel

/// A reason for which mutants may break no rule and not be reached either.
struct SurvivorClass: Sendable {
  let name: String
  /// Why that is right, or which fact the document's list of invariants leaves out.
  let reason: String
  /// How many of all mutants may be of this class.
  let limit: Int
  let holds: @Sendable (Unreachable) -> Bool

  static let all = dispatchersChoice + uncovered

  /// What DEN0054C leaves to the dispatcher, and the engine does in one way.
  private static let dispatchersChoice = [
    SurvivorClass(
      name: "bound number",
      reason: "which number INTERRUPT_BIND gives is the dispatcher's choice (DEN0054C 5.1.14); "
        + "the engine gives the lowest free one",
      limit: 120
    ) { $0.path.hasSuffix(".number") },
    SurvivorClass(
      name: "leftovers of a running handler",
      reason: "when the registration of a handler that still runs is forgotten is not said "
        + "(5.1.8); the engine forgets it at UNREGISTER",
      limit: 40
    ) { error in
      [".entry", ".argument", ".relative"].contains { error.path.hasSuffix($0) }
    },
    SurvivorClass(
      name: "unused routing",
      reason: "an affinity under RM_ANY and a private event's routing are ignored (5.1.2.2), and "
        + "may be kept: V032 warns",
      limit: 600
    ) { $0.path.hasSuffix(".routing") && !$0.reason.contains("INVALID_PARAMETERS") },
    SurvivorClass(
      name: "target of unknown affinity",
      reason: "whether a vCPU has the affinity can not be told where the state does not tell it: "
        + "V031b is silent",
      limit: 150
    ) { $0.path.hasSuffix(".routing") && $0.reason.contains("INVALID_PARAMETERS") },
    SurvivorClass(
      name: "kept trigger",
      reason: "a trigger while unregistered is ignored or kept (5.1.2.1, A-19), and the engine "
        + "ignores it: V049 warns",
      limit: 200
    ) { $0.path.hasSuffix(".pending") && $0.reason.hasSuffix("dropped") },
    SurvivorClass(
      name: "counted occurrences",
      reason: "sources other than event 0's may be counted or collapse (6.2.1), and in the engine "
        + "they collapse: V048 is of event 0",
      limit: 80
    ) { $0.path.hasSuffix(".pending") && !$0.reason.hasSuffix("dropped") },
    SurvivorClass(
      name: "nobody asked",
      reason: "a request is the dispatcher's own note that something is due; what is due is "
        + "judged at rest (V050, V052)",
      limit: 250
    ) { $0.path == "vcpus.deliveryRequest" && !$0.reason.hasPrefix("it tells of vCPU") },
  ]

  /// What no rule says although the document, or the model, does.
  private static let uncovered = [
    SurvivorClass(
      name: "event 0 with a source",
      reason: "no rule says that event 0 has no interrupt, no firmware source and no level "
        + "(5.1.16.1)",
      limit: 350
    ) { $0.path == "events[0x0].definition" && $0.reason.hasPrefix("every instance") },
    SurvivorClass(
      name: "undefined event",
      reason: "no rule says that an event with a handler has a definition; V047b asks for one "
        + "only where it is pending",
      limit: 300
    ) { $0.path.hasSuffix(".definition") && $0.reason.hasPrefix("nobody says") },
    SurvivorClass(
      name: "absent vCPU",
      reason: "no rule is about masks, requests, power and affinities beyond the number of vCPUs",
      limit: 700
    ) { $0.reason.hasPrefix("it tells of vCPU") },
    SurvivorClass(
      name: "told twice",
      reason: "no rule says that (0,0,1) alone tells an unregistration that waits; V022 lets the "
        + "flag stand beside it",
      limit: 20
    ) { $0.path.hasSuffix(".unregisterPending") },
  ]
}
