internal import SDEIWire

/// The end of a stream.
extension QEMUWalker {
  /// Ends the stream, walks through the device sections and hands the wanted ones over.
  ///
  /// - Throws: `DecodeError` where the stream has no description or does not fit it.
  mutating func finish(_ cpus: inout QEMUCPUs) throws(DecodeError) -> QEMUWalk {
    walk.length = fed
    let bytes = kept
    kept = []
    return try bytes.withBytes { (bytes) throws(DecodeError) in
      guard let position = VMDescription.position(in: bytes) else { throw missing(bytes) }
      let start = position + 5
      let description = try VMDescription(
        bytes.extracting(start..<bytes.byteCount),
        base: keptOffset + start
      )
      walk.descriptionOffset = keptOffset + position
      walk.account.description = bytes.byteCount - position
      if let pageSize = description.pageSize, pageSize != walk.pageSize {
        throw DecodeError(
          .structure,
          at: keptOffset + start,
          "description.page_size",
          found: "\(pageSize)",
          expected: "\(walk.pageSize), with which the guest's memory was walked"
        )
      }
      var devices = QEMUDeviceWalk(
        bytes: bytes.extracting(0..<position),
        base: keptOffset,
        description: description,
        hasFooters: hasFooters
      )
      try devices.run(&cpus)
      walk.sections = devices.sections
      walk.commands += devices.commands
      walk.account += devices.account
      return walk
    }
  }

  /// What a stream without description is refused with: how far it can be told for certain, and a
  /// guess at the rest.
  private func missing(_ bytes: RawSpan) -> DecodeError {
    let guess = QEMUSectionGuess(bytes, base: keptOffset)
    let last = guess.first ?? reached
    let found =
      last.map { "the stream's end; the last section header reached is \($0.description)" }
      ?? "the stream's end, before any section header"
    return DecodeError(
      .truncated,
      at: walk.length,
      last.map { "section \"\(streamText($0.name))\"" } ?? "stream",
      found: found,
      expected: "a description of the devices at the end; it is missing, and without it no device "
        + "section can be walked",
      action: "copy the stream again, or write it without suppress-vmdesc" + guess.text
    )
  }
}

/// Where device sections may lie in a stream that has no description: by footers that a header
/// follows.
///
/// The first section's header is certain; what follows is a guess, and only good for telling.
struct QEMUSectionGuess {
  /// The first section, if its header is whole.
  private(set) var first: QEMUHeaderPlace?
  private var count = 0
  private var last: QEMUHeaderPlace?

  /// Looks for a footer with the id of the section before, and a header behind it; O(bytes).
  init(_ bytes: RawSpan, base: Int) {
    guard bytes.byteCount > 0, bytes[0] == QEMULayout.Item.full.rawValue,
      let start = Self.header(bytes, at: 0)
    else { return }
    first = QEMUHeaderPlace(item: .full, name: start.name, offset: base)
    var (id, position) = (start.id, start.end)
    while bytes.byteCount - position > 6 {
      guard bytes[position] == QEMULayout.Item.footer.rawValue,
        bytes.bigEndian(at: position + 1, count: 4) == UInt64(id),
        bytes[position + 5] == QEMULayout.Item.full.rawValue,
        let next = Self.header(bytes, at: position + 5)
      else {
        position += 1
        continue
      }
      count += 1
      last = QEMUHeaderPlace(item: .full, name: next.name, offset: base + position + 5)
      (id, position) = (next.id, next.end)
    }
  }

  private static func header(_ bytes: RawSpan, at offset: Int) -> (
    id: UInt32, name: [UInt8], end: Int
  )? {
    guard bytes.byteCount - offset >= 6 else { return nil }
    let length = Int(bytes[offset + 5])
    let end = offset + 14 + length
    guard length > 0, end <= bytes.byteCount else { return nil }
    let name = bytes.extracting(offset + 6..<offset + 6 + length).array
    guard name.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
    return (UInt32(bytes.bigEndian(at: offset + 1, count: 4)), name, end)
  }

  /// The guess in words, for the end of a message.
  var text: String {
    guard let last else { return "" }
    return "; a guess, by the footers alone: \(count) more sections begin behind it, the last one "
      + last.description
  }
}

extension QEMUAccount {
  static func += (sum: inout QEMUAccount, other: QEMUAccount) {
    sum.commands += other.commands
    sum.headers += other.headers
    sum.devices += other.devices
    sum.footers += other.footers
    sum.end += other.end
  }
}
