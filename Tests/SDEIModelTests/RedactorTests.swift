import SDEIModel
import SDEITestSupport
import Testing

@Suite("Pseudonyms")
struct RedactorTests {
  /// The words of a state in which addresses can stand, and what stands there in another one.
  private static func words(_ snapshot: Snapshot, _ other: Snapshot) -> [(UInt64, UInt64)] {
    var words: [(UInt64, UInt64)] = []
    for (event, after) in zip(snapshot.events, other.events) {
      for (column, other) in [
        (event.entry.removing(event.relative), after.entry), (event.argument, after.argument),
      ] {
        for run in column.runs {
          // Ends and neighbours tell of a run what there is to tell.
          let (first, last) = (UInt64(run.range.first), UInt64(run.range.last))
          let near = (first...min(last, first + 40)).map { $0 }
          let all = Set(near + [last, last - min(1, last - first), (first + last) / 2]).sorted()
          words += all.map { (column[UInt32($0)], other[UInt32($0)]) }
        }
      }
      if let notifier = event.extras[.notifier] {
        words.append((notifier, after.extras[.notifier] ?? 0))
      }
    }
    for (context, after) in zip(snapshot.contexts, other.contexts) {
      words += (0..<19).map { (context.frame[word: $0], after.frame[word: $0]) }
    }
    // A value that is a PSTATE as well is treated as one.
    let pstates = Set(snapshot.contexts.map(\.frame.pstate))
    return words.filter { !pstates.contains($0.0) }
  }

  /// The places of those words: a redacted state has the same ones.
  private static func shape(_ snapshot: Snapshot) -> [String] {
    snapshot.events.map {
      "\($0.number) \($0.entry.support) \($0.argument.support) \($0.extras.items.map(\.field.name))"
    } + snapshot.contexts.map { "\($0.vcpu) \($0.level.name) \(String(describing: $0.event))" }
  }

  @Test("random states: same to same, other to other, in the same place", arguments: 0..<8)
  func randomStates(_ part: UInt64) throws {
    var (done, refused, replaced) = (0, 0, 0)
    for seed in 0xFACE_0000 + part * 100..<0xFACE_0000 + (part + 1) * 100 {
      let snapshot = RandomSnapshot.make(seed: seed)
      guard let redactor = try? Redactor(snapshot) else {
        refused += 1
        continue
      }
      let redacted = redactor.redacted(snapshot)
      #expect(redacted == (try Redactor(snapshot).redacted(snapshot)), "seed \(seed)")
      #expect(Self.shape(redacted) == Self.shape(snapshot), "seed \(seed)")
      #expect(redacted.instance.producer.isEmpty)
      let problems = Self.problems(Self.words(snapshot, redacted))
      #expect(problems == [], "seed \(seed)")
      done += 1
      replaced += redactor.summary.addresses
    }
    if part == 0 { print("seeds from 0xface0000: \(done) states redacted, \(refused) refused") }
    #expect(done > refused && replaced > done)
  }

  private static func problems(_ words: [(UInt64, UInt64)]) -> [String] {
    var pseudonyms: [UInt64: UInt64] = [:]
    var problems: [String] = []
    for (one, other) in words {
      if let known = pseudonyms[one], known != other { problems.append("two for \(hex(one))") }
      pseudonyms[one] = other
    }
    let changed = pseudonyms.filter { $0.key != $0.value }
    if Set(changed.values).count != changed.count { problems.append("one for two") }
    for (one, other) in changed where one & 0xFFFF != other & 0xFFFF || kind(one) != kind(other) {
      problems.append("\(hex(one)) became \(hex(other))")
    }
    for (one, other) in changed
    where changed[other] != nil || changed[other.byteSwapped] != nil {
      problems.append("\(hex(other)) for \(hex(one)) is an original")
    }
    let originals = changed.keys.sorted()
    for (low, high) in zip(originals, originals.dropFirst())
    where high - low < 1 << 21 && low >> 16 != 0 && isInOnePart(low, high) {
      let (one, other) = (changed[low] ?? 0, changed[high] ?? 0)
      if other &- one != high - low { problems.append("\(hex(low)) and \(hex(high)) are apart") }
    }
    return problems
  }

  /// Which half of the address space, or neither.
  private static func kind(_ value: UInt64) -> Int {
    value >> 48 == 0 ? 0 : value >> 48 == 0xFFFF ? 2 : 1
  }

  /// Whether addresses lie in the same part: 32 bits, or a half of the address space.
  private static func isInOnePart(_ low: UInt64, _ high: UInt64) -> Bool {
    kind(low) == kind(high) && (low >> 32 == 0) == (high >> 32 == 0)
  }

