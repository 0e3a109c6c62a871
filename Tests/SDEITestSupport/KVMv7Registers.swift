/// The pseudo-firmware registers of KVM v7, as its KVM_GET_REG_LIST has them.
package enum KVMv7Registers {
  package static let all: [(id: UInt64, size: Int)] = [
    (0x6040_0000_0014_0004, 16), (0x6040_0000_0014_0005, 16), (0x6040_0000_0014_0006, 16),
    (0x6040_0000_0014_0007, 16), (0x6030_0000_0014_0008, 8), (0x6030_0000_0014_0009, 8),
    (0x6030_0000_0014_000A, 8), (0x6030_0000_0014_000B, 8), (0x6080_0000_0014_000C, 256),
    (0x6030_0000_0014_000D, 8),
  ]

  package static let mpidr: UInt64 = 0x6030_0000_0013_C005
}

extension TranscriptBuilder {
  /// One register of a vCPU.
  package mutating func register(_ id: UInt64, _ payload: [UInt8]) {
    put(id, 8)
    put(UInt64(payload.count), 4)
    put(0, 4)
    put(payload)
  }
}
