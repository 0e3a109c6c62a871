/// Writes a transcript by hand, as the document describes it and not as the product does it.
package struct TranscriptBuilder {
  package private(set) var bytes: [UInt8]

  /// The header, and the version frame that the transcripts of ioctls begin with.
  package init(
    _ kind: String = "kvm-v5",
    vcpus: UInt32,
    mpidrs: [UInt64] = [],
    producer: String = "",
    isVersioned: Bool = true
  ) {
    bytes = Array("SDEIGETS".utf8) + Array(kind.utf8) + [0, 0]
    put(1, 2)
    put(mpidrs.isEmpty ? 0 : 1, 2)
    put(UInt64(vcpus), 4)
    put(0, 8)
    bytes += Array(producer.utf8) + [UInt8](repeating: 0, count: 32 - producer.utf8.count)
    for mpidr in mpidrs { put(mpidr, 8) }
    guard isVersioned else { return }
    put(0, 4)
    put(0xFFFF_FFFF, 4)
    put(0x10000, 4)
    put(0, 4)
  }

  package mutating func put(_ value: UInt64, _ size: Int) {
    for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
  }

  package mutating func frame(
    _ command: UInt32,
    _ index: UInt32 = 0xFFFF_FFFF,
    count: Int,
    _ payload: [UInt8]
  ) {
    put(UInt64(command), 4)
    put(UInt64(index), 4)
    put(UInt64(count), 4)
    put(UInt64(payload.count), 4)
    bytes += payload
  }

  package mutating func put(_ more: [UInt8]) { bytes += more }
}
