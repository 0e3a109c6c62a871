import SDEIModel
import SDEITestSupport
import Testing

@Suite("A state in the bits and counts of another dialect")
struct ExpressionTests {
  /// A random state in which what runs is told without contradiction, in a dialect's own bits.
  static func state(_ seed: UInt64, _ dialect: DialectID) -> Snapshot {
    var random = SplitMix64(seed: seed)
    let vcpus = UInt32(1 + random.below(6))
    var snapshot = Snapshot(instance: Instance(dialect: dialect), vcpus: VCPUs(count: vcpus))
    let numbers = (0..<3).map { EventNumber(0x4040_0000 + $0) }
    for number in numbers {
      let isShared = dialect != .kvmV7 && random.oneIn(3)
      var event = Event(
        number,
        definition: EventDefinition(
          type: isShared ? .shared : .private,
          priority: .normal,
          isSignalable: true
        )
      )
      let slots = Bitmap(below: isShared ? 1 : vcpus)
      event.registered = slots
      event.enabled = random.oneIn(2) ? slots : Bitmap()
      event.entry = Column(0x1000, at: slots)
      snapshot.events.insert(event)
    }
    for vcpu in 0..<vcpus where random.oneIn(2) {
      let number = random.pick(numbers)
      guard let event = snapshot.events[number] else { continue }
      let isLeaving = random.oneIn(3)
      let slot = event.isShared ? 0 : vcpu
      // Two vCPUs that run one shared event tell different stories of its slot.
      if event.isShared && snapshot.contexts.contains(where: { $0.event == number }) { continue }
      let waiting = random.below(3)
      if dialect.numbersContexts {
        snapshot.contexts.insert(
          Context(vcpu: vcpu, level: .normal, event: number, frame: RegisterFrame(pc: 4))
        )
      } else if snapshot.events.contains(where: { $0.running.contains(vcpu) }) {
        continue
      } else {
        snapshot.contexts.insert(
          Context(vcpu: vcpu, level: .normal, event: nil, frame: RegisterFrame(pc: 4))
        )
      }
      snapshot.events.update(number) { event in
        let at = Bitmap(indexes: [slot])
        if dialect.marksRunning { event.running.formUnion(at) }
        event.pending[vcpu] = waiting + (dialect.pendingIncludesRunning ? 1 : 0)
        guard isLeaving else { return }
        event.enabled.subtract(at)
        if dialect.keepsRegisteredWhilePending {
          event.unregisterPending.formUnion(at)
        } else {
          event.registered.subtract(at)
        }
      }
    }
    return snapshot
  }

  @Test("means the same: its canonical form is the source's")
  func meaning() {
    let seed: UInt64 = 0x5DE1_0401
    var compared = 0
    for number in 0..<400 {
      for source in DialectID.allCases {
        let state = Self.state(seed &+ UInt64(number), source)
        for target in DialectID.allCases {
          let expressed = state.expressed(in: target)
          #expect(expressed.instance.dialect == target)
          var (mine, other) = (state.canonical(), expressed.canonical())
          if target == .kvmV7 {
            // A mark for each event, but one frame: where two run, the lowest has it.
            mine.contexts = ContextTable()
            other.contexts = ContextTable()
          }
          #expect(mine == other, "seed \(seed &+ UInt64(number)), \(source.name) -> \(target.name)")
          compared += 1
        }
      }
    }
    print("expressed in other dialects: \(compared) states, seed \(seed)")
    #expect(compared == 400 * 36)
  }

  @Test("the same dialect changes nothing, whatever the state")
  func identity() {
    for number in 0..<500 {
      let state = RandomSnapshot.make(seed: 0x5DE1_0402 &+ UInt64(number))
      #expect(state.expressed(in: state.instance.dialect) == state)
    }
  }

  @Test("there and back gives every state without left-overs again")
  func thereAndBack() {
    for number in 0..<400 {
      for source in DialectID.allCases where source.numbersContexts {
        let state = Self.state(0x5DE1_0403 &+ UInt64(number), source)
        for target in DialectID.allCases where target.numbersContexts {
          let back = state.expressed(in: target).expressed(in: source)
          #expect(back == state, "seed \(0x5DE1_0403 &+ number), \(source.name), \(target.name)")
        }
      }
    }
  }

  @Test("wild states do not trap, and extras of the other dialect alone are left")
  func wild() {
    for number in 0..<1500 {
      let state = RandomSnapshot.make(seed: 0x5DE1_0404 &+ UInt64(number), vcpus: 65)
      for target in DialectID.allCases {
        let expressed = state.expressed(in: target)
        for field in ExtraField.allCases where !field.dialects.contains(target) {
          #expect(expressed.extras.vcpuValues[field] == nil && expressed.extras.lists[field] == nil)
          #expect(expressed.events.allSatisfy { $0.extras[field] == nil })
        }
      }
    }
  }
}
