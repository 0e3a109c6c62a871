public import SDEIModel

/// What a site makes of findings: other severities, and what it tolerates.
///
/// A policy judges what is wrong with states; hazards at a destination are accepted in its profile.
public struct Policy: Hashable, Sendable {
  /// Another severity for a rule.
  public struct Setting: Hashable, Sendable {
    /// The rule's identifier; without the letter of a sub-case it names all of them.
    public var rule: String
    /// The severity; nil where its findings are only counted.
    public var severity: Severity?
    /// Why.
    public var reason: String
  }

  /// Findings that are known and accepted.
  public struct Tolerance: Hashable, Sendable {
    /// The rule's identifier; without the letter of a sub-case it names all of them.
    public var rule: String
    /// Where; nil for everywhere.
    public var path: PathPattern?
    /// Why.
    public var reason: String
    /// The last day on which it holds; nil for ever.
    public var until: CalendarDate?
  }

  /// Other severities; the first that names a rule counts.
  public var settings: [Setting] = []
  /// What is tolerated.
  public var tolerances: [Tolerance] = []

  /// Makes an empty policy.
  public init() {}

  /// Whether the identifier of a policy's entry names the one of a finding.
  static func names(_ rule: String, _ id: String) -> Bool {
    rule == id || id.dropLast() == rule && id.last?.isLetter == true
  }

  /// The findings about the policy itself on a day; nil for a day that is not known.
  public func findings(today: CalendarDate?) -> [Finding] {
    tolerances.enumerated().compactMap { position, tolerance in
      guard let until = tolerance.until else { return nil }
      let path = "policy.tolerances[\(position)]"
      guard let today else { return Rule.policyUndated.finding(path, "it ends on \(until)") }
      return today > until
        ? Rule.policyExpired.finding(path, "\(tolerance.rule) until \(until), and it is \(today)")
        : nil
    }
  }

  /// A finding for each tolerance that holds and tolerated nothing.
  public func unused(_ used: Set<Int>, today: CalendarDate?) -> [Finding] {
    tolerances.indices.compactMap { position in
      guard !used.contains(position), tolerances[position].holds(today) else { return nil }
      let path = "policy.tolerances[\(position)]"
      return Rule.policyUnused.finding(path, tolerances[position].rule)
    }
  }
}

extension Policy.Tolerance {
  /// Whether it holds on a day; one that ends does not hold on a day that is not known.
  func holds(_ today: CalendarDate?) -> Bool {
    guard let until else { return true }
    return today.map { $0 <= until } ?? false
  }
}
