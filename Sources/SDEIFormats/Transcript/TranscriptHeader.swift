internal import SDEIModel
internal import SDEIWire

/// The header of a transcript of what a kernel's GET commands returned.
///
/// ```
/// OFFSET SIZE FIELD
///      0    8 magic "SDEIGETS"
///      8    8 what the frames are of, NUL-padded: "kvm-v4", "kvm-v5", "kvm-v7"
///     16    2 transcript version
///     18    2 flags: bit 0 = MPIDRs follow
///     20    4 number of vCPUs
///     24    8 reserved
///     32   32 producer, UTF-8, NUL-padded
/// ```
struct TranscriptHeader {
  static let magic = Array("SDEIGETS".utf8)
  static let version: UInt16 = 1
  static let size = 64
  static let producerSize = 32

  var kind: TranscriptKind
  var vcpus: UInt32
  var hasMPIDRs: Bool
  var producer: String

  init(_ kind: TranscriptKind, vcpus: UInt32, hasMPIDRs: Bool, producer: String) {
    self.kind = kind
    self.vcpus = vcpus
    self.hasMPIDRs = hasMPIDRs
    self.producer = producer
  }

  init(reading bytes: RawSpan, _ kind: TranscriptKind) throws(DecodeError) {
    self.kind = kind
    guard bytes.byteCount >= Self.size else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "header",
        found: "\(bytes.byteCount) bytes",
        expected: "a header of \(Self.size)"
      )
    }
    func check(
      _ condition: Bool,
      _ code: DecodeError.Code,
      _ offset: Int,
      _ name: String,
      _ found: String,
      _ expected: String
    ) throws(DecodeError) {
      guard condition else {
        throw DecodeError(code, at: offset, "header.\(name)", found: found, expected: expected)
      }
    }
    try check(
      kind.begins(bytes),
      .notRecognised,
      0,
      "magic",
      "other bytes",
      "SDEIGETS, \(kind.name)"
    )
    let version = bytes.littleEndian(at: 16, count: 2)
    try check(
      version == UInt64(Self.version),
      .unsupported,
      16,
      "version",
      "\(version)",
      "\(Self.version)"
    )
    let flags = bytes.littleEndian(at: 18, count: 2)
    try check(flags <= 1, .value, 18, "flags", hex(flags), "0 or 1")
    vcpus = UInt32(bytes.littleEndian(at: 20, count: 4))
    try check(
      vcpus <= kind.maxVCPUs,
      .value,
      20,
      "vcpus",
      "\(vcpus)",
      "at most \(kind.maxVCPUs): the ABI's arrays end there"
    )
    hasMPIDRs = flags == 1
    try check(!hasMPIDRs || vcpus > 0, .value, 18, "flags", "MPIDRs of no vCPU", "0")
    let reserved = bytes.littleEndian(at: 24, count: 8)
    try check(reserved == 0, .value, 24, "reserved", hex(reserved), "0")
    let text = bytes.extracting(32..<64).array
    let end = text.firstIndex(of: 0) ?? text.count
    let name = String(validating: text[..<end], as: UTF8.self)
    try check(
      name.map(isPlainText) ?? false && text[end...].allSatisfy { $0 == 0 },
      .value,
      32,
      "producer",
      "bytes that are no plain text",
      "UTF-8 without control characters, then NULs"
    )
    producer = name ?? ""
  }

  /// Reads the MPIDRs behind the header, nil where there are none.
  func mpidrs(_ bytes: RawSpan, _ cursor: inout Int) throws(DecodeError) -> [UInt64]? {
    guard hasMPIDRs else { return nil }
    let left = bytes.byteCount - cursor
    guard left / 8 >= vcpus else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "header.mpidrs",
        found: "\(left / 8) MPIDRs",
        expected: "\(vcpus)"
      )
    }
    defer { cursor += Int(vcpus) * 8 }
    return bytes.words(at: cursor, count: Int(vcpus))
  }

  /// The header of a snapshot's transcript; a producer that no reader would take is left out.
  init(_ kind: TranscriptKind, _ snapshot: Snapshot) {
    let producer = snapshot.instance.producer
    let isTaken = producer.utf8.count <= Self.producerSize && isPlainText(producer)
    self.init(
      kind,
      vcpus: snapshot.vcpus.count,
      hasMPIDRs: snapshot.hasMPIDRs,
      producer: isTaken ? producer : ""
    )
  }

  /// The size of the header and the MPIDRs.
  var sizeInFile: UInt64 { UInt64(Self.size) + (hasMPIDRs ? UInt64(vcpus) * 8 : 0) }

  /// Writes the header and the MPIDRs.
  func write(_ snapshot: Snapshot, into writer: inout ByteWriter) {
    write(into: &writer)
    guard hasMPIDRs else { return }
    for vcpu in 0..<vcpus { writer.write(snapshot.mpidr(vcpu)) }
  }

  /// Writes the header alone.
  func write(into writer: inout ByteWriter) {
    writer.write(kind.start)
    writer.write(Self.version)
    writer.write(UInt16(hasMPIDRs ? 1 : 0))
    writer.write(vcpus)
    writer.write(UInt64(0))
    writer.write(producer)
    writer.writeZeros(Self.producerSize - producer.utf8.count)
  }
}
