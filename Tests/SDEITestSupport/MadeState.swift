import SDEIFormats

/// A file made by hand, and what reading it notices.
package struct MadeState: Sendable, CustomStringConvertible {
  package let name: String
  package let format: FormatID
  package let bytes: [UInt8]
  /// Identifier, and offset where there is one, by offset.
  package let findings: [(id: String, offset: Int?)]
  /// Whether a writer gives the same bytes.
  package var isExact = true

  package var description: String { "\(format.name)/\(name)" }
}
