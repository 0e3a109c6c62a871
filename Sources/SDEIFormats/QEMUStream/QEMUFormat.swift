internal import SDEIModel
internal import SDEIWire

/// A QEMU migration stream (schemas/qemu-stream.md): read, never written.
public enum QEMUFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.qemu
  /// What it is.
  public static let summary =
    "QEMU migration stream: cpu/sdei of KVM v2 to v4, registers of v7, qemu_sdei"
  /// The version that is read.
  public static let version = String(QEMULayout.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    isWritten: false,
    lacks: "definitions of events (KVM v2 to v4), delivery requests; it is not written"
  )

  /// Whether bytes begin with the stream's magic, or with that of a file that holds a stream.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.starts(with: QEMULayout.magic) || QEMUContainer.begins(bytes)
  }

  /// Reads a stream; what has nothing to do with SDEI is walked through and not kept.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be, and for streams whose
  ///   devices nothing describes.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    var reader = QEMUStreamReader()
    try reader.feed(bytes)
    return try reader.finish()
  }

  /// Refuses: a stream is a whole machine.
  ///
  /// - Throws: `EncodeError` always.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    throw EncodeError(
      id: "SDEI-C006",
      "",
      problem: "a QEMU stream holds a whole machine, of which this is the SDEI state alone",
      action: "choose another format; streams are only read"
    )
  }
}

/// Reads a QEMU migration stream as it arrives, in chunks of any size.
///
/// Guest memory is passed over. What follows it (the devices, some MiB) is kept until the end,
/// where the description of it stands.
public struct QEMUStreamReader {
  private var walker = QEMUWalker()
  /// What the walk found, once it is finished.
  package private(set) var walk = QEMUWalk()

  /// Makes a reader at the start of a stream.
  public init() {}

  /// Takes the next bytes; after an error the reader is of no more use.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public mutating func feed(_ chunk: RawSpan) throws(DecodeError) { try walker.feed(chunk) }

  /// Ends the stream, and gives the state in it; `hasState` tells whether there is any.
  ///
  /// - Throws: `DecodeError` where the stream is not whole or not as its description says.
  public mutating func finish() throws(DecodeError) -> Document {
    var cpus = QEMUCPUs()
    walk = try walker.finish(&cpus)
    return try QEMUState.document(walk, cpus)
  }

  /// The stream's length, once it is finished.
  public var length: Int { walk.length }
}
