public import SDEIModel

/// Findings as they come: all are counted, and of each identifier so many are listed that a hostile
/// state can not ask for memory with them.
public struct Findings: Sendable {
  /// How many findings of an identifier there are, by severity.
  public struct Count: Hashable, Sendable {
    /// The identifier.
    public let id: String
    /// The severity.
    public let severity: Severity
    /// How many.
    public let count: Int
  }

  /// How many findings of an identifier are listed; further ones are counted.
  public static let limit = 1024

  /// The findings that are listed, in the order in which they came.
  public private(set) var listed: [Finding] = []
  /// How many are tolerated by the policy.
  public private(set) var tolerated = 0
  /// The positions of the tolerances that took findings out.
  public private(set) var tolerances: Set<Int> = []
  /// The identifiers of those that are tolerated or known.
  public private(set) var accepted: Set<String> = []
  /// How many of the tolerated and known ones are errors by their rules: they are no reason to call
  /// a state valid.
  public private(set) var acceptedErrors = 0
  /// How many the baseline knows.
  public private(set) var known = 0

  private let judge: (any FindingJudge)?
  private var counts: [String: [Severity: Int]] = [:]
  private var listedCounts: [String: Int] = [:]

  /// Makes an empty list; a judge changes severities and takes findings out.
  public init(judge: (any FindingJudge)? = nil) { self.judge = judge }

  /// Adds a finding.
  public mutating func add(_ finding: Finding) { add(finding.id, finding.severity) { finding } }

  /// Adds findings.
  public mutating func add(_ findings: some Sequence<Finding>) {
    for finding in findings { add(finding) }
  }

  /// Adds a finding that is made only where somebody reads it.
  public mutating func add(_ id: String, _ severity: Severity, _ make: () -> Finding) {
    guard let judge else { return note(id, severity, make) }
    var finding = make()
    let judgement = judge.judge(finding)
    if case .reported = judgement {
    } else {
      accepted.insert(id)
      if severity == .error { acceptedErrors += 1 }
    }
    switch judgement {
    case .reported(let severity):
      finding.severity = severity
      note(id, severity) { finding }
    case .tolerated(let tolerance):
      tolerated += 1
      if let tolerance { tolerances.insert(tolerance) }
    case .known: known += 1
    }
  }

  private mutating func note(_ id: String, _ severity: Severity, _ make: () -> Finding) {
    counts[id, default: [:]][severity, default: 0] += 1
    guard listedCounts[id, default: 0] < Self.limit else { return }
    listedCounts[id, default: 0] += 1
    listed.append(make())
  }

  /// Gives the listed findings that have no offset the one that `find` has for their paths.
  public mutating func locate(_ find: ([String]) -> [Int?]) {
    let open = listed.indices.filter { listed[$0].offset == nil && !listed[$0].path.isEmpty }
    if open.isEmpty { return }
    for (position, offset) in zip(open, find(open.map { listed[$0].path })) {
      listed[position].offset = offset
    }
  }

  /// How many there are of a severity, listed or not.
  public func count(_ severity: Severity) -> Int {
    counts.values.reduce(0) { $0 + ($1[severity] ?? 0) }
  }

  /// How many there are.
  public var count: Int { Severity.allCases.reduce(0) { $0 + count($1) } }

  /// How many there are of each identifier and severity, ascending by identifier, the gravest first.
  public var tally: [Count] {
    counts.keys.sorted().flatMap { id in
      Severity.allCases.reversed().compactMap { severity in
        counts[id]?[severity].map { Count(id: id, severity: severity, count: $0) }
      }
    }
  }

  /// How grave the gravest one is, nil where there is none.
  public var worst: Severity? { Severity.allCases.reversed().first { count($0) > 0 } }
}

/// What is made of a finding before it is counted.
public enum Judgement: Hashable, Sendable {
  /// It is reported, with this severity.
  case reported(Severity)
  /// A policy tolerates or ignores it: it is counted apart, and not reported.
  case tolerated(by: Int?)
  /// A baseline has it already: it is counted apart, and not reported.
  case known
}

/// Decides what is made of findings: a policy, a baseline.
public protocol FindingJudge: Sendable {
  /// What is made of a finding.
  func judge(_ finding: Finding) -> Judgement
}
