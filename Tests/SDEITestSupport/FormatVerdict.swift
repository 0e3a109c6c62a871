import SDEIFormats
import SDEIModel

/// What writing a state in a format and reading it back showed.
package struct FormatVerdict: Sendable {
  /// The bytes.
  package let bytes: [UInt8]
  /// What reading the bytes gives.
  package let back: Snapshot
  /// The paths that are reported as lost.
  package let lost: Set<String>
  /// The paths that are reported as stored in another way that means the same.
  package let restated: Set<String>
  /// The paths in which the state read back differs.
  package let differences: Set<String>

  /// Whether nothing is lost.
  package var isLossless: Bool { lost.isEmpty }

  /// What is so and the account does not say.
  package var unreported: [String] {
    differences.subtracting(lost).subtracting(restated).sorted()
  }

  /// What the account says and is not so, or does not say and is so.
  ///
  /// Nothing where the state has the format's dialect. Else the account has two steps, and what one
  /// of them changes the other may change back.
  package var misreported: [String] {
    lost.union(restated).symmetricDifference(differences).sorted()
  }

  /// Nil where the state is refused.
  package init?(_ snapshot: Snapshot, as format: FormatID, maxBytes: UInt64 = 1 << 22) throws {
    let options = EncodeOptions(maxBytes: maxBytes)
    let encoded: Encoded
    do {
      encoded = try Codec.encode(snapshot, as: format, options: options)
    } catch let error as EncodeError {
      // The bytes that were written must be readable, whatever the state was.
      if error.id == "SDEI-C003" { throw error }
      return nil
    }
    bytes = encoded.bytes
    back = try Codec.decode(encoded.bytes, as: format).snapshot
    lost = Set(encoded.losses.filter { $0.severity == .error }.map(\.path))
    restated = Set(encoded.losses.filter { $0.severity != .error }.map(\.path)).subtracting(lost)
    differences =
      back == snapshot ? [] : Set(snapshot.differences(from: back).map(\.path))
  }
}
