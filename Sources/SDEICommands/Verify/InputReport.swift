internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// What is known of one input after it was looked at.
struct InputReport: Sendable {
  /// What became of the input.
  enum Content: Sendable {
    case checked(CheckedInput)
    /// It could not be read or decoded.
    case unread(InputFailure)
    /// A file of a directory in whose bytes no known form begins.
    case skipped
  }

  /// The file, or "standard input".
  let name: String
  let content: Content
}

/// What was found in an input.
struct CheckedInput: Sendable {
  /// What the input is.
  enum Kind: Sendable {
    case state(FormatID, hasState: Bool)
    case journal(String)
  }

  let kind: Kind
  /// What its own dialect says to it.
  var findings: Findings
  /// What each destination says to it.
  var destinations: [Assessment] = []

  /// The name of its form.
  var format: String {
    switch kind {
    case .state(let format, _): format.name
    case .journal(let form): form
    }
  }

  var hasState: Bool {
    if case .state(_, let hasState) = kind { hasState } else { true }
  }

  /// Whether nothing is wrong with it, accepted or not.
  var isValid: Bool { passes && findings.acceptedErrors == 0 }

  /// Whether nothing is wrong with it but what a policy or a baseline accepts.
  var passes: Bool { findings.count(.error) == 0 }

  /// Whether all of it could be judged: a journal that could not be played to its end could not.
  var isJudged: Bool {
    let unplayed: Set = ["SDEI-R004", "SDEI-R005", "SDEI-R006"]
    // Accepting that nothing was judged does not judge it.
    return unplayed.isDisjoint(with: findings.tally.map(\.id))
      && unplayed.isDisjoint(with: findings.accepted)
  }

  /// Whether all that is wrong is what its own kernel would do with it.
  var isOnlyRefused: Bool {
    !passes && findings.acceptedErrors == 0
      && findings.tally.allSatisfy { $0.severity < .error || $0.id.hasPrefix("SDEI-T") }
  }
}

/// Why an input could not be read.
struct InputFailure: Error, Sendable {
  /// What is wrong with its bytes; nil where they could not be had.
  var error: DecodeError?
  /// The whole message.
  let message: String
  /// Whether it looks like something else altogether, and not like a damaged state.
  var isForeign = false
}
