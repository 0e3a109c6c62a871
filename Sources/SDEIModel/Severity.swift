/// How grave a finding is.
public enum Severity: String, CaseIterable, Hashable, Comparable, Sendable {
  /// Worth knowing.
  case note
  /// Suspicious, or harmful in some use.
  case warning
  /// Wrong: it turns the answer to "no".
  case error

  /// Orders by gravity.
  public static func < (lhs: Severity, rhs: Severity) -> Bool {
    let order: [Severity] = [.note, .warning, .error]
    return (order.firstIndex(of: lhs) ?? 0) < (order.firstIndex(of: rhs) ?? 0)
  }
}
