public import SDEIModel

/// What users should know of a format before they choose it.
public struct FormatTraits: Hashable, Sendable {
  /// Whether states are written in it, too.
  public var isWritten: Bool
  /// Whether it is text.
  public var isText: Bool
  /// The largest number of vCPUs, nil for no limit.
  public var maxVCPUs: UInt32?
  /// The dialect as which it is read, nil where it says the dialect itself.
  public var dialect: DialectID?
  /// What it can not hold, in words; empty for nothing.
  public var lacks: String
  /// Whether its definition may still change.
  public var isExperimental: Bool

  /// Makes traits.
  public init(
    isWritten: Bool = true,
    isText: Bool = false,
    maxVCPUs: UInt32? = nil,
    dialect: DialectID? = nil,
    lacks: String = "",
    isExperimental: Bool = false
  ) {
    (self.isWritten, self.isText, self.maxVCPUs) = (isWritten, isText, maxVCPUs)
    (self.dialect, self.lacks, self.isExperimental) = (dialect, lacks, isExperimental)
  }
}
