/// Sections of QEMU's RFC, made by hand as the document describes them.
package enum RFCFixtures {
  /// One instance of an event.
  package struct Instance {
    package var marks: [UInt8] = [0, 0, 0, 0]
    package var entry: UInt64 = 0
    package var argument: UInt64 = 0
    package var mode: UInt64 = 0
    package var event: UInt64 = 0xFFFF_FFFF
    package var affinity: UInt64 = 0

    package init() {}

    var bytes: [UInt8] {
      var bytes = marks
      for word in [entry, argument, mode] { bytes += RFCFixtures.big(word, 8) }
      bytes += RFCFixtures.big(event, 4)
      bytes += RFCFixtures.big(affinity, 8)
      return bytes
    }
  }

  /// What is in a slot.
  package struct Slot {
    package var event: UInt64
    package var interrupt: UInt64 = 0xFFFF_FFFF
    package var isShared: UInt8 = 0
    package var isCritical: UInt8 = 0
    package var index: UInt64
    package var refcount: UInt64 = 0
  }

  /// One vCPU.
  package struct VCPU {
    package var instances = [Instance](repeating: Instance(), count: 16)
    /// The frames of both levels, the normal one first: 18 registers, PC, PSTATE.
    package var frames = [[UInt64]](repeating: [UInt64](repeating: 0, count: 20), count: 2)
    /// What runs at both levels, the normal one first.
    package var running: [UInt64] = [0xFFFF_FFFF, 0xFFFF_FFFF]
    package var masked: UInt8 = 1
  }

  /// The whole state, as it is after a reset.
  package struct State {
    package var slots: [Slot] = []
    package var shared = [Instance](repeating: Instance(), count: 32)
    package var vcpus: [VCPU]

    package init(vcpus: Int) {
      self.vcpus = [VCPU](repeating: VCPU(), count: vcpus)
      for slot in 0..<48 as Range<UInt64> {
        let event: UInt64 = slot == 0 ? 0 : 0xFFFF_FFFF
        slots.append(Slot(event: event, index: slot < 16 ? slot : slot - 16))
      }
    }

    package var body: [UInt8] {
      var bytes: [UInt8] = []
      for slot in slots {
        bytes += big(slot.event, 4)
        bytes += big(slot.interrupt, 4)
        bytes += [slot.isShared, slot.isCritical]
        bytes += big(slot.index, 4)
        bytes += big(slot.refcount, 4)
      }
      for instance in shared { bytes += instance.bytes }
      for vcpu in vcpus {
        for instance in vcpu.instances { bytes += instance.bytes }
        for frame in vcpu.frames { for word in frame[..<18] { bytes += big(word, 8) } }
        for frame in vcpu.frames { bytes += big(frame[18], 8) }
        for frame in vcpu.frames { bytes += big(frame[19], 4) }
        bytes += big(vcpu.running[1], 4)
        bytes += big(vcpu.running[0], 4)
        bytes.append(vcpu.masked)
      }
      return bytes
    }

    package var section: [UInt8] {
      let name = Array("qemu_sdei".utf8)
      let head: [UInt8] = [4, 0, 0, 0, 0, 9] + name + [0, 0, 0, 0, 0, 0, 0, 1]
      let footer: [UInt8] = [0x7E, 0, 0, 0, 0]
      return head + body + footer
    }
  }

  static func big(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  package static let all: [(name: String, bytes: [UInt8])] = {
    var random = SplitMix64(seed: 7)
    return [
      ("worked-example", workedExample().section), ("reset", State(vcpus: 2).section),
      ("odd", RFCFixtures.random(&random, vcpus: 3).section),
    ]
  }()

  /// One vCPU that handles event 0, and an SPI that is bound: the example of the document.
  package static func workedExample() -> State {
    var state = State(vcpus: 1)
    state.slots[0].refcount = 1
    state.slots[16].event = 0x4000_0010
    state.slots[16].interrupt = 40
    state.slots[16].isShared = 1
    state.slots[16].refcount = 1
    state.shared[0].marks = [1, 0, 1, 0]
    state.shared[0].entry = 0xffff_8000_0801_0f00
    state.shared[0].event = 0x4000_0010
    state.shared[0].affinity = 0x100
    state.vcpus[0].instances[0].marks = [1, 1, 0, 0]
    state.vcpus[0].instances[0].entry = 0xffff_8000_0801_0e40
    state.vcpus[0].instances[0].argument = 0x1234
    state.vcpus[0].instances[0].mode = 1
    state.vcpus[0].instances[0].event = 0
    state.vcpus[0].instances[0].affinity = 0x100
    state.vcpus[0].frames[0][18] = 0xaaaa_0000_1234
    state.vcpus[0].frames[0][19] = 0x3c5
    state.vcpus[0].running[0] = 0
    state.vcpus[0].masked = 0
    return state
  }

  /// A state of any content that the fields can hold.
  package static func random(_ random: inout SplitMix64, vcpus: Int) -> State {
    var state = State(vcpus: vcpus)
    for slot in 0..<48 {
      var number = UInt64(slot == 0 ? 0 : slot | 0x4000_0000)
      switch random.below(4) {
      case 0 where slot != 0:
        (state.slots[slot].event, state.slots[slot].interrupt) = (number, random.below(1 << 31))
      case 1:
        number = UInt64(slot)
        state.slots[slot].event = number
        if random.oneIn(2) { state.slots[slot].interrupt = random.below(100) }
      default: break
      }
      if random.oneIn(3) { state.slots[slot].isShared = UInt8(random.below(2)) }
      if random.oneIn(3) { state.slots[slot].isCritical = UInt8(random.below(2)) }
      if random.oneIn(3) {
        state.slots[slot].refcount = random.oneIn(5) ? 0xFFFF_FFFF : random.below(4)
      }
      if slot >= 16 {
        state.shared[slot - 16] = instance(number, &random)
      } else {
        let isUniform = random.oneIn(3)
        let one = instance(number, &random)
        for vcpu in 0..<vcpus {
          state.vcpus[vcpu].instances[slot] = isUniform ? one : instance(number, &random)
        }
      }
    }
    for vcpu in 0..<vcpus {
      for level in 0..<2 {
        if random.oneIn(2) { state.vcpus[vcpu].running[level] = random.below(1 << 31) }
        for word in 0..<20 where random.oneIn(2) {
          state.vcpus[vcpu].frames[level][word] = random.next() >> (word == 19 ? 32 : 0)
        }
      }
      state.vcpus[vcpu].masked = UInt8(random.below(2))
    }
    return state
  }

  private static func instance(_ number: UInt64, _ random: inout SplitMix64) -> Instance {
    var instance = Instance()
    if random.oneIn(2) { return instance }
    instance.marks = (0..<4).map { _ in UInt8(random.below(2)) }
    instance.entry = random.next()
    instance.argument = random.oneIn(2) ? 0 : random.next()
    instance.mode = random.oneIn(4) ? random.below(256) : 1
    instance.affinity = random.oneIn(2) ? 0x101 : random.next()
    if random.oneIn(2) { instance.event = number }
    return instance
  }
}
