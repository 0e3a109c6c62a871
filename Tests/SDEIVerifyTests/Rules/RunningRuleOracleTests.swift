import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

/// The legal state with a few random changes to what runs, waits and was saved.
struct ChangedState {
  private var random: SplitMix64
  private let numbers = LegalState.snapshot.events.map(\.number)

  static func make(seed: UInt64) -> Snapshot {
    var maker = ChangedState(random: SplitMix64(seed: seed))
    var state = LegalState.snapshot
    if maker.random.oneIn(3) { state.instance.clientEL = 2 }
    for _ in 0...maker.random.below(5) { maker.change(&state) }
    return state
  }

  private init(random: SplitMix64) { self.random = random }

  private mutating func vcpu() -> UInt32 { UInt32(random.below(4)) }

  private mutating func some() -> Bitmap {
    Bitmap(indexes: (0..<4).filter { _ in random.oneIn(2) })
  }

  private mutating func slots(of event: Event) -> Bitmap {
    event.isShared ? some().below(1) : some()
  }

  private mutating func change(_ state: inout Snapshot) {
    let number = random.pick(numbers)
    switch random.below(10) {
    case 0: state.events.update(number) { $0.running = slots(of: $0) }
    case 1: state.events.update(number) { $0.pending = Column(1, at: slots(of: $0)) }
    case 2:
      state.events.update(number) {
        $0.registered = slots(of: $0)
        $0.enabled = $0.registered.intersection(slots(of: $0))
      }
    case 3: state.vcpus.masked = some()
    case 4: state.vcpus.power[vcpu()] = 1 + random.below(4)
    case 5: state.contexts[vcpu(), random.pick(Level.allCases)] = nil
    case 6:
      state.events.update(number) {
        guard $0.isShared else { return }
        let isRouted = random.oneIn(2)
        $0.routing = Routing(
          mode: isRouted ? .pe : .any,
          affinity: Affinity(rawValue: isRouted ? random.below(5) : 0)
        )
      }
    case 7:
      guard let context = state.contexts.randomElement(using: &random) else { return }
      state.change(context.vcpu, context.level) { $0.pstate = random.below(32) | 0x3C0 }
    default:
      var context = LegalState.context(random.oneIn(9) ? 9 : vcpu(), .normal, number)
      if random.oneIn(3) { context.level = .critical }
      if random.oneIn(6) { context.event = EventNumber(0x4040_0099) }
      if random.oneIn(6) { context.event = nil }
      state.contexts.insert(context)
      guard random.oneIn(2), context.vcpu < 4, context.event == number else { return }
      state.events.update(number) { $0.running.insert($0.isShared ? 0 : context.vcpu) }
    }
  }
}

@Suite("Rules of what runs agree with the same rules asked slot by slot")
struct RunningRuleOracleTests {
  /// By the number in the list, the rules that say it.
  private static let rules: [(String, Set<String>)] = [
    ("34", ["034b"]), ("35", ["035a"]), ("36", ["036a", "036b", "036c", "036d", "034c"]),
    ("37", ["034a", "034c", "037"]), ("38", ["038"]), ("42", ["042a"]), ("44", ["044"]),
    ("49", ["049"]), ("51", ["051b"]), ("53, 54", ["053", "054"]),
  ]

  @Test("20,000 changed states", arguments: 0..<4 as Range<UInt64>)
  func agree(_ part: UInt64) throws {
    var broken: [String: Int] = [:]
    for seed in part * 5000..<(part + 1) * 5000 {
      let snapshot = ChangedState.make(seed: 0x5DE1_3000 + seed)
      let facts = StateFacts(snapshot)
      let document = Document(format: .sdei, snapshot: snapshot)
      let ids = Set(Verifier.findings(document, isAtRest: true).listed.map(\.id))
      for (number, rules) in Self.rules {
        let invariant = try #require(StateInvariant.all.first { $0.rule == number })
        let expected = invariant.isBroken(facts)
        let found = rules.contains { ids.contains("SDEI-V" + $0) }
        if expected { broken[number, default: 0] += 1 }
        try #require(found == expected, "rule \(number), seed \(0x5DE1_3000 + seed), \(ids)")
      }
      // Where marks and contexts disagree, so do they about what is running.
      if ids.isDisjoint(with: ["SDEI-V036c", "SDEI-V034c"]) {
        let expected = StateInvariant.quiescent.isBroken(facts)
        let found = !ids.isDisjoint(with: ["SDEI-V050", "SDEI-V052"])
        if expected { broken["50", default: 0] += 1 }
        try #require(found == expected, "rule 50, seed \(0x5DE1_3000 + seed), \(ids)")
      }
    }
    for number in Self.rules.map(\.0) + ["50"] {
      #expect(broken[number, default: 0] > 50, "rule \(number) was hardly broken: \(broken)")
    }
  }
}
