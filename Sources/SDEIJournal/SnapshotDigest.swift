public import SDEIFormats
public import SDEIModel

/// Tells two states apart without holding them: 64-bit FNV-1a over the bytes of the native
/// snapshot (schemas/journal.md, section 1).
///
/// Equal states have equal native bytes, so equal digests. It is no protection against forgery.
public struct SnapshotDigest: RawRepresentable, Hashable, Sendable {
  /// The digest's value.
  public let rawValue: UInt64

  /// Makes a digest from its value.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Digests a state.
  ///
  /// - Throws: `EncodeError` where the native format can not hold it.
  public init(of snapshot: Snapshot) throws(EncodeError) {
    let document = Document(format: .sdei, snapshot: snapshot)
    var hash = FNV1a()
    hash.feed(try NativeFormat.encode(document, EncodeOptions()).bytes)
    rawValue = hash.value
  }
}

extension SnapshotDigest: CustomStringConvertible, LosslessStringConvertible {
  /// The digest as 16 hexadecimal digits in lower case.
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Reads a digest from its 16 digits; nil for any other text.
  public init?(_ text: String) {
    let isDigits = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard text.utf8.count == 16, isDigits, let value = UInt64(text, radix: 16) else { return nil }
    rawValue = value
  }
}
