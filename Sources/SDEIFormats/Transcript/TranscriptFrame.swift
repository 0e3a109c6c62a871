internal import SDEIModel
internal import SDEIWire

/// The commands of an ABI that a transcript has frames of.
protocol TranscriptCommand: RawRepresentable<UInt32>, Equatable {
  /// The name in the ABI.
  var name: String { get }
  /// The size of one structure in the payload.
  var structSize: Int { get }
  /// Whether a frame holds exactly one structure.
  var isSingle: Bool { get }
  /// Whether a list without entries has no frame.
  var isOmittedWhenEmpty: Bool { get }
}

/// The header of a frame: one GET.
///
/// ```
/// OFFSET SIZE FIELD
///      0    4 command
///      4    4 vCPU index, 0xFFFFFFFF for the VM
///      8    4 count (GET_VERSION: the version)
///     12    4 payload size
/// ```
struct TranscriptFrame {
  static let headerSize = 16
  static let vm: UInt32 = 0xFFFF_FFFF

  var count: UInt32
  var payloadSize: UInt32

  /// The frame of a command, in words.
  static func name(_ command: some TranscriptCommand, _ index: UInt32) -> String {
    index == vm ? command.name : "\(command.name)[vCPU \(index)]"
  }

  /// The command of the frame at an offset, nil where no frame can begin.
  static func command(_ bytes: RawSpan, _ cursor: Int) -> UInt32? {
    bytes.byteCount - cursor >= 4 ? UInt32(bytes.littleEndian(at: cursor, count: 4)) : nil
  }

  /// Reads the header of the frame that must come next.
  init(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ command: some TranscriptCommand,
    _ index: UInt32
  ) throws(DecodeError) {
    let name = Self.name(command, index)
    guard bytes.byteCount - cursor >= Self.headerSize else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        name,
        found: "\(bytes.byteCount - cursor) bytes where a frame should begin",
        expected: "the frame of \(name)"
      )
    }
    var words: [UInt32] = []
    for word in 0..<4 { words.append(UInt32(bytes.littleEndian(at: cursor + word * 4, count: 4))) }
    guard words[0] == command.rawValue, words[1] == index else {
      let who = words[1] == Self.vm ? "the VM" : "vCPU \(words[1])"
      throw DecodeError(
        .structure,
        at: cursor,
        name,
        found: "command \(words[0]) for \(who)",
        expected: "command \(command.rawValue) (\(name))",
        action: "write the frames in their fixed order"
      )
    }
    cursor += Self.headerSize
    (count, payloadSize) = (words[2], words[3])
  }

  /// Reads the GET_VERSION frame, which has no payload.
  static func checkVersion(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ command: some TranscriptCommand,
    _ version: UInt32
  ) throws(DecodeError) {
    let frame = try TranscriptFrame(bytes, &cursor, command, vm)
    guard frame.count == version else {
      throw DecodeError(
        .unsupported,
        at: cursor - 8,
        command.name,
        found: "API version \(hex(UInt64(frame.count)))",
        expected: "\(hex(UInt64(version))): another may have other structures"
      )
    }
    guard frame.payloadSize == 0 else {
      throw DecodeError(
        .value,
        at: cursor - 4,
        command.name,
        found: "a payload of \(frame.payloadSize) bytes",
        expected: "none"
      )
    }
  }

  /// Writes the header of a frame.
  static func write(
    _ command: some TranscriptCommand,
    _ index: UInt32,
    count: Int,
    payload: Int? = nil,
    _ writer: inout ByteWriter
  ) {
    writer.write(command.rawValue)
    writer.write(index)
    writer.write(UInt32(count))
    writer.write(UInt32(payload ?? count * command.structSize))
  }
}
