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
  static let known: [String: [String]] = [
    "fault-kvm-v4-01_status.jsonl": ["SDEI-R003 error 1"],
    "fault-kvm-v5-04_shared.jsonl": ["SDEI-R003 error 1", "SDEI-V045f warning 2"],
    "fault-kvm-v7-02_pending.jsonl": ["SDEI-R003 error 1"],
    "fault-tf-a-panic-sdei_intr_handler.jsonl": ["SDEI-R003 error 1"],
    "kvm-v4-011.jsonl": [
      "SDEI-V045c note 5", "SDEI-V045f warning 3", "SDEI-V065b warning 1",
    ],
    "kvm-v4-032.sdeij": [
      "SDEI-V045c note 6", "SDEI-V045f warning 4", "SDEI-V065b warning 1",
    ],
    "kvm-v5-000.jsonl": [
      "SDEI-V045c note 3", "SDEI-V045f warning 1", "SDEI-V065b warning 1",
    ],
    "kvm-v5-049.sdeij": [
      "SDEI-V045c note 31", "SDEI-V045f warning 21", "SDEI-V065b warning 11",
    ],
    "kvm-v7-008.jsonl": ["SDEI-V045c note 2"],
    "kvm-v7-016.sdeij": ["SDEI-V045c note 3"],
  ]

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
