/// Why a state can not be redacted; nothing is written then.
public enum RedactionError: Error, Hashable, Sendable {
  /// Progressions whose members lie far apart would have to be unfolded to more than so many.
  case scattered(limit: Int)
  /// Numbers that stay stand inside progressions of addresses more often than so many times.
  case entangled(limit: Int)
  /// No place is left for pseudonyms that no search could take for an original.
  case crowded
}

extension RedactionError: CustomStringConvertible {
  /// What was found and what to do.
  public var description: String {
    switch self {
    case .scattered(let limit):
      "columns step through more than 16 TiB and would unfold to more than \(limit) addresses; "
        + "remove the slots of vCPUs that do not exist, or report the state in words"
    case .entangled(let limit):
      "event numbers and small numbers stand in columns of addresses at more than \(limit) places; "
        + "report the state in words"
    case .crowded:
      "the addresses leave no room for pseudonyms that differ from all of them in both byte orders; "
        + "report the state in words"
    }
  }
}

/// What a redaction found and replaced.
public struct RedactionSummary: Hashable, Sendable {
  /// How many different addresses were replaced, without those in progressions.
  public var addresses = 0
  /// How many progressions of addresses (runs of columns) were replaced as they are.
  public var progressions = 0
  /// How many regions the addresses lie in.
  public var regions = 0
  /// How many different addresses stayed, because an event, an offset or a PSTATE is the same
  /// number.
  public var kept = 0
  /// How many fields of padding or left-over bytes were overwritten.
  public var leftovers = 0
  /// How many names of notifiers were replaced.
  public var names = 0
  /// How many texts of producers were removed.
  public var producers = 0

  /// Makes a summary of nothing.
  public init() {}
}
