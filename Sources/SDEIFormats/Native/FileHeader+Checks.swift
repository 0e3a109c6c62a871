internal import SDEIModel
internal import SDEIWire

extension FileHeader {
  /// The features that this version knows.
  static let knownTags: Set<String> = ["deflate"]

  /// Checks what only a reader of this very version may insist on.
  ///
  /// - Throws: `DecodeError` for another version, an unknown feature or dialect, or a header that
  ///   is not as this version writes it.
  func checkCurrent(_ bytes: RawSpan) throws(DecodeError) -> DialectID {
    guard version == .current else {
      throw DecodeError(
        .unsupported,
        at: 8,
        "header.version",
        found: "format version \(version), written by "
          + (producer.isEmpty ? "an unknown producer" : "\"\(producer)\""),
        expected: "version \(FormatVersion.current)"
      )
    }
    if let unknown = tags.first(where: { !Self.knownTags.contains($0) }) {
      throw DecodeError(
        .unsupported,
        at: 30,
        "header.tags",
        found: "the required feature \"\(unknown)\"",
        expected: "none but " + Self.knownTags.sorted().joined(separator: ", ")
      )
    }
    guard let dialect = DialectID(rawValue: dialect) else {
      throw DecodeError(
        .unsupported,
        at: Self.fixedSize,
        "header.dialect",
        found: "\"\(self.dialect)\"",
        expected: "one of " + DialectID.allCases.map(\.name).joined(separator: ", ")
      )
    }
    try check(tags == Set(tags).sorted(), at: 30, "tags", "out of order", "ascending names")
    try check(scope <= 2, at: 24, "scope", "\(scope)", "0, 1 or 2")
    try check(reserved == 0, at: 25, "reserved", "\(reserved)", "0")
    let size = Self.size(dialect: self.dialect, producer: producer, tags: tags)
    try check(length == size, at: 12, "length", "\(length)", "\(size)")
    let end =
      Self.fixedSize + self.dialect.utf8.count + producer.utf8.count
      + tags.joined(separator: " ").utf8.count
    try check(
      bytes.extracting(end..<length - 4).isZero,
      at: end,
      "padding",
      "a byte other than 0",
      "zeros"
    )
    let following = UInt64(bytes.byteCount - length)
    if bodyLength > following {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "header.bodyLength",
        found: "\(following) bytes of body",
        expected: "\(bodyLength)"
      )
    }
    if bodyLength < following {
      throw DecodeError(
        .trailing,
        at: length + Int(bodyLength),
        "header.bodyLength",
        found: "\(following - bodyLength) bytes behind the end",
        expected: "nothing"
      )
    }
    return dialect
  }

  private func check(
    _ condition: Bool,
    at offset: Int,
    _ field: String,
    _ found: String,
    _ expected: String
  ) throws(DecodeError) {
    guard condition else {
      throw DecodeError(.value, at: offset, "header." + field, found: found, expected: expected)
    }
  }

  /// Writes a header of this version.
  static func write<Sink: ByteSink & ~Copyable>(
    into sink: inout Sink,
    scope: UInt8,
    dialect: DialectID,
    producer: String,
    tags: [String],
    bodyLength: Int
  ) {
    let size = size(dialect: dialect.name, producer: producer, tags: tags)
    let list = tags.joined(separator: " ")
    sink.write(magic)
    sink.write(FormatVersion.current.major)
    sink.write(FormatVersion.current.minor)
    sink.write(UInt32(size))
    sink.write(UInt64(bodyLength))
    sink.write(scope)
    sink.write(UInt8(0))
    for text in [dialect.name, producer, list] { sink.write(UInt16(text.utf8.count)) }
    for text in [dialect.name, producer, list] { sink.write(text) }
    sink.writeZeros(size - sink.count)
  }
}
