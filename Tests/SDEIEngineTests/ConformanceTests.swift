import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Conformance with recordings of real code")
struct ConformanceTests {
  @Test("every recording of a KVM series agrees in every field", arguments: [
    (TraceFamily.kvmV4, 6_000), (.kvmV5, 15_000), (.kvmV7, 15_000),
  ])
  func kvm(_ family: TraceFamily, _ minimum: Int) throws {
    var total = Tally()
    for recording in try Recording.all(family) {
      var player = try KVMPlayer(family)
      try player.play(recording)
      total.add(player.tally)
    }
    print(total.summary(family))
    let shown = total.mismatches.prefix(12).joined(separator: "\n")
    #expect(total.mismatches.isEmpty, "\(total.mismatches.count):\n\(shown)")
    #expect(total.checks >= minimum)
    #expect(total.undefined.isEmpty, "\(total.undefined)")
  }

  @Test("every recording of TF-A agrees in every field")
  func tfA() throws {
    var total = Tally()
    var refused: [String: Int] = [:]
    for recording in try Recording.all(.tfA) {
      var player = try TFAPlayer()
      try player.play(recording)
      total.add(player.tally)
      refused.merge(player.refused) { $0 + $1 }
    }
    print(total.summary(.tfA))
    print("  left out: \(total.leftOut.sorted { $0.key < $1.key }); not entered: \(refused)")
    let shown = total.mismatches.prefix(12).joined(separator: "\n")
    #expect(total.mismatches.isEmpty, "\(total.mismatches.count):\n\(shown)")
    #expect(total.checks >= 12_000)
    #expect(total.undefined.isEmpty, "\(total.undefined)")
  }
}
