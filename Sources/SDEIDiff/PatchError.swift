/// Why a patch does not apply: which part of it, what was found and what was expected.
public struct PatchError: Error, Hashable, Sendable {
  /// The kind of failure; the raw value is its stable identifier.
  public enum Code: String, CaseIterable, Sendable {
    /// The state has another value than the patch was made for.
    case stale = "SDEI-P001"
    /// The state has no such place.
    case place = "SDEI-P002"
    /// The result would take more memory than allowed.
    case tooLarge = "SDEI-P003"
    /// The result would be nested deeper than any document.
    case tooDeep = "SDEI-P004"
    /// What comes out is no state.
    case noState = "SDEI-P005"
    /// A change does not fit the place that it names, or names one again.
    case unfit = "SDEI-P006"

    /// What to do.
    var action: String {
      switch self {
      case .stale, .place: "the patch was made for another state: make it for this one"
      case .tooLarge: "raise --max-memory, or check what made the patch"
      case .tooDeep, .noState, .unfit: "correct the patch"
      }
    }
  }

  /// The kind of failure.
  public let code: Code
  /// The index of the operation or change, from 0 on; nil where all of them are the cause.
  public let index: Int?
  /// The operation or change with the place that it concerns.
  public let subject: String
  /// The offset of the operation or change in the patch file, nil where there is none.
  public let offset: Int?
  /// What was found.
  public let found: String
  /// What was expected.
  public let expected: String

  /// Makes an error.
  @inline(never)
  public init(
    _ code: Code,
    index: Int? = nil,
    subject: String,
    at offset: Int? = nil,
    found: String,
    expected: String
  ) {
    self.code = code
    self.index = index
    self.subject = subject
    self.offset = offset
    self.found = found
    self.expected = expected
  }
}

extension PatchError: CustomStringConvertible {
  /// The whole message, one line.
  public var description: String {
    let place = offset.map { "byte \($0) (0x\(String($0, radix: 16))), " } ?? ""
    return place + "\(subject): found \(found), expected \(expected); \(code.action) "
      + "[\(code.rawValue)]"
  }
}
