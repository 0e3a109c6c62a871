import SDEIFormats
import SDEIModel
import SDEIWire

/// Encodes and decodes whole arrays, for tests.
package enum Codec {
  package static func decode(_ bytes: [UInt8], as format: FormatID? = nil) throws -> Document {
    try bytes.withBytes { (bytes) throws(DecodeError) in
      try FormatRegistry.decode(bytes, as: format)
    }
  }

  package static func encode(
    _ snapshot: Snapshot,
    as format: FormatID = .sdei,
    scope: PartScope = .whole,
    options: EncodeOptions = EncodeOptions(maxBytes: 1 << 40)
  ) throws -> Encoded {
    try FormatRegistry.format(format).encode(
      Document(format: format, scope: scope, snapshot: snapshot),
      options
    )
  }
}
