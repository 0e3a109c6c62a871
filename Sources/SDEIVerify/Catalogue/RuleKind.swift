/// What a rule looks at, and so where its identifier comes from.
public enum RuleKind: String, CaseIterable, Hashable, Sendable {
  /// One state (`SDEI-V`).
  case state
  /// Two states, one operation apart (`SDEI-V`).
  case pair
  /// A journal: what was done, and what was seen of it (`SDEI-V`).
  case journal
  /// Bytes: a snapshot has no place for what would break it (`SDEI-V`).
  case decoder
  /// Nothing: it looks like an invariant and is none, so it is never reported (`SDEI-V`).
  case nonRule = "non-rule"
  /// What a host left in a state that must not travel (`SDEI-L`).
  case leak
  /// The trace of a known defect of an implementation (`SDEI-K`).
  case defect
  /// Reading bytes (`SDEI-D`).
  case decoding
  /// What a conversion loses or changes (`SDEI-C`).
  case conversion
  /// What a destination does with a state (`SDEI-T`).
  case target
  /// Replaying a journal (`SDEI-R`).
  case replay
  /// The policy and the baseline that findings are judged by (`SDEI-P`).
  case policy
  /// Applying a patch (`SDEI-A`).
  case patch

  /// The letter of the identifiers.
  public var letter: Character {
    switch self {
    case .state, .pair, .journal, .decoder, .nonRule: "V"
    case .leak: "L"
    case .defect: "K"
    case .decoding: "D"
    case .conversion: "C"
    case .target: "T"
    case .replay: "R"
    case .policy: "P"
    case .patch: "A"
    }
  }

  /// What it looks at, in words.
  public var title: String {
    switch self {
    case .state: "one state"
    case .pair: "two states, one operation apart"
    case .journal: "what was done, and what was seen of it"
    case .decoder: "bytes: no snapshot can hold what would break it"
    case .nonRule: "nothing: it looks like an invariant and is none"
    case .leak: "what a host or an earlier handler left in a state"
    case .defect: "the trace of a known defect of an implementation"
    case .decoding: "reading bytes"
    case .conversion: "what a conversion loses or changes"
    case .target: "what a destination does with a state"
    case .replay: "replaying a journal"
    case .policy: "the policy and the baseline that findings are judged by"
    case .patch: "applying a patch"
    }
  }
}
