import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("A journal that reaches a state")
struct ReachingTests {
  private static let perTest: UInt64 = 500
  private static let first: UInt64 = 0x5DE1_2000

  @Test("10,000 states at the end of random runs are reached exactly", arguments: 0..<20)
  func randomStates(_ part: Int) throws {
    var problems: [String] = []
    var traits: [String: Int] = [:]
    let start = Self.first + UInt64(part) * Self.perTest
    for seed in start..<start + Self.perTest {
      let state = try RunState.end(seed: seed)
      if let problem = Reached(state).problem { problems.append("seed \(seed): \(problem)") }
      for trait in RunState.traits(of: state) { traits[trait, default: 0] += 1 }
    }
    let shown = problems.prefix(5).joined(separator: "\n")
    #expect(problems.isEmpty, "\(problems.count) problems\n\(shown)")
    if part == 0 {
      print("states from seed \(start), \(Self.perTest) of 10000:")
      for (name, count) in traits.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
    }
    // Each part must see what there is to see.
    #expect(traits.count == 11 && traits.values.allSatisfy { $0 > 2 }, "\(traits)")
  }

  @Test("the end of every scenario is reached", arguments: Scenario.all.map(\.name))
  func scenarios(_ name: String) throws {
    let scenario = try #require(Scenario.named(name))
    let end = try scenario.run(vcpus: 5, seed: 3).snapshot()
    #expect(Reached(end).problem == nil)
  }

  @Test("what is made from other dialects' states in the specification's terms is reached or told")
  func otherDialects() throws {
    for seed in 0..<200 as Range<UInt64> {
      for dialect in DialectID.allCases {
        let state = PlainSnapshot.make(seed: seed, dialect).canonical()
        if case .elsewhere(let problem) = Reached(state) {
          Issue.record("seed \(seed) \(dialect.name): \(problem)")
        }
      }
    }
  }

  @Test("states of any shape are reached or refused, and never trap")
  func wildStates() throws {
    for seed in 0..<3000 as Range<UInt64> {
      let wild = RandomSnapshot.make(seed: seed, dialect: .specification)
      for state in [wild, wild.canonical()] {
        if case .elsewhere(let problem) = Reached(state, maxMemory: 1 << 24) {
          Issue.record("seed \(seed): \(problem)")
        }
      }
    }
  }

  @Test("the journal is the same in both forms, and each form leads to the state")
  func forms() throws {
    for seed in Self.first..<Self.first + 50 {
      let state = try RunState.end(seed: seed)
      let journal = try Journal(reaching: state, producer: "a test")
      for form in JournalForm.allCases {
        let bytes = try journal.encode(as: form)
        let back = try bytes.withBytes { (bytes) throws(DecodeError) in try Journal.decode(bytes) }
        #expect(back.journal == journal, "seed \(seed) \(form.name)")
      }
    }
  }

  @Test("what can not be is told with its place")
  func places() throws {
    var state = Snapshot.fresh(vcpus: 4)
    #expect(Reached(state) == .exactly(steps: 0))
    state.instance.dialect = .kvmV5
    expectUnreachable(state, at: "instance.dialect")
    state = Snapshot.fresh(vcpus: 4)
    state.events.update(.softwareSignalled) { $0.enabled = Bitmap(below: 1) }
    expectUnreachable(state, at: "events[0x0].enabled")
    state = Snapshot.fresh(vcpus: 4)
    state.events.update(.softwareSignalled) { $0.pending = Column(1, at: Bitmap(below: 1)) }
    expectUnreachable(state, at: "events[0x0].vcpus[0].pending")
    state = Snapshot.fresh(vcpus: 4)
    state.contexts.insert(Context(vcpu: 1, level: .normal, frame: RegisterFrame(pc: 4)))
    expectUnreachable(state, at: "contexts[1].normal")
    state = Snapshot.fresh(vcpus: 4)
    state.vcpus.masked.insert(9)
    expectUnreachable(state, at: "vcpus.masked")
    state = Snapshot.fresh(vcpus: 4)
    state.events.update(EventNumber(0x320)) { $0.registered = Bitmap(below: 1) }
    expectUnreachable(state, at: "events[0x320].definition")
    state = Snapshot.fresh(vcpus: 4)
    state.events[.softwareSignalled]?.definition?.trigger = .level
    expectUnreachable(state, at: "events[0x0].definition")
    state.events[.softwareSignalled]?.definition = nil
    expectUnreachable(state, at: "events[0x0].definition")
    state.events[.softwareSignalled] = nil
    expectUnreachable(state, at: "events[0x0]", told: "the state has no event 0")
  }

  @Test("claims of 2^32 vCPUs and of more steps than memory are refused")
  func hostileCounts() {
    expectUnreachable(Snapshot.fresh(vcpus: .max), at: "vcpus.count")
    var asked = Snapshot.fresh(vcpus: 2048)
    asked.vcpus.deliveryRequest = Bitmap(below: 2048)
    #expect(Reached(asked) == .exactly(steps: 6 * 2048))
    expectUnreachable(asked, at: "vcpus[", maxMemory: 1 << 21)
    var slots = Snapshot.fresh(vcpus: 1)
    slots.events.update(.softwareSignalled) {
      $0.registered = Bitmap(IndexRange(0, .max))
      $0.entry = Column(4, at: Bitmap(IndexRange(0, .max)))
    }
    expectUnreachable(slots, at: "vcpus.count")
  }

  private func expectUnreachable(
    _ state: Snapshot,
    at path: String,
    told: String = "",
    maxMemory: UInt64 = Dispatcher.defaultMemory
  ) {
    let reached = Reached(state, maxMemory: maxMemory)
    guard case .never(let error) = reached else {
      Issue.record("\(path): \(reached)")
      return
    }
    #expect(error.path.hasPrefix(path), "\(error)")
    #expect(!error.reason.isEmpty && error.reason.hasPrefix(told), "\(error)")
  }
}
