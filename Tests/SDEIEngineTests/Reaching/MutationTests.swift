import SDEIModel
import SDEITestSupport
import Testing

/// Rules and reachability against each other: a change of a legal state is found by a rule, or it is
/// another legal state.
@Suite("Mutants of legal states break a rule or are reached")
struct MutationTests {
  private static let perKind = 460
  private static let states = 1500
  private static let first: UInt64 = 0x5DE1_9000

  @Test("20,000 single mutations of at least 25 kinds")
  func mutants() throws {
    let states = try (0..<UInt64(Self.states)).map { try RunState.end(seed: Self.first + $0) }
    for state in states { #expect(StateOracle.broken(state, .error).isEmpty) }
    let tallies = Mutation.all.map { tally($0, of: states) }
    print(MutationTally.head)
    for tally in tallies { print(tally.row) }
    let total = tallies.map(\.mutants).reduce(0, +)
    let problems = tallies.flatMap(\.problems)
    print("\(tallies.count) kinds, \(total) mutants, \(problems.count) survivors without a reason")
    expectJustified(tallies)
    let shown = problems.prefix(20).joined(separator: "\n")
    #expect(problems.isEmpty, "\(problems.count) survivors\n\(shown)")
    #expect(tallies.count >= 25 && total >= 20_000)
    #expect(tallies.allSatisfy { $0.mutants >= 300 })
  }

  /// Mutants of one kind of the states in turn, until there are enough that differ.
  private func tally(_ mutation: Mutation, of states: [Snapshot]) -> MutationTally {
    var tally = MutationTally(mutation.name)
    for seed in 0..<20 * UInt64(Self.perKind) where tally.mutants < Self.perKind {
      let state = states[Int(seed) % states.count]
      var site = MutationSite(state: state, random: SplitMix64(seed: seed))
      mutation.apply(&site)
      if site.state != state { tally.add(site.state, seed: seed) }
    }
    return tally
  }

  private func expectJustified(_ tallies: [MutationTally]) {
    for expected in SurvivorClass.all {
      let count = tallies.map { $0.survivors[expected.name] ?? 0 }.reduce(0, +)
      print("\(count) survive as \(expected.name): \(expected.reason)")
      // A class that nothing is of any more has had its time.
      #expect(count > 0 && count <= expected.limit, "\(expected.name): \(count)")
    }
  }
}
