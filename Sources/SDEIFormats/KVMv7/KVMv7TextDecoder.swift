internal import SDEIModel
internal import SDEIWire

/// Reads registers as text, one a line.
///
/// ```
/// # a comment
/// vCPU 0:
/// 0x6030000000140008 0x3
/// ```
struct KVMv7TextDecoder {
  private var collector: KVMv7Collector
  /// The vCPUs that were begun.
  private var count: UInt32 = 0
  /// Whether there are registers in front of any line of a vCPU.
  private var isUnnamed = false

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    var decoder = KVMv7TextDecoder(collector: KVMv7Collector(inputSize: bytes.byteCount))
    var (cursor, number) = (0, 0)
    while let line = TextLine(bytes, &cursor) {
      number += 1
      if line.words.isEmpty { continue }
      try decoder.read(line, bytes, number)
    }
    if decoder.count > 0 { decoder.collector.end() }
    return decoder.collector.finish(.kvmV7Text, vcpus: decoder.count)
  }

  /// Whether the first line is the writer's, or the first one that says something is a vCPU's or a
  /// register's.
  static func recognises(_ bytes: RawSpan) -> Bool {
    if bytes.starts(with: Array(KVMv7TextEncoder.comment.utf8)) { return true }
    var cursor = 0
    while let line = TextLine(bytes, &cursor) {
      guard let word = line.words.first else { continue }
      if line.isVCPU(bytes) { return line.vcpu(bytes) != nil }
      return bytes.extracting(word).starts(with: Array("0x6".utf8))
    }
    return false
  }

  private mutating func read(
    _ line: TextLine,
    _ bytes: RawSpan,
    _ number: Int
  ) throws(DecodeError) {
    let start = line.words[0].lowerBound
    guard !line.isVCPU(bytes) else { return try beginVCPU(line, bytes, number) }
    guard line.words.count == 2, let id = HexText.number(bytes.extracting(line.words[0])) else {
      throw DecodeError(
        .syntax,
        at: start,
        "line \(number)",
        found: line.text(bytes),
        expected: "a register's id and its value, like 0x6030000000140008 0x1"
      )
    }
    if count == 0 {
      isUnnamed = true
      begin(0)
    }
    let size = RegisterID.size(id)
    let digits = bytes.extracting(line.words[1])
    guard let words = HexText.words(digits, size: size, collector.isWanted(id)) else {
      throw DecodeError(
        .value,
        at: line.words[1].lowerBound,
        "line \(number), " + collector.path(id),
        found: line.text(bytes, from: 1),
        expected: "0x and at most \(size * 2) hexadecimal digits, the most significant first"
      )
    }
    try collector.take(id, at: start, words)
  }

  private mutating func beginVCPU(
    _ line: TextLine,
    _ bytes: RawSpan,
    _ number: Int
  ) throws(DecodeError) {
    guard line.vcpu(bytes) == UInt64(count), !isUnnamed, count < UInt32.max else {
      throw DecodeError(
        .structure,
        at: line.words[0].lowerBound,
        "line \(number)",
        found: line.text(bytes),
        expected: isUnnamed
          ? "no line of a vCPU behind registers that have none" : "vCPU \(count)",
        action: "give all vCPUs, ascending from 0, each once"
      )
    }
    if count > 0 { collector.end() }
    begin(count)
  }

  private mutating func begin(_ vcpu: UInt32) {
    collector.begin(vcpu)
    count = vcpu + 1
  }
}
