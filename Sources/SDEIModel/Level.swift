/// One of the two levels at which a handler can run on a vCPU (DEN0054C 4.3.2.2).
///
/// A critical handler may run on top of a normal one; there is one interrupted context for each.
public enum Level: UInt8, CaseIterable, Hashable, Comparable, Sendable {
  /// The level of normal-priority events.
  case normal = 0
  /// The level of critical-priority events.
  case critical = 1

  /// The name in every view of the toolkit.
  public var name: String { self == .normal ? "normal" : "critical" }

  /// Orders the outer level before the inner one.
  public static func < (lhs: Level, rhs: Level) -> Bool { lhs.rawValue < rhs.rawValue }
}
