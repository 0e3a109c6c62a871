internal import SDEIModel
internal import SDEIWire

/// Where the structures of one frame lie.
struct StructArray {
  let name: String
  let offset: Int
  let size: Int
  let count: Int

  init(name: String, offset: Int, size: Int, count: Int) {
    (self.name, self.offset, self.size, self.count) = (name, offset, size, count)
  }

  /// Reads the frame that must come next, and gives where its structures lie.
  init(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ command: some TranscriptCommand,
    _ index: UInt32
  ) throws(DecodeError) {
    let frame = try TranscriptFrame(bytes, &cursor, command, index)
    name = TranscriptFrame.name(command, index)
    let expected = UInt64(frame.count) * UInt64(command.structSize)
    guard UInt64(frame.payloadSize) == expected else {
      throw DecodeError(
        .value,
        at: cursor - 4,
        name,
        found: "a payload of \(frame.payloadSize) bytes",
        expected: "\(frame.count) structures of \(command.structSize) bytes"
      )
    }
    guard expected <= UInt64(bytes.byteCount - cursor) else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        name,
        found: "\(bytes.byteCount - cursor) bytes of payload",
        expected: "\(expected)"
      )
    }
    if command.isSingle, frame.count != 1 {
      throw DecodeError(
        .value,
        at: cursor - 8,
        name,
        found: "\(frame.count) states",
        expected: "one"
      )
    }
    if command.isOmittedWhenEmpty, frame.count == 0 {
      throw DecodeError(
        .notCanonical,
        at: cursor - 8,
        name,
        found: "an empty list",
        expected: "no frame for it"
      )
    }
    (offset, size, count) = (cursor, command.structSize, Int(frame.count))
    cursor += Int(expected)
  }

  /// The offset of a structure.
  func start(_ number: Int) -> Int { offset + number * size }

  /// The event numbers with which the first structures begin.
  func numbers(_ bytes: RawSpan, _ used: Int) -> [EventNumber] {
    (0..<used).map { EventNumber(bytes.littleEndian(at: start($0), count: 8)) }
  }

  /// The number of structures in front of the all-zero ones at the end.
  func used(_ bytes: RawSpan) -> Int {
    var used = count
    while used > 0, bytes.extracting(start(used - 1)..<start(used)).isZero { used -= 1 }
    return used
  }

  /// Refuses a number that is listed twice: a snapshot keys events by number, and the kernel's lists
  /// never have one.
  func checkDistinct(_ order: [EventNumber]) throws(DecodeError) {
    let sorted = order.sorted()
    guard zip(sorted, sorted.dropFirst()).contains(where: ==) else { return }
    var first: [EventNumber: Int] = [:]
    for (position, number) in order.enumerated() {
      guard let other = first.updateValue(position, forKey: number) else { continue }
      throw DecodeError(
        .duplicate,
        at: start(position),
        "\(name)[\(position)].num",
        found: "event \(number), which is also at byte \(start(other))",
        expected: "each number once"
      )
    }
  }
}
