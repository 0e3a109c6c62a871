/// Transcripts of KVM v4 with what the recordings never show.
package enum KVMv4Fixtures {
  package static let all: [MadeState] = [
    oddities(), undefined(), numbers(), beyondCount(), everyField(),
  ]

  private static let header = 64
  private static let frame = 16

  /// Hidden bytes of each struct, masked 2, signaled 3, refcounts that are 0, the largest, and usual.
  private static func oddities() -> MadeState {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 2, producer: "made by hand")
    let exposed =
      KVMv5Struct.exposed(
        0x40400001,
        signaled: 3,
        padding: 0x05_0403_0201,
        notifier: 0xffff_8000_0812_3456
      ) + KVMv5Struct.exposed(0x40400002, type: 1) + KVMv5Struct.exposed(0x40400003)
    let registered =
      KVMv4Struct.registered(
        0x40400001,
        refcount: 0,
        mode: 1,
        padding: 0x03_0201,
        affinity: 0x101,
        slots: [0: (0xffff_8000_0801_0e40, 0x1111)],
        registered: [0: 1],
        enabled: [0: 1]
      ) + KVMv4Struct.registered(0x40400002, refcount: 0xFFFF_FFFF, registered: [0: 1])
      // 3 and 0xffffffff are 2 more than 2^32.
      + KVMv4Struct.registered(0x40400003, refcount: 2, registered: [0: 3])
    transcript.frame(1, count: 3, exposed)
    transcript.frame(3, count: 3, registered)
    let first =
      KVMv5Struct.queued(0x40400001, count: 5, padding: 0x0403_0201)
      + KVMv5Struct.queued(0x40400002, count: 0) + KVMv5Struct.queued(0x40400003, count: 3)
    transcript.frame(6, 0, count: 3, first)
    transcript.frame(8, 0, count: 1, KVMv4Struct.state(masked: 2, padding: 0x0706_0504_0302_01))
    transcript.frame(6, 1, count: 1, KVMv5Struct.queued(0x40400003, count: 0xFFFF_FFFF))
    transcript.frame(8, 1, count: 1, KVMv4Struct.state(masked: 1))
    let firstExposed = header + frame * 2
    let firstRegistered = firstExposed + 3 * 24 + frame
    let firstQueued = firstRegistered + 3 * 8344 + frame
    let firstState = firstQueued + 3 * 16 + frame
    return MadeState(
      name: "oddities",
      format: .kvmV4,
      bytes: transcript.bytes,
      findings: [
        ("SDEI-L002", firstExposed + 11), ("SDEI-L001", firstExposed + 16),
        ("SDEI-L002", firstRegistered + 13), ("SDEI-L002", firstQueued + 12),
        ("SDEI-L002", firstState + 1),
      ]
    )
  }

  /// No SET_EVENT: the definitions of what is registered and queued are unknown.
  private static func undefined() -> MadeState {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 1)
    let registered =
      KVMv4Struct.registered(0x400005, refcount: 2, slots: [0: (0x1000, 0)], registered: [0: 1])
      + KVMv4Struct.registered(0x40400000, slots: [0: (0x2000, 0)], registered: [0: 1])
    transcript.frame(3, count: 2, registered)
    let queue = KVMv5Struct.queued(0x400005, count: 2) + KVMv5Struct.queued(0x400006, count: 1)
    transcript.frame(6, 0, count: 2, queue)
    transcript.frame(8, 0, count: 1, KVMv4Struct.state(normal: 0x400005, words: [38: 0x3000]))
    return MadeState(
      name: "undefined",
      format: .kvmV4,
      bytes: transcript.bytes,
      findings: [("SDEI-D025", nil), ("SDEI-D025", nil)]
    )
  }

  /// Event 0, numbers with bit 31 and above 32 bits, ones that mean none, and 0xffffffff, which is
  /// one of these; MPIDRs as the register has them.
  private static func numbers() -> MadeState {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 2, mpidrs: [0x8000_0000, 0x8100_0100])
    let exposed =
      KVMv5Struct.exposed(0x8040_0000) + KVMv5Struct.exposed(0x1_0000_0000, type: 9, priority: 8)
      + KVMv5Struct.exposed(0)
    transcript.frame(1, count: 3, exposed)
    transcript.frame(3, count: 0, [])
    transcript.frame(8, 0, count: 1, KVMv4Struct.state(critical: 5, normal: 0xFFFF_FFFF))
    transcript.frame(8, 1, count: 1, KVMv4Struct.state(masked: 1, normal: 0x8040_0000))
    let state = header + 16 + frame * 2 + 72 + frame * 2
    return MadeState(
      name: "numbers",
      format: .kvmV4,
      bytes: transcript.bytes,
      findings: [("SDEI-D022", state + 8), ("SDEI-D022", state + 16)]
    )
  }

  /// Bits, entries and arguments of vCPUs that do not exist.
  private static func beyondCount() -> MadeState {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 1)
    transcript.frame(
      3,
      count: 1,
      KVMv4Struct.registered(
        0x40400000,
        slots: [0: (0x1000, 1), 300: (0x2000, 2), 511: (0x3000, 3)],
        registered: [0: 3, 7: 1 << 63],
        enabled: [1: 1]
      )
    )
    transcript.frame(8, 0, count: 1, KVMv4Struct.state())
    return MadeState(name: "beyond-count", format: .kvmV4, bytes: transcript.bytes, findings: [])
  }

  /// Every field of every struct with a value of its own.
  private static func everyField() -> MadeState {
    var transcript = TranscriptBuilder(
      "kvm-v4",
      vcpus: 2,
      mpidrs: [0x8000_0000, 0xC000_0101],
      producer: "everyfield"
    )
    let exposed =
      KVMv5Struct.exposed(
        0x40400001,
        signaled: 2,
        padding: 0x0a,
        notifier: 0xffff_8000_0812_3456
      ) + KVMv5Struct.exposed(0x40400002, type: 1, signaled: 1, priority: 1)
    let registered =
      KVMv4Struct.registered(
        0x40400001,
        refcount: 9,
        mode: 5,
        padding: 0x0b,
        affinity: 0x0d,
        slots: [0: (0x1000, 0x2000), 1: (0x1100, 0x2200)],
        registered: [0: 3],
        enabled: [0: 2]
      ) + KVMv4Struct.registered(0x40400003, registered: [0: 2])
    let queue =
      KVMv5Struct.queued(0x40400001, count: 3, padding: 0x0e)
      + KVMv5Struct.queued(0x40400004, count: 7)
    var words: [Int: UInt64] = [:]
    for word in 0..<40 { words[word] = 0x5000 + UInt64(word) }
    let state = KVMv4Struct.state(
      masked: 3,
      padding: 0x0f,
      critical: 0x4040_0001,
      normal: 0x4040_0007,
      words: words
    )
    transcript.frame(1, count: 2, exposed)
    transcript.frame(3, count: 2, registered)
    transcript.frame(6, 0, count: 2, queue)
    transcript.frame(8, 0, count: 1, state)
    transcript.frame(8, 1, count: 1, KVMv4Struct.state(masked: 1))
    let firstExposed = header + 16 + frame * 2
    let firstRegistered = firstExposed + 48 + frame
    let firstQueued = firstRegistered + 2 * 8344 + frame
    let firstState = firstQueued + 32 + frame
    return MadeState(
      name: "every-field",
      format: .kvmV4,
      bytes: transcript.bytes,
      findings: [
        ("SDEI-D025", nil), ("SDEI-D025", nil), ("SDEI-L002", firstExposed + 11),
        ("SDEI-L001", firstExposed + 16), ("SDEI-L002", firstRegistered + 13),
        ("SDEI-L002", firstQueued + 12), ("SDEI-L002", firstState + 1),
      ]
    )
  }
}
