public import SDEIModel

/// How grave a broken rule is: as a rule, and in the dialects in which it is something else.
public struct RuleSeverity: Hashable, Sendable {
  /// A severity of some dialects, and why theirs differs.
  public struct Exception: Hashable, Sendable {
    /// The dialects.
    public let dialects: [DialectID]
    /// How grave it is there; nil where it is not reported at all.
    public let severity: Severity?
    /// Why, with its source.
    public let reason: String
  }

  /// Another severity that the same rule has in some states of any dialect.
  public struct Variant: Hashable, Sendable {
    /// How grave it is there.
    public let severity: Severity
    /// Where: `where the guest does not use the event`.
    public let condition: String
  }

  /// How grave it is where no exception says otherwise; nil for a rule that is never reported.
  public let usual: Severity?
  /// The dialects in which it is something else; the first that names a dialect counts.
  public private(set) var exceptions: [Exception] = []
  /// What else it may be, by what the finding is about.
  public private(set) var variants: [Variant] = []

  init(_ usual: Severity?) { self.usual = usual }

  /// An error.
  public static let error = RuleSeverity(.error)
  /// A warning.
  public static let warning = RuleSeverity(.warning)
  /// A note.
  public static let note = RuleSeverity(.note)
  /// Never reported.
  public static let never = RuleSeverity(nil)

  /// The same, with another severity in some dialects.
  public func but(_ severity: Severity?, in dialects: [DialectID], _ reason: String) -> Self {
    var result = self
    result.exceptions.append(
      Exception(dialects: dialects, severity: severity, reason: reason)
    )
    return result
  }

  /// The same, which is something else under a condition that is told in words.
  public func or(_ severity: Severity, _ condition: String) -> Self {
    var result = self
    result.variants.append(Variant(severity: severity, condition: condition))
    return result
  }

  /// Whether a finding of the rule may have a severity.
  public func allows(_ severity: Severity) -> Bool {
    usual == severity || exceptions.contains { $0.severity == severity }
      || variants.contains { $0.severity == severity }
  }

  /// How grave it is in a dialect, nil where it is not reported.
  public func callAsFunction(in dialect: DialectID) -> Severity? {
    guard let exception = exceptions.first(where: { $0.dialects.contains(dialect) }) else {
      return usual
    }
    return exception.severity
  }
}

extension [DialectID] {
  /// The dialects of KVM's series.
  static let kvm: [DialectID] = [.kvmV4, .kvmV5, .kvmV7]
  /// All dialects but the specification's own.
  static let implementations = DialectID.allCases.filter { $0 != .specification }
}
