import SDEIEngine
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Redacted journals do again what the originals do")
struct RedactedJournalTests {
  @Test("every recording", arguments: TraceFamily.allCases)
  func recordings(_ family: TraceFamily) throws {
    var (whole, steps, addresses) = (0, 0, 0)
    for recording in try Recording.all(family) {
      let maker = JournalMaker(name: recording.name)
      _ = try Player.play(recording, family, maker)
      let journal = try maker.journal(undefined: nil)
      let result = try journal.redacted()
      guard case .alike(let agreed) = result.replay else {
        Issue.record("\(recording.name): \(result.replay)")
        continue
      }
      if agreed == journal.steps.count {
        whole += 1
        #expect(result.emptyDigests == 0)
      }
      steps += agreed
      addresses += result.summary.addresses
    }
    print(
      "redacted recordings of \(family): \(whole) whole, \(steps) steps agree, \(addresses) addresses"
    )
    #expect(whole > 40 && steps > 500 && addresses > 500)
  }

  @Test("random runs, and the digests of their ends", arguments: 0..<4 as Range<UInt64>)
  func randomRuns(_ part: UInt64) throws {
    var addresses = 0
    for seed in 0xADD2_E550 + part * 250..<0xADD2_E550 + (part + 1) * 250 {
      let journal = try Self.journal(seed)
      let result = try journal.redacted()
      #expect(result.replay == .alike(steps: journal.steps.count), "seed \(seed)")
      #expect(result.emptyDigests == 0)
      #expect(result.journal != journal)
      addresses += result.summary.addresses
      try expectDivergence(journal, seed)
    }
    #expect(addresses > 10_000)
  }

  /// A digest that does not agree does not agree afterwards, and what is behind it is emptied.
  private func expectDivergence(_ journal: Journal, _ seed: UInt64) throws {
    var wrong = journal
    let place = wrong.steps.count / 2
    wrong.steps.insert(.checkpoint(.digest(SnapshotDigest(rawValue: seed))), at: place)
    let result = try wrong.redacted()
    #expect(result.replay == .alike(steps: place), "seed \(seed)")
    #expect(result.emptyDigests == 1)
  }

  /// A run as a VMM would record it: everything that is seen, and a digest at the end.
  private static func journal(_ seed: UInt64) throws -> Journal {
    var maker = StepMaker(random: SplitMix64(seed: seed))
    let start = maker.start()
    let vbar = maker.random.next() & ~0x7FF
    var registers = (0..<start.vcpus.count).map { _ in
      maker.registers(clientEL: start.instance.clientEL, vbar: vbar)
    }
    var engine = try Dispatcher(start)
    var steps: [JournalStep] = []
    for _ in 0..<60 {
      let step = maker.step(StateFacts(engine.snapshot()))
      let vcpu = Int(step.action.vcpu ?? 0)
      let exists = vcpu < registers.count
      if exists, let guest = step.guest { registers[vcpu] = guest }
      let live = exists ? registers[vcpu] : LiveRegisters()
      let action: Action =
        switch step.action {
        case .deliver(let vcpu, let force, _): .deliver(vcpu: vcpu, force: force, registers: live)
        case .arrive(let event, let vcpu, _): .arrive(event, vcpu: vcpu, registers: live)
        case .dispatch(let event, let vcpu, _): .dispatch(event, vcpu: vcpu, registers: live)
        default: step.action
        }
      let performed = try engine.perform(action)
      if exists, let changed = performed.registers {
        registers[vcpu] = changed
        registers[vcpu].vbar = live.vbar
      }
      steps.append(.action(action, Recorded(of: performed)))
      if steps.count == 30 { steps.append(.checkpoint(.snapshot(engine.snapshot()))) }
    }
    let end = try SnapshotDigest(of: engine.snapshot())
    return Journal(
      header: JournalHeader(start: .snapshot(start), producer: "seed \(seed)"),
      steps: steps + [.checkpoint(.digest(end))]
    )
  }
}
