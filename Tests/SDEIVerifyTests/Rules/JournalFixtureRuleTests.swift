import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Rules of journals, and the journals in the fixtures")
struct JournalFixtureRuleTests {
  /// What the rules of pairs, journals and replays find: identifier, severity, how often.
  ///
  /// What a dialect is known to do, and where a defect's journal ends.
  static let known: [String: [String]] = [:]

  @Test("say of each exactly what is known of it")
  func fixtures() throws {
    let names = try Repository.files(in: "fixtures/journals", "")
    #expect(names.count == 23)
    for name in names {
      let bytes = try Repository.bytes("fixtures/journals/" + name)
      let source = try bytes.withBytes { (bytes) throws(DecodeError) in
        try DecodedJournal(reading: bytes)
      }
      let findings = Verifier.findings(source)
      let tally = findings.tally.filter { RuleKindFilter.beyondStates.contains($0.id) }
        .map { "\($0.id) \($0.severity) \($0.count)" }
      #expect(tally == Self.known[name] ?? [], "\(name)")
      for finding in findings.listed where finding.path.hasPrefix("steps[") {
        let number = try #require(Int(finding.path.dropFirst(6).prefix { $0.isNumber }))
        #expect(finding.offset == source.stepOffsets[number - 1])
      }
    }
  }
}
