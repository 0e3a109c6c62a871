import SDEIModel

/// Transcripts with what the recordings never show.
package enum KVMv5Fixtures {
  /// A transcript with a name, and the findings that reading it gives.
  package struct Made: Sendable, CustomStringConvertible {
    package let name: String
    package let bytes: [UInt8]
    /// Identifier and offset, in the order of the bytes.
    package let findings: [(id: String, offset: Int)]
    package var description: String { name }
  }

  private static let header = 64
  private static let frame = 16

  package static let all: [Made] = [
    oddities(), surplus(), numbers(), beyondCount(), everyField(),
  ]

  /// Padding and hole of each struct, masked 2, signaled 3, event_count 0, a notifier.
  private static func oddities() -> Made {
    var transcript = TranscriptBuilder(vcpus: 2, producer: "made by hand")
    let exposed = KVMv5Struct.exposed(
      0x40400001,
      signaled: 3,
      padding: 0x05_0403_0201,
      notifier: 0xffff_8000_0812_3456
    )
    let registered = KVMv5Struct.registered(
      0x40400001,
      mode: 1,
      padding: 0x03_0201,
      hole: 0xdead_beef,
      affinity: 0x101,
      slots: [0: (0xffff_8000_0801_0e40, 0x1111)],
      registered: [0: 1],
      enabled: [0: 1]
    )
    let queued = KVMv5Struct.queued(0x40400001, count: 0, padding: 0x0403_0201)
    transcript.frame(2, count: 1, exposed)
    transcript.frame(5, count: 1, registered)
    transcript.frame(8, 0, count: 1, queued)
    transcript.frame(10, 0, count: 1, KVMv5Struct.state(masked: 2, padding: 0x0706_0504_0302_01))
    transcript.frame(10, 1, count: 1, KVMv5Struct.state(masked: 1))
    let firstExposed = header + frame * 2
    let firstRegistered = firstExposed + 24 + frame
    let firstQueued = firstRegistered + 8408 + frame
    let firstState = firstQueued + 16 + frame
    return Made(
      name: "oddities",
      bytes: transcript.bytes,
      findings: [
        ("SDEI-L002", firstExposed + 11), ("SDEI-L001", firstExposed + 16),
        ("SDEI-L002", firstRegistered + 9), ("SDEI-L003", firstRegistered + 12),
        ("SDEI-L002", firstQueued + 12), ("SDEI-L002", firstState + 1),
      ]
    )
  }

  /// GETs with too large a count, for each of the three lists.
  private static func surplus() -> Made {
    var transcript = TranscriptBuilder(vcpus: 1)
    let zeros = { (count: Int, size: Int) in [UInt8](repeating: 0, count: count * size) }
    let exposed =
      KVMv5Struct.exposed(0, signaled: 1) + KVMv5Struct.exposed(0x40400000, type: 1)
      + zeros(3, 24)
    let registered = KVMv5Struct.registered(
      0,
      slots: [0: (0x1000, 0)],
      registered: [0: 1],
      enabled: [0: 1]
    )
    transcript.frame(2, count: 5, exposed)
    transcript.frame(5, count: 2, registered + zeros(1, 8408))
    transcript.frame(8, 0, count: 3, KVMv5Struct.queued(0, count: 2) + zeros(2, 16))
    transcript.frame(10, 0, count: 1, KVMv5Struct.state(normal: 0, words: [38: 0x2000, 39: 0x5]))
    let firstExposed = header + frame * 2
    let firstRegistered = firstExposed + 5 * 24 + frame
    let firstQueued = firstRegistered + 2 * 8408 + frame
    return Made(
      name: "surplus",
      bytes: transcript.bytes,
      findings: [
        ("SDEI-D021", firstExposed + 48), ("SDEI-D021", firstRegistered + 8408),
        ("SDEI-D021", firstQueued + 16),
      ]
    )
  }

  /// Numbers with bit 31, above 32 bits, and ones that mean none; MPIDRs as the register has them.
  private static func numbers() -> Made {
    var transcript = TranscriptBuilder(vcpus: 3, mpidrs: [0x8000_0000, 0x8000_0001, 0x8100_0100])
    let exposed =
      KVMv5Struct.exposed(0x8040_0000) + KVMv5Struct.exposed(0x1_0000_0000, type: 9, priority: 8)
    transcript.frame(2, count: 2, exposed)
    transcript.frame(5, count: 0, [])
    transcript.frame(10, 0, count: 1, KVMv5Struct.state(critical: 5, normal: .max))
    transcript.frame(10, 1, count: 1, KVMv5Struct.state(normal: 0x8040_0000))
    transcript.frame(10, 2, count: 1, KVMv5Struct.state(masked: 1, words: [0: 7]))
    let state = header + 24 + frame * 2 + 48 + frame * 2
    return Made(
      name: "numbers",
      bytes: transcript.bytes,
      findings: [("SDEI-D022", state + 8), ("SDEI-D022", state + 16)]
    )
  }

  /// Bits, entries and arguments of vCPUs that do not exist.
  private static func beyondCount() -> Made {
    var transcript = TranscriptBuilder(vcpus: 1)
    transcript.frame(2, count: 1, KVMv5Struct.exposed(0x40400000))
    transcript.frame(
      5,
      count: 1,
      KVMv5Struct.registered(
        0x40400000,
        slots: [0: (0x1000, 1), 300: (0x2000, 2), 511: (0x3000, 3)],
        registered: [0: 3, 7: 1 << 63],
        enabled: [1: 1],
        pending: [7: 1]
      )
    )
    transcript.frame(10, 0, count: 1, KVMv5Struct.state())
    return Made(name: "beyond-count", bytes: transcript.bytes, findings: [])
  }

  /// Every field of every struct with a value of its own, so that an edit can be traced to it.
  private static func everyField() -> Made {
    var transcript = TranscriptBuilder(
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
      )
      + KVMv5Struct.exposed(0x40400002, type: 1, signaled: 1, priority: 1)
    let registered =
      KVMv5Struct.registered(
        0x40400001,
        mode: 5,
        padding: 0x0b,
        hole: 0x0c,
        affinity: 0x0d,
        slots: [0: (0x1000, 0x2000), 1: (0x1100, 0x2200)],
        registered: [0: 3],
        enabled: [0: 2],
        pending: [0: 1]
      )
      + KVMv5Struct.registered(0x40400003, registered: [0: 2])
    let queue =
      KVMv5Struct.queued(0x40400001, count: 3, padding: 0x0e)
      + KVMv5Struct.queued(0x40400004, count: 7)
    var words: [Int: UInt64] = [:]
    for word in 0..<40 { words[word] = 0x5000 + UInt64(word) }
    transcript.frame(2, count: 2, exposed)
    transcript.frame(5, count: 2, registered)
    transcript.frame(8, 0, count: 2, queue)
    transcript.frame(
      10,
      0,
      count: 1,
      KVMv5Struct.state(
        masked: 3,
        padding: 0x0f,
        critical: 0x4040_0001,
        normal: 0x4040_0007,
        words: words
      )
    )
    transcript.frame(10, 1, count: 1, KVMv5Struct.state(masked: 1))
    let firstExposed = header + 16 + frame * 2
    let firstRegistered = firstExposed + 48 + frame
    let firstQueued = firstRegistered + 2 * 8408 + frame
    let firstState = firstQueued + 32 + frame
    return Made(
      name: "every-field",
      bytes: transcript.bytes,
      findings: [
        ("SDEI-L002", firstExposed + 11), ("SDEI-L001", firstExposed + 16),
        ("SDEI-L002", firstRegistered + 9), ("SDEI-L003", firstRegistered + 12),
        ("SDEI-L002", firstQueued + 12), ("SDEI-L002", firstState + 1),
      ]
    )
  }

  /// The fields of `every-field` that hold state, with the bytes that they take.
  package static let fieldsOfEveryField: [(name: String, range: Range<Int>)] = {
    var fields: [(String, Range<Int>)] = []
    func add(_ name: String, _ start: Int, _ size: Int) {
      fields.append((name, start..<start + size))
    }
    add("producer", 32, 32)
    add("mpidr[0]", 64, 8)
    add("mpidr[1]", 72, 8)
    let firstExposed = header + 16 + frame * 2
    for (number, start) in [firstExposed, firstExposed + 24].enumerated() {
      for (name, offset, size) in [
        ("num", 0, 8), ("type", 8, 1), ("signaled", 9, 1), ("priority", 10, 1), ("padding", 11, 5),
        ("notifier", 16, 8),
      ] { add("exposed[\(number)].\(name)", start + offset, size) }
    }
    let firstRegistered = firstExposed + 48 + frame
    for (number, start) in [firstRegistered, firstRegistered + 8408].enumerated() {
      for (name, offset, size) in [
        ("num", 0, 8), ("route_mode", 8, 1), ("padding", 9, 3), ("hole", 12, 4),
        ("route_affinity", 16, 8), ("registered", 8216, 64), ("enabled", 8280, 64),
        ("unregister_pending", 8344, 64),
      ] { add("registered[\(number)].\(name)", start + offset, size) }
      for slot in 0..<512 {
        add("registered[\(number)].ep_address[\(slot)]", start + 24 + slot * 8, 8)
        add("registered[\(number)].ep_arg[\(slot)]", start + 4120 + slot * 8, 8)
      }
    }
    let firstQueued = firstRegistered + 2 * 8408 + frame
    for number in 0..<2 {
      for (name, offset, size) in [("num", 0, 8), ("event_count", 8, 4), ("padding", 12, 4)] {
        add("queued[\(number)].\(name)", firstQueued + number * 16 + offset, size)
      }
    }
    let firstState = firstQueued + 32 + frame
    for vcpu in 0..<2 {
      let start = firstState + vcpu * (344 + frame)
      for (name, offset, size) in [
        ("masked", 0, 1), ("padding", 1, 7), ("critical_num", 8, 8), ("normal_num", 16, 8),
      ] { add("state[\(vcpu)].\(name)", start + offset, size) }
      for word in 0..<40 { add("state[\(vcpu)].word[\(word)]", start + 24 + word * 8, 8) }
    }
    return fields
  }()
}
