internal import SDEIModel

extension Rule {
  /// What is found about a policy.
  static let policy = [policyExpired, policyUndated, policyUnused]

  static let policyExpired = Rule(
    id: "SDEI-P001",
    kind: .policy,
    severity: .warning,
    title: "expired tolerance",
    source: "schemas/policy.schema.json",
    problem: "a tolerance of the policy has expired, and tolerates nothing any more",
    action: "resolve what it tolerated, or give it a new day and a reason for it",
    explanation: """
      A tolerance is a promise to look again. When its day has passed, what it took out of the \
      report is there again, and so is this finding, so that nobody wonders where it comes from.
      """,
    example: "\"until\": \"2026-06-30\" and --today 2026-07-01"
  )

  static let policyUndated = Rule(
    id: "SDEI-P002",
    kind: .policy,
    severity: .note,
    title: "tolerance with an end, and no day given",
    source: "schemas/policy.schema.json",
    problem:
      "a tolerance of the policy ends on a day, and what day it is was not said: it is not used",
    action: "say what day it is with --today",
    explanation: """
      No answer depends on a clock: the same input gives the same report. So the day is given, and \
      without one a tolerance that ends is taken as ended.
      """,
    example: "\"until\": \"2026-06-30\" without --today"
  )

  static let policyUnused = Rule(
    id: "SDEI-P003",
    kind: .policy,
    severity: .note,
    title: "tolerance of nothing",
    source: "schemas/policy.schema.json",
    problem: "a tolerance of the policy met nothing in these inputs",
    action: "remove it if what it tolerated is resolved, or check its rule and path",
    explanation: """
      What is tolerated and does not occur any more hides the next occurrence. A pattern with a \
      mistake in it looks the same.
      """,
    example: "a tolerance of SDEI-V030 at events[0x4040000].** in a fleet without such an event"
  )

  /// A finding of the rule in no dialect's terms.
  func finding(_ path: String, _ found: String) -> Finding {
    Finding(
      id: id,
      severity: severity.usual ?? .note,
      path: path,
      problem: "\(problem): \(found)",
      action: action
    )
  }
}
