internal import SDEIModel
internal import SDEIWire

/// A transcript of what KVM v5's GET ioctls returned (schemas/kvm-v5-transcript.md).
public enum KVMv5Format: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmV5
  /// What it is.
  public static let summary = "transcript of KVM v5's GET ioctls: raw structs, at most 512 vCPUs"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)

  /// Whether bytes begin with the magic and the dialect.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.starts(with: TranscriptHeader.magic + TranscriptHeader.dialect)
  }

  /// Reads a transcript; everything in it is kept.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMv5Decoder.decode(bytes)
  }

  /// Writes a transcript.
  ///
  /// - Throws: `EncodeError` for more than 512 vCPUs, and for extras that contradict the state.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try KVMv5Encoder.encode(document, options)
  }
}
