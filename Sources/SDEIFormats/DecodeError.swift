/// Why bytes are not a state: what was found, where, what was expected, and what to do.
public struct DecodeError: Error, Hashable, Sendable {
  /// The kind of failure; the raw value is its stable identifier.
  public enum Code: String, CaseIterable, Sendable {
    /// The input ends too early, or a length points beyond it.
    case truncated = "SDEI-D001"
    /// No known format begins like this, or more than one could.
    case notRecognised = "SDEI-D002"
    /// A version, dialect, feature or record that this program does not know.
    case unsupported = "SDEI-D003"
    /// A checksum does not match: the bytes were damaged.
    case checksum = "SDEI-D004"
    /// A part is missing, out of order or there twice.
    case structure = "SDEI-D005"
    /// A value that its field can not have.
    case value = "SDEI-D006"
    /// An encoding that is valid but not the one canonical form.
    case notCanonical = "SDEI-D007"
    /// Something follows the end.
    case trailing = "SDEI-D008"
    /// A number that names two things.
    case duplicate = "SDEI-D009"
    /// A text that is not JSON.
    case syntax = "SDEI-D010"
    /// The state needs more memory than allowed.
    case tooLarge = "SDEI-D011"
  }

  /// The kind of failure.
  public let code: Code
  /// The offset in the input, nil where there is none.
  public let offset: Int?
  /// The record, frame or JSON path, and the field.
  public let path: String
  /// What was found.
  public let found: String
  /// What was expected.
  public let expected: String
  /// What to do.
  public let action: String

  /// Makes an error.
  @inline(never)
  public init(
    _ code: Code,
    at offset: Int?,
    _ path: String,
    found: String,
    expected: String,
    action: String? = nil
  ) {
    self.code = code
    self.offset = offset
    self.path = path
    self.found = found
    self.expected = expected
    self.action = action ?? code.usualAction
  }
}

extension DecodeError.Code {
  /// What to do where the error has nothing more precise to say.
  package var usualAction: String {
    switch self {
    case .truncated: "copy the file again; it is not complete"
    case .notRecognised: "check that this is the file you meant, or name its format"
    case .unsupported: "use a program of the version that wrote it, or convert it there"
    case .checksum: "copy the file again; if the copies agree, its source is damaged"
    case .structure, .value, .notCanonical, .trailing: "report it to the producer of the file"
    case .duplicate: "remove one of the two"
    case .syntax: "correct the text at this place"
    case .tooLarge: "raise the limit, or use a format that stays folded"
    }
  }
}

extension DecodeError: CustomStringConvertible {
  /// The whole message, one line.
  public var description: String {
    let place = offset.map { "byte \($0) (0x\(String($0, radix: 16)))" }
    let subject = [place, path.isEmpty ? nil : path].compactMap(\.self).joined(separator: ", ")
    return (subject.isEmpty ? "" : subject + ": ")
      + "found \(found), expected \(expected); \(action) [\(code.rawValue)]"
  }
}
