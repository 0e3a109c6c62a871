/// Why a patch does not apply: which part of it, what was found and what was expected.
public struct PatchError: Error, Hashable, Sendable {
  /// The kind of failure; the raw value is its stable identifier.
  public enum Code: String, CaseIterable, Sendable {
    /// The state has another value than the patch was made for.
    case stale = "SDEI-A001"
    /// The state has no such place.
    case place = "SDEI-A002"
    /// The result would take more memory than allowed.
    case tooLarge = "SDEI-A003"
    /// The result would be nested deeper than any document.
    case tooDeep = "SDEI-A004"
    /// What comes out is no state.
    case noState = "SDEI-A005"
    /// A change does not fit the place that it names, or names one again.
    case unfit = "SDEI-A006"

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
  /// The operation or change: `items[0].changes[3]`, `operations[1], test /vcpus/masked`; nil where all
  /// of them are the cause.
  public let part: String?
  /// The place of the state, with the vCPU where one is the cause: `events[0x0].vcpus[2].entry`.
  public let place: String?
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
    part: String?,
    place: String? = nil,
    at offset: Int? = nil,
    found: String,
    expected: String
  ) {
    self.code = code
    self.index = index
    self.part = part
    self.place = place
    self.offset = offset
    self.found = found
    self.expected = expected
  }
}

extension PatchError: CustomStringConvertible {
  /// The whole message, one line.
  public var description: String { problem + "; \(code.action) [\(code.rawValue)]" }

  /// What is wrong: of another state first where, for the state is what people look at next.
  private var problem: String {
    let byte = offset.map { "byte \($0) of the patch" }
    if code == .stale, let place {
      let origin = [part, byte].compactMap(\.self).joined(separator: ", ")
      return "\(place) is \(found), the patch expects \(expected)"
        + (origin.isEmpty ? "" : " (\(origin))")
    }
    let subject = [part, place].compactMap(\.self).joined(separator: ", ")
    return "\(subject): found \(found), expected \(expected)" + (byte.map { " (\($0))" } ?? "")
  }
}
