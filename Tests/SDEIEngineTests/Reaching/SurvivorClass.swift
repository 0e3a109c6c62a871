import SDEIJournal
import SDEIModel

/// A reason for which mutants may break no rule and not be reached either.
struct SurvivorClass: Sendable {
  let name: String
  /// Why no rule is missing.
  let reason: String
  /// How many of all mutants may be of this class.
  let limit: Int
  let holds: @Sendable (Unreachable) -> Bool

  static let all: [SurvivorClass] = []
}