  @Test("small numbers, events, PSTATEs and error numbers stay; small PCs do not")
  func numbers() throws {
    var frame = RegisterFrame(pc: 0x1000, pstate: 0x6040_0005)
    let kept: [UInt64] = [0, 1, 0xFFFF, 0x4040_0001, 0xC400_0022, 0x6040_0005, .max, .max - 4095]
    for (index, value) in kept.enumerated() { frame.x[index] = value }
    frame.x[10] = 0x1000
    frame.x[11] = 0x1004
    frame.x[12] = .max - 4096
    var snapshot = Snapshot()
    snapshot.events.insert(Event(EventNumber(0x4040_0001)))
    snapshot.contexts.insert(
      Context(vcpu: 0, level: .normal, event: EventNumber(0x4040_0001), frame: frame)
    )
    let redactor = try Redactor(snapshot)
    let after = try #require(redactor.redacted(snapshot).contexts.first).frame
    for (index, value) in kept.enumerated() { #expect(after.x[index] == value) }
    #expect(after.pstate == frame.pstate)
    #expect(after.pc != 0x1000 && after.pc & 0xFFFF == 0x1000 && after.pc >> 32 == 0)
    #expect(after.x[10] == after.pc)
    #expect(after.x[11] == 0x1004, "a number that stands where no address must")
    #expect(after.x[12] != .max - 4096)
    #expect(redactor.summary.addresses == 2 && redactor.summary.regions == 2)
  }

  @Test("an offset from VBAR stays, an absolute entry that is marked relative does not")
  func offsets() throws {
    var event = Event(EventNumber(1))
    event.relative = Bitmap(below: 2)
    event.entry = Column([0x1F_0000, 0xFFFF_8000_0801_0E40, 0xFFFF_8000_0801_0E40])
    let snapshot = Snapshot(events: EventTable([event]))
    let after = try #require(try Redactor(snapshot).redacted(snapshot).events.first).entry
    #expect(after[0] == 0x1F_0000)
    #expect(after[1] == after[2] && after[1] != event.entry[1] && after[1] & 0xFFFF == 0x0E40)
  }

  @Test("a progression moves as one, around an event's number and across 64 KiB")
  func progressions() throws {
    var event = Event(EventNumber(0x4040_0000))
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, 99), base: 0x4000_0000, stride: 0x10_0000)
    builder.append(IndexRange(200, 299), base: 0x1_0400, stride: 0 &- 0x100)
    event.argument = builder.finish()
    let snapshot = Snapshot(events: EventTable([event]))
    let after = try #require(try Redactor(snapshot).redacted(snapshot).events.first).argument
    #expect(after[4] == 0x4040_0000)
    #expect(after[3] != event.argument[3] && after[99] &- after[3] == 96 * 0x10_0000)
    #expect(after[204] != 0x1_0000 && after[205] == 0xFF00)
    #expect(after.support == event.argument.support && after.runs.count <= 6)
  }

  @Test(
    "no pseudonym is an original with its bytes reversed, and none is left when there is no room"
  )
  func byteOrders() throws {
    // Originals that end, reversed, in the windows of the upper half: all but one are taken.
    func snapshot(_ windows: ClosedRange<UInt64>, without: UInt64?) -> Snapshot {
      var event = Event(EventNumber(1))
      let taken = windows.filter { $0 != without }.map { 0x1234_5600_0000_FFFF | $0 << 16 }
      event.argument = Column(taken + [0xFFFF_8000_0801_0E40])
      return Snapshot(events: EventTable([event]))
    }
    let state = snapshot(0xA0...0xFD, without: 0xC7)
    let after = try #require(try Redactor(state).redacted(state).events.first).argument
    #expect(after[after.max ?? 0] >> 40 == 0xFF_FFC7)
    #expect(throws: RedactionError.crowded) {
      try Redactor(snapshot(0xA0...0xFD, without: nil))
    }
    var event = Event(EventNumber(1))
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, 999), base: 0xFFFF_8000_00A0_FFFF, stride: 0x1_0000)
    event.entry = builder.finish()
    let folded = Snapshot(events: EventTable([event]))
    #expect(throws: RedactionError.crowded, "its members take every window") {
      try Redactor(folded)
    }
  }

  @Test("left-over bytes are overwritten and stay noticed")
  func leftovers() throws {
    #expect(ExtraField.allCases.count { $0.content == .leftover } == 18)
    for field in ExtraField.allCases where field.content == .leftover {
      var snapshot = Snapshot(vcpus: VCPUs(count: 4))
      snapshot.events.insert(Event(EventNumber(1)))
      let secret = 0xFFFF_8000_0801_0E40 & field.maximum
      switch field.scope {
      case .eventValue: snapshot.events.updateAll { $0.extras[field] = secret }
      case .vcpuValue: snapshot.extras.vcpuValues[field] = Column([secret, 0, secret - 1])
      case .slotValue:
        snapshot.events.updateAll { $0.slotExtras[field] = Column([secret, 0, secret - 1]) }
      default: Issue.record("\(field.name) is a list")
      }
      let after = try Redactor(snapshot).redacted(snapshot)
      let event = try #require(after.events.first)
      if let value = event.extras[field] {
        #expect(value != secret && field.holds(value))
      } else {
        let column = try #require(event.slotExtras[field] ?? after.extras.vcpuValues[field])
        #expect(column[0] == column[2] && column[0] != secret && column[1] == 0)
        #expect(field.holds(column))
      }
    }
  }

  @Test("notifiers' names become numbers, and what spells an address its pseudonym")
  func names() throws {
    var snapshot = Snapshot(instance: Instance(producer: "qemu on host.example"))
    for (number, name) in [(1, "b"), (2, "a"), (3, "b"), (4, "0xffff800008010e40")] {
      var definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
      definition.notifier = name
      var event = Event(EventNumber(UInt64(number)), definition: definition)
      event.extras[.notifier] = 0xFFFF_8000_0801_0E40
      snapshot.events.insert(event)
    }
    let redactor = try Redactor(snapshot)
    let after = redactor.redacted(snapshot)
    let names = after.events.map { $0.definition?.notifier ?? "" }
    #expect(names[0] == "notifier-2" && names[1] == "notifier-1" && names[2] == names[0])
    #expect(names[3] == after.events.first?.extras[.notifier].map(hex))
    #expect(after.instance.producer == "")
    #expect(redactor.summary.producers == 1 && redactor.summary.names == 2)
  }
}
