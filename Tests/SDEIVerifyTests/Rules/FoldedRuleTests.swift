import SDEIFormats
import SDEIModel
import SDEIVerify
import Testing

@Suite("Rules of what runs: cost and findings follow what is stored")
struct FoldedRuleTests {
  private func findings(_ snapshot: Snapshot, isAtRest: Bool = true) -> [String: [String]] {
    let document = Document(format: .sdei, snapshot: snapshot)
    let findings = Verifier.findings(document, isAtRest: isAtRest).listed
    return Dictionary(grouping: findings, by: \.id).mapValues { $0.map(\.path) }
  }

  @Test("2^32 - 1 vCPUs, all marked twice")
  func marks() {
    let all = Bitmap(below: .max)
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV7), vcpus: VCPUs(count: .max))
    for number in 0..<2 as Range<UInt64> {
      snapshot.events.update(EventNumber(number)) { event in
        event.definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
        (event.registered, event.enabled, event.running) = (all, all, all)
        event.entry = Column(0x1000, at: all)
        event.pending = Column(1, at: all)
      }
    }
    let found = findings(snapshot)
    #expect(found["SDEI-V035a"] == ["contexts[0-4294967294].normal.event"])
    #expect(found["SDEI-V042b"] == ["contexts[0-4294967294].normal.pc"])
    #expect(found["SDEI-V050"] == nil)
  }

  @Test("2^32 - 1 vCPUs with affinities in one progression, and an event for the last one")
  func affinities() {
    var snapshot = Snapshot(vcpus: VCPUs(count: .max))
    let all = Bitmap(below: .max)
    snapshot.vcpus.affinityKnown = all
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, .max - 1), base: 1 << 32, stride: 1)
    snapshot.vcpus.affinity = builder.finish()
    snapshot.events.update(EventNumber(0x4040_0000)) { event in
      event.definition = EventDefinition(type: .shared, priority: .normal, isSignalable: false)
      (event.registered, event.enabled) = (Bitmap(below: 1), Bitmap(below: 1))
      event.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 1 << 32 | 0xFF_FFFF))
      event.pending = Column([1])
    }
    #expect(findings(snapshot)["SDEI-V050"] == ["events[0x40400000].pending"])
  }

  @Test("300,000 contexts with a PC of their own each are one finding")
  func contexts() {
    let number = EventNumber(0x4040_0000)
    var snapshot = Snapshot(vcpus: VCPUs(count: 300_000))
    snapshot.events.update(number) { event in
      event.definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
      event.registered = Bitmap(below: 300_000)
      event.running = event.registered
      event.entry = Column(0x1000, at: event.registered)
    }
    snapshot.contexts = ContextTable(
      (0..<300_000 as Range<UInt32>).map { vcpu in
        Context(
          vcpu: vcpu,
          level: .normal,
          event: number,
          frame: RegisterFrame(pc: UInt64(vcpu) * 4 + 1, pstate: 5)
        )
      }
    )
    let found = findings(snapshot)
    #expect(found["SDEI-V056a"] == ["contexts[0-299999].normal.pc"])
    #expect(found["SDEI-V037"] == nil && found["SDEI-V036c"] == nil)
  }

  @Test(
    "100,000 events, each marked and waiting everywhere, on vCPUs of which each second is masked"
  )
  func events() {
    let count: UInt32 = 20_000
    let all = Bitmap(below: count)
    var snapshot = Snapshot(vcpus: VCPUs(count: count))
    snapshot.vcpus.masked = Bitmap(indexes: stride(from: 0, to: count, by: 2))
    var events: [Event] = []
    for number in 0..<100_000 as Range<UInt64> {
      var event = Event(
        EventNumber(0x4000_0000 + number),
        definition: EventDefinition(type: .private, priority: .critical, isSignalable: false)
      )
      (event.registered, event.enabled) = (all, all)
      event.entry = Column(0x1000, at: all)
      event.pending = Column(1, at: all)
      events.append(event)
    }
    snapshot.events = EventTable(events)
    let document = Document(format: .sdei, snapshot: snapshot)
    let found = Verifier.findings(document, isAtRest: true)
    #expect(found.tally.contains { $0.id == "SDEI-V050" && $0.count == 100_000 })
  }
}
