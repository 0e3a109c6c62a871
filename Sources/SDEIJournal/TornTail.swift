public import SDEIModel

/// What stands behind the last whole record of a journal: a write that a crash cut short.
public struct TornTail: Hashable, Sendable {
  /// Where it begins in the input; a writer that goes on cuts the file off here.
  public var offset: Int
  /// How many bytes it has.
  public var byteCount: Int
  /// How many whole steps stand before it.
  public var wholeSteps: UInt64

  /// Makes a report.
  public init(offset: Int, byteCount: Int, wholeSteps: UInt64) {
    (self.offset, self.byteCount, self.wholeSteps) = (offset, byteCount, wholeSteps)
  }

  /// The report as a finding.
  public var finding: Finding {
    Finding(
      id: "SDEI-R002",
      severity: .warning,
      path: "steps[\(wholeSteps + 1)]",
      offset: offset,
      problem: description,
      action: "replay what is there; to go on, let the recorder cut the end off"
    )
  }
}

extension TornTail: CustomStringConvertible {
  /// What was found, in one sentence.
  public var description: String {
    let end = wholeSteps == 0 ? "before step 1" : "after step \(wholeSteps)"
    return
      "the last \(byteCount) bytes, from byte \(offset) (0x\(String(offset, radix: 16))) on, are "
      + "not a whole record: the journal ends \(end), and later steps may be missing"
  }
}
