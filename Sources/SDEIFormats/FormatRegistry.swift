internal import SDEIModel
internal import SDEIWire

/// A byte format: how it is told from others, read and written.
public protocol StateFormat: Sendable {
  /// Its name.
  static var id: FormatID { get }
  /// What it is, in a few words.
  static var summary: String { get }
  /// The version that is read and written.
  static var version: String { get }
  /// What users should know of it before they choose it.
  static var traits: FormatTraits { get }
  /// Whether bytes begin like this format.
  static func recognises(_ bytes: RawSpan) -> Bool
  /// Reads a state.
  ///
  /// - Throws: `DecodeError` at the first thing that is not as it must be.
  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document
  /// Writes a state.
  ///
  /// - Throws: `EncodeError` where the format can not express it at all.
  static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded
  /// Why the field at a path of the model is lost or changed, where it is always for one reason.
  static func reason(_ path: String) -> String?
}

extension StateFormat {
  /// No format-wide reason.
  public static func reason(_ path: String) -> String? { nil }
}

/// The formats, found by name or by how bytes begin.
public enum FormatRegistry {
  /// All formats, in the order in which they are listed and tried.
  public static let formats: [any StateFormat.Type] = FormatID.allCases.map { format($0) }

  /// The formats that states are written in, too.
  public static let written = FormatID.allCases.filter { format($0).traits.isWritten }

  /// The format of a name.
  public static func format(_ id: FormatID) -> any StateFormat.Type {
    switch id {
    case .sdei: NativeFormat.self
    case .json: JSONFormat.self
    case .kvmV4: KVMv4Format.self
    case .kvmV5: KVMv5Format.self
    case .qemu: QEMUFormat.self
    case .kvmV7: KVMv7Format.self
    case .kvmV7Text: KVMv7TextFormat.self
    case .kvmSplit: KVMSplitFormat.self
    case .kvmSysreg: KVMSysregFormat.self
    case .qemuRFC: QEMURFCFormat.self
    }
  }

  /// Tells the format of bytes by how they begin.
  ///
  /// - Throws: `DecodeError` when no format, or more than one, begins like this.
  public static func detect(_ bytes: RawSpan) throws(DecodeError) -> FormatID {
    var matches: [FormatID] = []
    for format in formats where format.recognises(bytes) { matches.append(format.id) }
    if matches.count == 1 { return matches[0] }
    let start = bytes.extracting(0..<min(bytes.byteCount, 8)).array
    let found =
      start.isEmpty
      ? "an empty input"
      : "the bytes "
        + start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    let names = FormatID.allCases.map(\.name).joined(separator: ", ")
    let isBare = matches.isEmpty && unpacking(start) == nil
    let bare = isBare ? BareStructures.candidates(size: bytes.byteCount) : []
    if !bare.isEmpty {
      throw DecodeError(
        .notRecognised,
        at: 0,
        "",
        found: "\(found), and by the size of the file they could be "
          + bare.joined(separator: ", or "),
        expected: "the start of one of: \(names)",
        action: "bare structures do not say whose they are: put them into a transcript "
          + "(schemas/*-transcript.md); a bare qemu_sdei section needs --input-format qemu-rfc only"
      )
    }
    throw DecodeError(
      .notRecognised,
      at: 0,
      "",
      found: matches.isEmpty
        ? found : "bytes that could be " + matches.map(\.name).joined(separator: " or "),
      expected: "the start of one of: \(names)",
      action: start.isEmpty
        ? "check what writes it" : unpacking(start) ?? "name the format with --input-format"
    )
  }

  /// How to get at what is in a compressed file, nil for others.
  private static func unpacking(_ start: [UInt8]) -> String? {
    let packers: [(magic: [UInt8], tool: String)] = [
      ([0x1F, 0x8B], "gunzip"), ([0x28, 0xB5, 0x2F, 0xFD], "unzstd"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "unxz"),
    ]
    return packers.first { start.starts(with: $0.magic) }.map {
      "it is compressed: \($0.tool) -c FILE | sdeictl ... -"
    }
  }

  /// Whether bytes are something else altogether, and not a state that was cut, damaged or packed.
  public static func isForeign(_ bytes: RawSpan) -> Bool {
    let start = bytes.extracting(0..<min(bytes.byteCount, 512)).array
    if start.isEmpty || unpacking(start) != nil { return false }
    guard JSONFormat.recognises(bytes) else {
      return formats.allSatisfy { !$0.recognises(bytes) }
    }
    // Every JSON text of ours begins with the name of its schema.
    return !String(decoding: start, as: UTF8.self).contains("sdeictl/")
  }

  /// Reads a state in a format that is told by name, or else by how the bytes begin.
  ///
  /// - Throws: `DecodeError` when it can not be told or read.
  public static func decode(
    _ bytes: RawSpan,
    as id: FormatID? = nil
  ) throws(DecodeError) -> Document {
    let chosen: FormatID = if let id { id } else { try detect(bytes) }
    return try format(chosen).decode(bytes)
  }
}
