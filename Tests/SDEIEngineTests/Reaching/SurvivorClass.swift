import SDEIJournal
import SDEIModel

/// A reason for which mutants may break no rule and not be reached either.
struct SurvivorClass: Sendable {
  let name: String
  /// Why that is right.
  let reason: String
  /// How many of all mutants may be of this class.
  let limit: Int
  let holds: @Sendable (Unreachable) -> Bool

  /// What DEN0054C leaves to the dispatcher, and the engine does in one way.
  static let all = [
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
    SurvivorClass(
      name: "interrupt of event 0",
      reason: "how a platform sends its signals is its own choice (TF-A: an SGI), and no binding, "
        + "which V014 is about; the engine's have no interrupt",
      limit: 120
    ) { $0.path == "events[0x0].definition" && $0.reason.hasPrefix("every instance") },
  ]
}
