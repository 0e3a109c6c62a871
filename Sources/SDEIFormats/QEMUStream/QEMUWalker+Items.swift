internal import SDEIWire

/// The items of a stream, and their headers and footers.
extension QEMUWalker {
  mutating func takeMagic(_ bytes: RawSpan) throws(DecodeError) {
    if bytes.starts(with: QEMUContainer.qcow2Magic) { throw QEMUContainer.qcow2.error }
    if bytes.starts(with: QEMUContainer.virshMagic) { return expect(.virsh, 8) }
    guard bytes.starts(with: QEMULayout.magic) else {
      throw DecodeError(
        .notRecognised,
        at: 0,
        "stream",
        found: "other bytes than QEVM",
        expected: "the magic 51 45 56 4d of a QEMU migration stream"
      )
    }
    let version = UInt32(bytes.bigEndian(at: 4, count: 4))
    guard version == QEMULayout.version else {
      throw DecodeError(
        .unsupported,
        at: 4,
        "stream",
        found: "version \(version)",
        expected: "version \(QEMULayout.version)"
      )
    }
    settle(\.magic)
    expect(.item, 1)
  }

  mutating func takeFooterOrItem(_ type: UInt8) throws(DecodeError) {
    let isFooter = type == QEMULayout.Item.footer.rawValue
    if let hasFooters, hasFooters != isFooter { throw unexpectedItem(type) }
    hasFooters = isFooter
    if isFooter { expect(.footer, 4) } else { try takeItem(type) }
  }

  mutating func takeFooter(_ bytes: RawSpan) throws(DecodeError) {
    let id = UInt32(bytes.bigEndian(at: 0, count: 4))
    guard id == sectionID else {
      throw DecodeError(
        .structure,
        at: offset - 4,
        "footer",
        found: "the id \(id)",
        expected: "\(sectionID), that of the section it ends"
      )
    }
    settle(\.footers)
    expect(.item, 1)
  }

  mutating func takeItem(_ type: UInt8) throws(DecodeError) {
    guard let next = QEMULayout.Item(rawValue: type) else { throw unexpectedItem(type) }
    if next == .subsection, isInConfiguration {
      return expect(.configuration(.subLength), 1)
    }
    isInConfiguration = false
    (item, itemOffset) = (next, offset - 1)
    switch next {
    case .configuration where itemOffset == QEMULayout.magic.count + 4:
      isInConfiguration = true
      expect(.configuration(.machineLength), 4)
    case .start, .part, .last: expect(.header(.id), 4)
    case .full, .end: beginKeeping(type)
    case .command: expect(.command, 4)
    case .configuration, .subsection, .description, .footer: throw unexpectedItem(type)
    }
  }

  func unexpectedItem(_ type: UInt8) -> DecodeError {
    let place = reached.map { "behind " + $0.description } ?? "at the stream's start"
    return DecodeError(
      .structure,
      at: offset - 1,
      "stream",
      found: "byte \(hexByte(type)) \(place)",
      expected: "a section, a command or the end",
      action: "copy the stream again; if the copies agree, report it to the producer"
    )
  }

  // MARK: Section headers

  mutating func takeHeader(_ bytes: RawSpan, _ part: State.Header) throws(DecodeError) {
    switch part {
    case .id:
      sectionID = UInt32(bytes.bigEndian(at: 0, count: 4))
      if item == .start { return expect(.header(.nameLength), 1) }
      try checkContinued()
      beginMemory()
    case .nameLength:
      guard bytes[0] > 0 else { throw badName() }
      expect(.header(.name), Int(bytes[0]))
    case .name:
      name = bytes.array
      expect(.header(.instance), 8)
    case .instance:
      try checkStarted(
        instance: UInt32(bytes.bigEndian(at: 0, count: 4)),
        version: UInt32(bytes.bigEndian(at: 4, count: 4))
      )
      beginMemory()
    }
  }

  private func badName() -> DecodeError {
    DecodeError(
      .value,
      at: offset - 1,
      "section header",
      found: "a name of no bytes",
      expected: "a name"
    )
  }

  /// Checks the header of a START: only guest memory is sent in parts.
  private func checkStarted(instance: UInt32, version: UInt32) throws(DecodeError) {
    let text = streamText(name)
    guard name == Array("ram".utf8) else {
      throw DecodeError(
        .unsupported,
        at: itemOffset,
        "section \"\(text)\"",
        found: "a section that is sent in parts, which no description tells the length of",
        expected: "parts of \"ram\" alone",
        action: "migrate without the device or the block migration that sends it"
      )
    }
    guard memory.id == nil, instance == 0 else {
      throw DecodeError(
        .structure,
        at: itemOffset,
        "section \"ram\"",
        found: "another start, of instance \(instance)",
        expected: "one, of instance 0"
      )
    }
    guard version == QEMULayout.ramVersion else {
      throw DecodeError(
        .unsupported,
        at: offset - 4,
        "section \"ram\"",
        found: "version \(version)",
        expected: "version \(QEMULayout.ramVersion)"
      )
    }
  }

  /// Checks the header of a PART or END.
  private func checkContinued() throws(DecodeError) {
    guard sectionID == memory.id, !memory.isEnded else {
      throw DecodeError(
        .structure,
        at: itemOffset,
        "section \(sectionID)",
        found: memory.isEnded
          ? "a part of a section behind the end of \"ram\"" : "a part of a section without start",
        expected: "parts of \"ram\" between its start and its end"
      )
    }
  }

  private mutating func beginMemory() {
    settle(\.headers)
    reached = QEMUHeaderPlace(item: item, name: Array("ram".utf8), offset: itemOffset)
    memory.id = sectionID
    walk.memory.sections += 1
    expect(.ram(.word), 8)
  }

  // MARK: Commands

  mutating func takeCommand(_ bytes: RawSpan) throws(DecodeError) {
    let command = UInt16(bytes.bigEndian(at: 0, count: 2))
    let length = Int(bytes.bigEndian(at: 2, count: 2))
    guard command <= QEMULayout.Command.lastPlain else {
      throw DecodeError(
        .unsupported,
        at: offset - 4,
        "command \(command)",
        found: "a command \(QEMULayout.Command.name(command))",
        expected: "a stream that is complete in itself",
        action: "migrate to a file without postcopy and without COLO"
      )
    }
    walk.commands += 1
    if command == QEMULayout.Command.postcopyAdvise, length == 16 {
      expect(.advice, 16)
    } else {
      expect(.item, 1, after: length)
      settle(\.commands)
    }
  }

  /// Takes the page sizes that a postcopy migration announces: all blocks' in one word.
  mutating func takeAdvice(_ bytes: RawSpan) {
    memory.postcopyPageSizes = bytes.bigEndian(at: 0, count: 8)
    settle(\.commands)
    expect(.item, 1)
  }
}

/// A byte for messages.
func hexByte(_ byte: UInt8) -> String { (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16) }
