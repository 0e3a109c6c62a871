import SDEIEngine
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("States in which a recorded defect strikes")
struct FaultStateTests {
  @Test("are refused, or their hazard is told, and nothing else", arguments: FaultStates.all)
  func told(_ state: FaultState) throws {
    let outcome = try #require(MigrationPort.load(state.snapshot, into: state.dialect))
    let told = outcome.refusals.map(\.rule.id) + outcome.hazards.map(\.rule.id)
    // Of what v7's source had asked for, the state tells nothing: that alone is no defect.
    let optional = state.expected.contains("SDEI-T134") ? "" : "SDEI-T134"
    #expect(Set(told.filter { $0 != optional }) == Set(state.expected), "\(state): \(told)")
    let findings = DestinationFindings.findings(outcome, destination: "there")
    #expect(findings.count == told.count)
    for finding in findings {
      #expect(!finding.path.isEmpty && !finding.action.isEmpty, "\(finding)")
      let isRefusal = finding.problem.hasPrefix("there refuses the state: ")
      #expect(isRefusal || finding.problem.hasPrefix("once there has loaded the state"))
      let isCited = finding.problem.contains("(fixtures/traces/")
      #expect(isRefusal || isCited || finding.problem.contains("(recorded with series "))
    }
  }

  @Test("are the states that the recordings reach", arguments: FaultStates.all)
  func recorded(_ state: FaultState) throws {
    guard let (fault, steps) = state.recording else { return }
    let family = try #require(TraceFamily(rawValue: state.dialect.name))
    let recordings = try Recording.faults(family)
    let recording = try #require(recordings.first { $0.name.hasSuffix("/\(fault).jsonl") })
    #expect(recording.steps.count >= steps)
    var player = try KVMPlayer(family)
    for step in recording.steps.prefix(steps) {
      let reason = try player.play(step)
      // A use of what was freed is recorded as corruption, and the operation takes effect.
      #expect(reason == nil)
    }
    #expect(player.tally.mismatches.isEmpty)
    let made = try Dispatcher(state.snapshot)
    #expect(made.save() == player.dispatcher.save(), "\(state)")
    // The recorded state itself is told the same.
    let outcome = MigrationPort.load(player.dispatcher.snapshot(), into: state.dialect)
    let told = Set((outcome?.hazards ?? []).map(\.rule.id)).subtracting(["SDEI-T134"])
    let expected = state.expected.filter { $0.hasPrefix("SDEI-T1") && $0 != "SDEI-T134" }
    #expect(told == Set(expected))
  }

  @Test("cover every hazard, and do what it says on a live engine")
  func live() throws {
    var told: Set<String> = []
    for state in FaultStates.all {
      let comparison = try #require(try PortComparison(try Dispatcher(state.snapshot)))
      #expect(comparison.differences.isEmpty, "\(state)")
      let oracle = HazardOracle(comparison)
      #expect(oracle.problems.isEmpty, "\(state): \(oracle.problems)")
      told.formUnion(state.expected)
    }
    let all = Set((101...123).map { "SDEI-T\($0)" } + (131...138).map { "SDEI-T\($0)" })
    #expect(all.subtracting(told).isEmpty, "\(all.subtracting(told).sorted())")
  }
}
