/// Registers of KVM v7 with what the recordings never show.
package enum KVMv7Fixtures {
  package static let all: [MadeState] = [everyField(), someMPIDRs(), sparse(), none(), oddText()]

  private static func builder(
    _ vcpus: UInt32,
    mpidrs: [UInt64] = [],
    producer: String = ""
  ) -> TranscriptBuilder {
    TranscriptBuilder(
      "kvm-v7",
      vcpus: vcpus,
      mpidrs: mpidrs,
      producer: producer,
      isVersioned: false
    )
  }

  private static func words(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
  }

  private static func begin(_ vcpu: UInt64, _ count: Int, _ list: inout TranscriptBuilder) {
    list.put(vcpu, 4)
    list.put(UInt64(count), 4)
  }

  /// Every word of every register with a value of its own: handlers 2 and 3, bits up to 63, a masked
  /// byte above 1, the context's 96 bytes that no kernel writes.
  private static func everyField() -> MadeState {
    var list = builder(2, mpidrs: [0x8000_0000, 0xC000_0101], producer: "everyfield")
    for vcpu in 0..<2 as Range<UInt64> {
      begin(vcpu, KVMv7Registers.all.count, &list)
      let bits: [UInt64] = [0x8000_0000_0000_0003, 0x13, 0x5, 0x9].map { $0 << vcpu }
      var value = 0x1000 * (vcpu + 1)
      for (place, register) in KVMv7Registers.all.enumerated() {
        var payload: [UInt64] = []
        for _ in 0..<register.size / 8 {
          value += 1
          payload.append((4...7).contains(place) ? bits[place - 4] : value)
        }
        list.register(register.id, words(payload))
      }
    }
    let events = Array(repeating: ("SDEI-D033", nil as Int?), count: 5)
    return MadeState(name: "every-field", format: .kvmV7, bytes: list.bytes, findings: events)
  }

  /// The MPIDRs of some vCPUs only.
  private static func someMPIDRs() -> MadeState {
    var list = builder(3)
    for vcpu in 0..<3 as Range<UInt64> {
      begin(vcpu, KVMv7Registers.all.count + (vcpu == 1 ? 0 : 1), &list)
      for register in KVMv7Registers.all {
        list.register(register.id, [UInt8](repeating: 0, count: register.size))
      }
      if vcpu != 1 { list.register(KVMv7Registers.mpidr, words([0x8000_0000 | vcpu])) }
    }
    return MadeState(name: "some-mpidrs", format: .kvmV7, bytes: list.bytes, findings: [])
  }

  /// Missing registers, others' registers of several sizes, another order, facts about the VM.
  private static func sparse() -> MadeState {
    var list = builder(3)
    begin(0, 5, &list)
    list.register(0x6030_0000_0014_000D, words([0]))
    list.register(0x6030_0000_0014_0008, words([1]))
    list.register(0x6030_0000_0014_0000, words([0x1_0001]))
    list.register(0x6030_0000_0016_0000, words([0x3]))
    list.register(0x6040_0000_0014_0004, words([0x1000, 0x2000]))
    begin(1, 6, &list)
    list.register(0x6030_0000_0010_0000, words([7]))
    list.register(0x6040_0000_0010_0054, words([7, 8]))
    list.register(0x6020_0000_0010_00D4, [1, 2, 3, 4])
    list.register(0x6000_0000_0000_0001, [9])
    list.register(0x6030_0000_0016_0000, words([0x1]))
    list.register(0x6030_0000_0014_000A, words([2]))
    begin(2, 0, &list)
    let missing = Array(repeating: ("SDEI-D032", nil as Int?), count: 10)
    return MadeState(
      name: "sparse",
      format: .kvmV7,
      bytes: list.bytes,
      findings: missing + [("SDEI-D034", nil)],
      isExact: false
    )
  }

  /// A list of a kernel that has no SDEI.
  private static func none() -> MadeState {
    var list = builder(1)
    begin(0, 1, &list)
    list.register(0x6030_0000_0010_0000, words([7]))
    return MadeState(
      name: "none",
      format: .kvmV7,
      bytes: list.bytes,
      findings: [("SDEI-D031", nil), ("SDEI-D034", nil)],
      isExact: false
    )
  }

  /// Text as people paste it.
  private static func oddText() -> MadeState {
    let text = """
      # pasted\r

      \tVCPU 0   \r
      0x6030000000140008 0x0000000000000000000003 # too many zeros\r
      0x6030000000140009\t0x1\r
      0x603000000014000D 0xA
        0x6040000000140005   0x2222000000000000FFFF800008010e40
      0x608000000014000C 0x1
      vcpu 1:
      0x603000000014000b 0x2
      0x6020000000100000 0xffffffff
      0x603000000013c005 0x80000001#
      #0x603000000014000b 0x2
      """
    let missing = Array(repeating: ("SDEI-D032", nil as Int?), count: 10)
    return MadeState(
      name: "oddities",
      format: .kvmV7Text,
      bytes: Array(text.utf8),
      findings: missing + [("SDEI-D034", nil)],
      isExact: false
    )
  }
}
