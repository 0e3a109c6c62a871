/// One thing that differs between two snapshots, as people speak of it: an event's handlers that went
/// from one state to another, a context, an event that is new.
public struct DiffItem: Hashable, Sendable {
  /// Whether something came, went or became something else.
  public enum Mark: String, Hashable, Sendable {
    /// It is in the second state only.
    case added = "+"
    /// It is in the first state only.
    case removed = "-"
    /// It is in both.
    case changed = "~"
  }

  /// A value of both states, side by side.
  public struct Row: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// The value in the first state.
    public var before: String
    /// The value in the second state.
    public var after: String
  }

  /// Whether something came, went or became something else.
  public var mark: Mark
  /// What differs: `event 0x40400001 on vCPUs 0-511`.
  public var subject: String
  /// What it was, in words; empty for what came.
  public var before: String
  /// What it is, in words; empty for what went.
  public var after: String
  /// Registers that differ.
  public var rows: [Row] = []
  /// What it means for a guest and its migration: the gravest of the changes.
  public var changeClass: ChangeClass
  /// Why.
  public var reason: String
  /// The exact changes.
  public var changes: [Change]

  /// The place: of the first change.
  public var path: String { changes.first?.path ?? "" }

  /// The item as one line without its mark and class.
  public var words: String {
    switch mark {
    case .added: "\(subject): \(after)"
    case .removed: "\(subject): \(before)"
    case .changed: "\(subject): \(before) -> \(after)"
    }
  }
}
