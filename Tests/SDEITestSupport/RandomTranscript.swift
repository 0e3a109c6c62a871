import SDEIModel

/// Transcripts of any content that the structs can hold.
package enum RandomTranscript {
  /// One of KVM v5.
  package static func make(_ random: inout SplitMix64) -> [UInt8] {
    let vcpus = UInt32(random.below(5))
    let mpidrs = random.oneIn(2) ? (0..<vcpus).map { UInt64($0) | random.next() << 40 } : []
    var transcript = TranscriptBuilder(vcpus: vcpus, mpidrs: mpidrs, producer: "random")
    let exposed = numbers(&random).flatMap { noise(24, $0, &random) }
    transcript.frame(2, count: exposed.count / 24, exposed)
    let registered = numbers(&random).flatMap { noise(8408, $0, &random) }
    transcript.frame(5, count: registered.count / 8408, registered)
    for vcpu in 0..<vcpus {
      let queue = numbers(&random).flatMap { noise(16, $0, &random) }
      if !queue.isEmpty { transcript.frame(8, vcpu, count: queue.count / 16, queue) }
      var state = noise(344, random.next(), &random)
      if random.oneIn(3) { state.replaceSubrange(8..<16, with: [255, 255, 255, 255, 0, 0, 0, 0]) }
      transcript.frame(10, vcpu, count: 1, state)
    }
    return transcript.bytes
  }

  private static func numbers(_ random: inout SplitMix64) -> [UInt64] {
    var numbers = [0, 0x4040_0001, 0x4040_0002, 0x8040_0000, 5, .max, random.next()] as [UInt64]
    numbers.shuffle(using: &random)
    return Array(numbers.prefix(Int(random.below(5))))
  }

  /// A struct with a number in front, of which some bytes are random, or none.
  private static func noise(_ size: Int, _ number: UInt64, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = KVMv5Struct.make(size, [0: (number, 8)])
    if random.oneIn(3) { return bytes }
    for _ in 0..<random.below(20) {
      bytes[8 + Int(random.below(UInt64(size - 8)))] = UInt8(random.below(256))
    }
    return bytes
  }

  /// One of KVM v4, with SET_EVENTs or without.
  package static func makeV4(_ random: inout SplitMix64) -> [UInt8] {
    let vcpus = UInt32(random.below(5))
    let mpidrs = random.oneIn(2) ? (0..<vcpus).map { UInt64($0) | random.next() << 40 } : []
    var transcript = TranscriptBuilder("kvm-v4", vcpus: vcpus, mpidrs: mpidrs, producer: "random")
    let exposed = numbers(&random).flatMap { noise(24, $0, &random) }
    if !exposed.isEmpty { transcript.frame(1, count: exposed.count / 24, exposed) }
    let registered = numbers(&random).flatMap { noise(8344, $0, &random) }
    transcript.frame(3, count: registered.count / 8344, registered)
    for vcpu in 0..<vcpus {
      let queue = numbers(&random).flatMap { noise(16, $0, &random) }
      if !queue.isEmpty { transcript.frame(6, vcpu, count: queue.count / 16, queue) }
      var state = noise(344, random.next(), &random)
      if random.oneIn(3) { state.replaceSubrange(8..<16, with: [UInt8](repeating: 0, count: 8)) }
      transcript.frame(8, vcpu, count: 1, state)
    }
    return transcript.bytes
  }

  /// A list of KVM v7's registers in the order of writers.
  package static func makeV7(_ random: inout SplitMix64) -> [UInt8] {
    let vcpus = UInt32(random.below(70))
    let isAll = vcpus > 0 && random.oneIn(2)
    let mpidrs = isAll ? (0..<vcpus).map { UInt64($0) | random.next() << 40 } : []
    var list = TranscriptBuilder(
      "kvm-v7",
      vcpus: vcpus,
      mpidrs: mpidrs,
      producer: "random",
      isVersioned: false
    )
    for vcpu in 0..<vcpus {
      // The last one has none: else all would be known, and the header would tell it.
      let hasMPIDR = !isAll && vcpu + 1 < vcpus && random.oneIn(4)
      list.put(UInt64(vcpu), 4)
      list.put(UInt64(KVMv7Registers.all.count + (hasMPIDR ? 1 : 0)), 4)
      for register in KVMv7Registers.all {
        list.register(register.id, sparse(register.size, &random))
      }
      if hasMPIDR { list.register(KVMv7Registers.mpidr, sparse(8, &random)) }
    }
    return list.bytes
  }

  /// Zeros, of which some bytes are random.
  private static func sparse(_ size: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    if random.oneIn(3) { return bytes }
    for _ in 0..<1 + random.below(UInt64(size) / 4) {
      bytes[Int(random.below(UInt64(size)))] = random.oneIn(2) ? 1 : UInt8(random.below(256))
    }
    return bytes
  }
}
