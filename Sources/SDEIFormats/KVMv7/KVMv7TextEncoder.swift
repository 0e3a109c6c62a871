internal import SDEIModel
internal import SDEIWire

/// Writes registers as text, one a line.
struct KVMv7TextEncoder {
  /// The first line, by which a text without vCPUs is told, too.
  static let comment =
    "# KVM v7 SDEI registers (kvm-v7-text 1): id and value, the most significant digit first\n"
  /// `0x`, 16 digits, a space, `0x`, the value's digits, a line feed.
  private static func lineSize(_ payload: Int) -> UInt64 { UInt64(18 + 1 + 2 + payload * 2 + 1) }

  private let source: KVMv7Source

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    let encoder = KVMv7TextEncoder(source: KVMv7Source(snapshot))
    let size = encoder.size
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmV7Text, bytes: size, limit: options.maxBytes)
    }
    return encoder.write(size: Int(size))
  }

  /// The size in bytes; vCPUs are below 2^32, so that nothing overflows.
  private var size: UInt64 {
    let count = UInt64(source.snapshot.vcpus.count)
    let names = UInt64("vCPU :\n".utf8.count)
    let registers = FirmwareRegister.allCases.reduce(names) { $0 + Self.lineSize($1.size) }
    return UInt64(Self.comment.utf8.count) + count * registers + Self.digits(below: count)
      + source.knownCount * Self.lineSize(8)
  }

  /// How many digits the numbers below a limit have together.
  private static func digits(below limit: UInt64) -> UInt64 {
    var (total, first, width) = (UInt64(0), UInt64(0), UInt64(1))
    while first < limit {
      let next = first == 0 ? 10 : first * 10
      total += (min(next, limit) - first) * width
      (first, width) = (next, width + 1)
    }
    return total
  }

  private func write(size: Int) -> [UInt8] {
    var bytes = Array(Self.comment.utf8)
    bytes.reserveCapacity(size)
    for vcpu in 0..<source.snapshot.vcpus.count {
      bytes += Array("vCPU \(vcpu):\n".utf8)
      for register in FirmwareRegister.allCases {
        append(register.id, source.words(register, vcpu), to: &bytes)
      }
      if let mpidr = source.mpidr(vcpu) { append(RegisterID.mpidr, [mpidr], to: &bytes) }
    }
    return bytes
  }

  private func append(_ id: UInt64, _ words: [UInt64], to bytes: inout [UInt8]) {
    HexText.append([id], to: &bytes)
    bytes.append(UInt8(ascii: " "))
    HexText.append(words, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
