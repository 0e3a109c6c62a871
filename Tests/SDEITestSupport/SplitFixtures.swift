import SDEIModel

/// Writes a transcript of the split structures by hand, as the document describes it.
package struct SplitBuilder {
  package private(set) var bytes: [UInt8]

  package init(vcpus: UInt32, mpidrs: [UInt64] = [], producer: String = "") {
    bytes = Array("SDEIGETSkvmsplit".utf8)
    put(1, 2)
    put(mpidrs.isEmpty ? 0 : 1, 2)
    put(UInt64(vcpus), 4)
    put(0, 8)
    bytes += Array(producer.utf8) + [UInt8](repeating: 0, count: 32 - producer.utf8.count)
    for mpidr in mpidrs { put(mpidr, 8) }
  }

  private mutating func put(_ value: UInt64, _ size: Int) {
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
}

/// The split structures as bytes, made by hand.
package enum SplitStruct {
  package static func exposed(
    _ number: UInt64,
    type: UInt64 = 0,
    signaled: UInt64 = 0,
    priority: UInt64 = 0,
    padding: UInt64 = 0
  ) -> [UInt8] {
    KVMv5Struct.make(
      8,
      [0: (number, 4), 4: (type, 1), 5: (signaled, 1), 6: (priority, 1), 7: (padding, 1)]
    )
  }

  package static func registered(
    _ number: UInt64,
    state: UInt64 = 1,
    mode: UInt64 = 0,
    padding: UInt64 = 0,
    affinity: UInt64 = 0,
    entry: UInt64 = 0,
    argument: UInt64 = 0,
    notifier: UInt64 = 0
  ) -> [UInt8] {
    KVMv5Struct.make(
      40,
      [
        0: (number, 4), 4: (state, 1), 5: (mode, 1), 6: (padding, 2), 8: (affinity, 8),
        16: (entry, 8), 24: (argument, 8), 32: (notifier, 8),
      ]
    )
  }
}

/// Transcripts of the split structures.
package enum SplitFixtures {
  package static let all: [(name: String, bytes: [UInt8])] = [
    ("worked-example", workedExample()), ("every-field", everyField()), ("odd-lists", oddLists()),
  ]

  /// One vCPU that handles event 0: the example that the document explains byte by byte.
  package static func workedExample() -> [UInt8] {
    var transcript = SplitBuilder(vcpus: 1, producer: "doc")
    transcript.frame(2, count: 1, SplitStruct.exposed(0, signaled: 1))
    transcript.frame(5, count: 0, [])
    transcript.frame(
      14,
      0,
      count: 1,
      SplitStruct.registered(0, state: 3, entry: 0xffff_8000_0801_0e40, argument: 0x1234)
    )
    transcript.frame(8, 0, count: 1, KVMv5Struct.queued(0, count: 1))
    let words: [Int: UInt64] = [38: 0xaaaa_0000_1234, 39: 0x3c5]
    transcript.frame(10, 0, count: 1, KVMv5Struct.state(normal: 0, words: words))
    return transcript.bytes
  }

  /// Every field with a value of its own.
  private static func everyField() -> [UInt8] {
    var transcript = SplitBuilder(
      vcpus: 2,
      mpidrs: [0x8000_0000, 0xC000_0101],
      producer: "everyfield"
    )
    let exposed =
      SplitStruct.exposed(0x4040_0001, signaled: 2, padding: 9)
      + SplitStruct.exposed(0x4040_0002, type: 1, priority: 1)
    transcript.frame(2, count: 2, exposed)
    let shared = SplitStruct.registered(
      0x4040_0002,
      state: 0xFF,
      mode: 1,
      padding: 0x0201,
      affinity: 0x101,
      entry: 0x1000,
      argument: 0x2000,
      notifier: 0xffff_8000_0812_3456
    )
    transcript.frame(5, count: 1, shared)
    let first = SplitStruct.registered(0x4040_0001, state: 5, mode: 5, entry: 0x1100, notifier: 7)
    transcript.frame(14, 0, count: 1, first)
    let queue = KVMv5Struct.queued(0x4040_0001, count: 3, padding: 0x0e)
    transcript.frame(8, 0, count: 1, queue)
    var words: [Int: UInt64] = [:]
    for word in 0..<40 { words[word] = 0x5000 + UInt64(word) }
    let state = KVMv5Struct.state(
      masked: 3,
      padding: 0x0f,
      critical: 0x4040_0001,
      normal: 0x4040_0007,
      words: words
    )
    transcript.frame(10, 0, count: 1, state)
    let second =
      SplitStruct.registered(0x4040_0009, state: 2)
      + SplitStruct.registered(
        0x4040_0001,
        state: 0x13,
        padding: 0x0c,
        affinity: 0xd,
        entry: 0x1200,
        argument: 0x2200,
        notifier: 8
      )
    transcript.frame(14, 1, count: 2, second)
    transcript.frame(10, 1, count: 1, KVMv5Struct.state(masked: 1))
    return transcript.bytes
  }

  /// Events in the lists that they do not belong in by their type.
  private static func oddLists() -> [UInt8] {
    var transcript = SplitBuilder(vcpus: 2)
    let exposed = SplitStruct.exposed(1) + SplitStruct.exposed(2, type: 1)
    transcript.frame(2, count: 2, exposed)
    let unknown = SplitStruct.registered(3, entry: 0x3000)
    transcript.frame(5, count: 2, unknown + SplitStruct.registered(1, entry: 0x1000))
    transcript.frame(10, 0, count: 1, KVMv5Struct.state())
    transcript.frame(14, 1, count: 1, SplitStruct.registered(2, entry: 0x2000))
    transcript.frame(10, 1, count: 1, KVMv5Struct.state())
    return transcript.bytes
  }

  /// A transcript of any content that the structures can hold.
  package static func random(_ random: inout SplitMix64) -> [UInt8] {
    let vcpus = UInt32(random.below(5))
    let mpidrs = random.oneIn(2) ? (0..<vcpus).map { UInt64($0) | random.next() << 40 } : []
    var transcript = SplitBuilder(vcpus: vcpus, mpidrs: mpidrs, producer: "random")
    var free = numbers(&random)
    let exposed = free.flatMap { noise(8, $0, 4, &random) }
    transcript.frame(2, count: exposed.count / 8, exposed)
    let listed = numbers(&random)
    let shared = listed.flatMap { noise(40, $0, 4, &random) }
    transcript.frame(5, count: listed.count, shared)
    for vcpu in 0..<vcpus {
      free = numbers(&random).filter { vcpu != 0 || !listed.contains($0) }
      let own = free.flatMap { noise(40, $0, 4, &random) }
      if !own.isEmpty { transcript.frame(14, vcpu, count: free.count, own) }
      let queue = (numbers(&random) + [.max]).flatMap { noise(16, $0, 8, &random) }
      if random.oneIn(2) { transcript.frame(8, vcpu, count: queue.count / 16, queue) }
      var state = noise(344, random.next(), 8, &random)
      if random.oneIn(3) { state.replaceSubrange(8..<16, with: [255, 255, 255, 255, 0, 0, 0, 0]) }
      transcript.frame(10, vcpu, count: 1, state)
    }
    return transcript.bytes
  }

  private static func numbers(_ random: inout SplitMix64) -> [UInt64] {
    var numbers =
      [0, 1, 0x4040_0001, 0x4040_0002, 0x8040_0000, 5, random.below(1 << 32)] as [UInt64]
    numbers.shuffle(using: &random)
    return Array(numbers.prefix(Int(random.below(5))))
  }

  /// A struct with a number in front, of which some bytes are random, or none.
  private static func noise(
    _ size: Int,
    _ number: UInt64,
    _ width: Int,
    _ random: inout SplitMix64
  ) -> [UInt8] {
    var bytes = KVMv5Struct.make(size, [0: (number, width)])
    if random.oneIn(3) { return bytes }
    for _ in 0..<random.below(20) {
      bytes[width + Int(random.below(UInt64(size - width)))] = UInt8(random.below(256))
    }
    return bytes
  }
}
