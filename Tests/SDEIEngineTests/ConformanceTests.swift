import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Conformance with recordings of real code")
struct ConformanceTests {
  @Test(
    "every recording agrees in every field",
    arguments: [
      (TraceFamily.kvmV4, 6_000), (.kvmV5, 15_000), (.kvmV7, 15_000), (.tfA, 12_000),
    ]
  )
  func agrees(_ family: TraceFamily, _ minimum: Int) throws {
    var total = Tally()
    for recording in try Recording.all(family) { total.add(try Player.play(recording, family)) }
    print(total.summary(family))
    for (what, count) in total.leftOut.sorted(by: { $0.key < $1.key }) {
      print("  left out of \(family): \(what), \(count) times")
    }
    for (what, count) in total.refused.sorted(by: { $0.key < $1.key }) {
      print("  \(family): \(count) interrupts entered nothing, \(what)")
    }
    let shown = total.mismatches.prefix(12).joined(separator: "\n")
    #expect(total.mismatches.isEmpty, "\(total.mismatches.count):\n\(shown)")
    #expect(total.checks >= minimum)
    #expect(total.undefined.isEmpty, "\(total.undefined)")
  }

  @Test(
    "every recorded defect plays, and the engine goes astray where the original did",
    arguments: TraceFamily.allCases
  )
  func faults(_ family: TraceFamily) throws {
    for recording in try Recording.faults(family) {
      let tally = try Player.play(recording, family)
      #expect(tally.mismatches.isEmpty, "\(tally.mismatches.prefix(3))")
      let fatal = recording.steps.firstIndex { step in
        ["crash", "corrupt", "fatal"].contains { step.result[$0] != nil }
      }
      #expect(tally.undefined.count == (fatal == nil ? 0 : 1), "\(recording)")
      if let fatal {
        #expect(tally.operations == fatal + 1, "\(recording): at another step")
      }
    }
  }

  @Test("one altered result is one mismatch", arguments: TraceFamily.allCases)
  func alteration(_ family: TraceFamily) throws {
    let recording = try #require(try Recording.all(family).first)
    let (old, new) =
      family == .tfA ? ("\"x0\":\"0x0\"", "\"x0\":\"0x7\"") : ("\"ret\":\"0x0\"", "\"ret\":\"0x7\"")
    var lines = recording.steps.map(\.line)
    let altered = try #require(lines.lastIndex { $0.contains(old) })
    lines[altered] = lines[altered].replacing(old, with: new)
    let text = Array(lines.joined(separator: "\n").utf8)
    let tally = try Player.play(Recording(name: "altered", text: text), family)
    #expect(tally.mismatches.count == 1, "\(tally.mismatches)")
    #expect(tally.mismatches.first?.hasPrefix("altered#\(altered) ") == true)
  }

  @Test(
    "every difference from the specification is explained by a switch",
    arguments: TraceFamily.allCases
  )
  func specification(_ family: TraceFamily) throws {
    let comparison = SpecificationComparison(Player.dialect(family))
    for recording in try Recording.all(family) {
      _ = try Player.play(recording, family, comparison)
    }
    print("specification against \(family): \(comparison.agreements) agreements")
    for (what, tally) in [
      ("explained by ", comparison.explained), ("outside:", comparison.outside),
      ("not compared: ", comparison.apart),
    ] {
      for (name, count) in tally.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        print("  \(family) \(what)\(name): \(count)")
      }
    }
    let shown = comparison.unexplained.prefix(20).joined(separator: "\n")
    #expect(comparison.unexplained.isEmpty, "\(comparison.unexplained.count):\n\(shown)")
    #expect(comparison.agreements > 0)
  }
}
