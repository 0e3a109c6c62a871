internal import SDEIModel
internal import SDEIWire

/// Reads a list of registers: the header, then each vCPU's.
///
/// ```
/// OFFSET SIZE FIELD
///      0    4 vCPU index
///      4    4 number of registers
///      8      the registers
///
///      0    8 id
///      8    4 size of the payload, as bits 55:52 of the id tell
///     12    4 reserved
///     16      payload
/// ```
enum KVMv7Decoder {
  static let vcpuHeaderSize = 8
  static let registerHeaderSize = 16

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMv7Format.transcript)
    var cursor = TranscriptHeader.size
    let mpidrs = try header.mpidrs(bytes, &cursor)
    var collector = KVMv7Collector(inputSize: bytes.byteCount, mpidrs: mpidrs)
    for vcpu in 0..<header.vcpus {
      let count = try readVCPU(bytes, &cursor, vcpu)
      collector.begin(vcpu)
      for _ in 0..<count { try readRegister(bytes, &cursor, vcpu, &collector) }
      collector.end()
    }
    guard cursor == bytes.byteCount else {
      throw DecodeError(
        .trailing,
        at: cursor,
        "registers",
        found: "\(bytes.byteCount - cursor) bytes more",
        expected: "the end, after the registers of \(header.vcpus) vCPUs"
      )
    }
    return collector.finish(.kvmV7, vcpus: header.vcpus, producer: header.producer)
  }

  /// Reads the head of a vCPU's list, and gives the number of registers.
  private static func readVCPU(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ vcpu: UInt32
  ) throws(DecodeError) -> UInt64 {
    try check(bytes, cursor, vcpuHeaderSize, "vCPU \(vcpu)", "the number of its registers")
    let index = bytes.littleEndian(at: cursor, count: 4)
    guard index == UInt64(vcpu) else {
      throw DecodeError(
        .structure,
        at: cursor,
        "vCPU \(vcpu)",
        found: "vCPU \(index)",
        expected: "vCPU \(vcpu)",
        action: "write all vCPUs, ascending, each once"
      )
    }
    defer { cursor += vcpuHeaderSize }
    return bytes.littleEndian(at: cursor + 4, count: 4)
  }

  private static func readRegister(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ vcpu: UInt32,
    _ collector: inout KVMv7Collector
  ) throws(DecodeError) {
    try check(bytes, cursor, registerHeaderSize, "vCPU \(vcpu)", "a register")
    let id = bytes.littleEndian(at: cursor, count: 8)
    let size = bytes.littleEndian(at: cursor + 8, count: 4)
    let reserved = bytes.littleEndian(at: cursor + 12, count: 4)
    guard size == UInt64(RegisterID.size(id)) else {
      throw DecodeError(
        .value,
        at: cursor + 8,
        collector.path(id),
        found: "a payload of \(size) bytes",
        expected: "\(RegisterID.size(id)), as bits 55:52 of the id \(hex(id)) tell"
      )
    }
    guard reserved == 0 else {
      throw DecodeError(
        .value,
        at: cursor + 12,
        collector.path(id),
        found: hex(reserved),
        expected: "0"
      )
    }
    let payload = cursor + registerHeaderSize
    try check(bytes, payload, Int(size), collector.path(id), "\(size) bytes of payload")
    var words: [UInt64] = []
    if collector.isWanted(id) { words = bytes.words(at: payload, count: Int(size) / 8) }
    try collector.take(id, at: cursor, words)
    cursor = payload + Int(size)
  }

  private static func check(
    _ bytes: RawSpan,
    _ offset: Int,
    _ size: Int,
    _ path: @autoclosure () -> String,
    _ what: @autoclosure () -> String
  ) throws(DecodeError) {
    guard bytes.byteCount - offset < size else { return }
    throw DecodeError(
      .truncated,
      at: bytes.byteCount,
      path(),
      found: "\(bytes.byteCount - offset) bytes",
      expected: what()
    )
  }
}
