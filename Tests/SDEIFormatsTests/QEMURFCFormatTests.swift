import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("QEMU's RFC of 2019")
struct QEMURFCFormatTests {
  @Test("golden sections and their JSON, and back", arguments: RFCFixtures.all.map(\.name))
  func golden(name: String) throws {
    let bytes = try #require(RFCFixtures.all.first { $0.name == name }).bytes
    try Golden.expect(bytes, toEqual: "fixtures/qemu-rfc/\(name).qemu-rfc")
    let document = try Codec.decode(bytes)
    #expect(document.format == .qemuRFC)
    let json = try Codec.encode(document.snapshot, as: .json)
    try Golden.expect(json.bytes, toEqual: "fixtures/qemu-rfc/\(name).json")
    let raw = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .qemuRFC)
    #expect(raw.losses.isEmpty && raw.bytes == bytes, "\(raw.losses.map(\.path))")
  }

  @Test("what the fields mean")
  func meaning() throws {
    let snapshot = try Codec.decode(RFCFixtures.workedExample().section).snapshot
    #expect(snapshot.instance.version == .v1_0 && snapshot.instance.dialect == .qemuRFC)
    #expect(snapshot.instance.features == Features(privateSlots: 8, sharedSlots: 16))
    let signalled = try #require(snapshot.events[.softwareSignalled])
    #expect(signalled.definition?.isSignalable == true && signalled.definition?.origin == .platform)
    #expect(signalled.running == Bitmap(below: 1) && signalled.registered == Bitmap(below: 1))
    #expect(signalled.extras[.registrationCount] == nil && signalled.routing.mode == .pe)
    let bound = try #require(snapshot.events[EventNumber(0x4000_0010)])
    #expect(bound.definition?.origin == .slot && bound.definition?.interrupt == 40)
    #expect(bound.definition?.type == .shared && bound.pending == Column([1]))
    #expect(snapshot.events.count == 2, "free slots that hold nothing are absent")
    #expect(snapshot.vcpus.affinity(of: 0) == Affinity(rawValue: 0x100))
    #expect(snapshot.runningEvent(0, .normal) == .softwareSignalled)
    #expect(snapshot.contexts[0, .normal]?.frame.pstate == 0x3c5)
  }

  @Test("a body without framing is read when the format is named, and only then")
  func bareBody() throws {
    let state = RFCFixtures.workedExample()
    let bare = try Codec.decode(state.body, as: .qemuRFC)
    #expect(bare.snapshot == (try Codec.decode(state.section).snapshot))
    #expect(throws: DecodeError.self) { try Codec.decode(state.body) }
  }

  @Test("random sections of any content are given back byte for byte, through sdei and json")
  func randomSections() throws {
    let seed: UInt64 = 0x5DE1_0305
    for number in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      let bytes = RFCFixtures.random(&random, vcpus: Int(number % 5)).section
      let snapshot = try Codec.decode(bytes).snapshot
      let json = try Codec.encode(Codec.decode(Codec.encode(snapshot).bytes).snapshot, as: .json)
      let back = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .qemuRFC)
      #expect(back.losses.isEmpty, "\(back.losses.map(\.path)), seed \(seed &+ number)")
      #expect(back.bytes == bytes, "seed \(seed &+ number)")
    }
    print("qemu-rfc: 400 random sections, seed \(seed)")
  }

  @Test("the account of losses is exact, for random states of any dialect")
  func losses() throws {
    let seed: UInt64 = 0x5DE1_0303
    var lossy = 0
    for number in 0..<3000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 9))
      let verdict = try #require(try FormatVerdict(snapshot, as: .qemuRFC))
      #expect(verdict.unreported.isEmpty, "\(verdict.unreported), seed \(seed &+ number)")
      let own = snapshot.expressed(in: .qemuRFC)
      if let exact = try FormatVerdict(own, as: .qemuRFC) {
        #expect(exact.misreported.isEmpty, "\(exact.misreported), seed \(seed &+ number)")
      }
      lossy += verdict.isLossless ? 0 : 1
    }
    print("qemu-rfc: \(lossy) of 3000 lossy, seed \(seed)")
    #expect(lossy > 100)
  }

  @Test("expressible states of another dialect: private handlers are routed to their own PE")
  func foreign() throws {
    let seed: UInt64 = 0x5DE1_0304
    var (lossless, routed) = (0, 0)
    for number in 0..<500 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      let snapshot = expressible(&random)
      let verdict = try #require(try FormatVerdict(snapshot, as: .qemuRFC))
      #expect(verdict.unreported.isEmpty, "\(verdict.unreported), seed \(seed &+ number)")
      // The dialect itself changes: all else must mean the same.
      #expect(verdict.lost == ["instance.dialect"], "\(verdict.lost), seed \(seed &+ number)")
      lossless += 1
      let back = verdict.back
      for event in back.events where event.number.rawValue & 0xFF < 16 {
        event.registered.forEachRange { range in
          for vcpu in range.first...range.last {
            let affinity =
              event.slotExtras[.slotRouteAffinity].map { $0[vcpu] }
              ?? event.routing.affinity.rawValue
            #expect(affinity == snapshot.vcpus.affinity(of: vcpu)?.rawValue)
            routed += 1
          }
        }
      }
    }
    print(
      "qemu-rfc: \(lossless) states of the specification, \(routed) handlers routed, seed \(seed)"
    )
    #expect(lossless == 500 && routed > 500)
  }

  /// A state of the specification that the section can say, but for the dialect.
  private func expressible(_ random: inout SplitMix64) -> Snapshot {
    let count = UInt32(1 + random.below(5))
    var snapshot = Snapshot(
      instance: Instance(version: .v1_0, features: Features(privateSlots: 8, sharedSlots: 16)),
      vcpus: VCPUs(count: count)
    )
    let all = Bitmap(below: count)
    func some(_ random: inout SplitMix64) -> Bitmap {
      Bitmap(indexes: (0..<count).filter { _ in random.oneIn(2) })
    }
    snapshot.vcpus.masked = some(&random)
    snapshot.vcpus.affinityKnown = all
    snapshot.vcpus.affinity = Column((0..<count).map { 0x100 + UInt64($0) })
    for slot in [0, 3, 12, 20, 40] as [UInt64] {
      let isBound = slot == 12 || slot == 40
      var event = Event(EventNumber(isBound ? 0x4000_0000 | slot : slot))
      event.definition = EventDefinition(
        type: slot < 16 ? .private : .shared,
        priority: random.oneIn(2) || slot == 0 ? .normal : .critical,
        isSignalable: slot == 0,
        origin: isBound ? .slot : .platform,
        interrupt: isBound ? UInt32(16 + slot) : nil
      )
      // Event 0 is registered everywhere: it tells the affinities.
      let slots = slot == 0 ? all : slot < 16 ? some(&random) : Bitmap(below: 1)
      event.registered = slots
      event.enabled = random.oneIn(2) ? slots : Bitmap()
      event.entry = Column(0xffff_8000_0801_0e40 + slot, at: slots)
      event.argument = Column(0x1000 + slot, at: slots)
      if random.oneIn(2) { event.pending = Column(1, at: slots) }
      if slot >= 16, random.oneIn(2) {
        event.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 0x100))
      }
      snapshot.events.insert(event)
    }
    return snapshot
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let offset: Int
    let change: @Sendable (inout RFCFixtures.State) -> Void
  }

  static let damages: [Damage] = [
    Damage(testDescription: "no event 0", offset: 0) { $0.slots[0].event = 0xFFFF_FFFF },
    Damage(testDescription: "event 0 bound", offset: 0) { $0.slots[0].event = 0x4000_0000 },
    Damage(testDescription: "an event in another slot", offset: 36) { $0.slots[2].event = 3 },
    Damage(testDescription: "an interrupt in a free slot", offset: 22) {
      $0.slots[1].interrupt = 5
    },
    Damage(testDescription: "a binding without interrupt", offset: 292) {
      $0.slots[16].interrupt = 0xFFFF_FFFF
    },
    Damage(testDescription: "a negative interrupt", offset: 4) {
      $0.slots[0].interrupt = 0xFFFF_FFFE
    },
    Damage(testDescription: "is_shared 2", offset: 26) { $0.slots[1].isShared = 2 },
    Damage(testDescription: "is_critical 2", offset: 27) { $0.slots[1].isCritical = 2 },
    Damage(testDescription: "another sde_index", offset: 298) { $0.slots[16].index = 16 },
    Damage(testDescription: "enabled 2", offset: 864) { $0.shared[0].marks[0] = 2 },
    Damage(testDescription: "unregister_pending 9", offset: 2147) {
      $0.vcpus[0].instances[0].marks[3] = 9
    },
    Damage(testDescription: "routing_mode 256", offset: 884) { $0.shared[0].mode = 256 },
    Damage(testDescription: "an instance of another event", offset: 892) { $0.shared[0].event = 0 },
    Damage(testDescription: "a negative running event", offset: 3096) {
      $0.vcpus[0].running[1] = 0xFFFF_FFFE
    },
    Damage(testDescription: "masked 2", offset: 3104) { $0.vcpus[0].masked = 2 },
  ]

  @Test("values that a field can not have are refused with their offset", arguments: damages)
  func refused(damage: Damage) throws {
    var state = RFCFixtures.workedExample()
    damage.change(&state)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(state.section) }
    #expect(
      error?.code == .value && error?.offset == damage.offset + 23,
      "\(String(describing: error))"
    )
    let bare = #expect(throws: DecodeError.self) { try Codec.decode(state.body, as: .qemuRFC) }
    #expect(bare?.offset == damage.offset)
  }

  @Test("handlers that name different PEs leave the affinity unknown, and that is said")
  func dispute() throws {
    var state = RFCFixtures.workedExample()
    state.slots[1].event = 1
    state.slots[1].refcount = 1
    state.vcpus[0].instances[1].event = 1
    state.vcpus[0].instances[1].affinity = 0x101
    let document = try Codec.decode(state.section)
    #expect(document.snapshot.vcpus.affinityKnown.isEmpty)
    #expect(document.findings.map(\.id) == ["SDEI-D040"])
    #expect(try Codec.encode(document.snapshot, as: .qemuRFC).bytes == state.section)
  }

  @Test("damage: every truncation is refused, and a flipped bit is refused or kept")
  func robust() throws {
    var (read, refused) = (0, 0)
    for name in ["worked-example", "odd"] {
      let bytes = try #require(RFCFixtures.all.first { $0.name == name }).bytes
      for length in 0..<bytes.count {
        #expect(throws: DecodeError.self, "\(name), \(length)") {
          try Codec.decode(Array(bytes[..<length]), as: .qemuRFC)
        }
      }
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let document = try? Codec.decode(damaged, as: .qemuRFC) else {
          refused += 1
          continue
        }
        read += 1
        if bit % 3 == 0 {
          let again = try Codec.encode(document.snapshot, as: .qemuRFC).bytes
          #expect(again == damaged, "\(name) bit \(bit)")
        }
      }
    }
    print("qemu-rfc: \(read) flips read and given back, \(refused) refused")
    #expect(read > 0 && refused > 0)
    for cut in [1, 961, 2144] {
      let body = Array(RFCFixtures.workedExample().body.dropLast(cut))
      let document = try? Codec.decode(body, as: .qemuRFC)
      #expect((document != nil) == (cut == 961), "\(cut) bytes less")
    }
  }

  @Test("a VM that is too large for the limit is refused before anything is written")
  func tooLarge() throws {
    let error = #expect(throws: EncodeError.self) {
      try Codec.encode(NativeFixtures.largest(), as: .qemuRFC, options: EncodeOptions())
    }
    #expect(error?.id == "SDEI-C002")
  }
}
