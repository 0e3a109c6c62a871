import SDEIEngine
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Any state against any profile")
struct RandomCompatibilityTests {
  private func holds(_ assessment: Assessment, _ place: String) {
    let severities = assessment.findings.map(\.severity)
    #expect(severities == severities.sorted(by: >), "\(place)")
    #expect((assessment.answer == .no) == severities.contains(.error), "\(place)")
    #expect(assessment.firstRefusal == nil || !assessment.loads, "\(place)")
    #expect(assessment.loads || assessment.answer == .no, "\(place)")
    let cause = assessment.entries.first?.refusal?.cause
    #expect(assessment.firstRefusal == nil || cause != nil, "\(place)")
    for finding in assessment.findings {
      #expect(DestinationFinding.identifiers.contains(finding.id), "\(place): \(finding.id)")
      #expect(!finding.problem.isEmpty && !finding.action.isEmpty, "\(place)")
    }
  }

  @Test("random states and random profiles always give an answer, twice the same")
  func random() {
    let seed: UInt64 = 17
    print("random states against profiles: seed \(seed)")
    var random = SplitMix64(seed: seed)
    var answers: [Assessment.Answer: Int] = [:]
    for number in 0..<600 as Range<UInt64> {
      let document = Document(format: .sdei, snapshot: RandomSnapshot.make(seed: seed &+ number))
      for profile in Profile.builtIn + [RandomProfile.make(&random)] {
        let today = random.oneIn(2) ? CalendarDate("2026-05-15") : nil
        let assessment = Compatibility.assess(document, against: profile, today: today)
        holds(assessment, "state \(number), \(profile.name)")
        answers[assessment.answer, default: 0] += 1
        if number % 8 == 0 {
          let again = Compatibility.check(document, against: profile, today: today)
          #expect(again == assessment.findings)
        }
      }
    }
    print("answers: " + answers.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", "))
    #expect(answers.count == 3)
  }

  @Test("a captured profile never lacks anything, whatever the state")
  func captured() {
    let seed: UInt64 = 4711
    print("captured random states: seed \(seed)")
    let broken = Set((240...245).map { "SDEI-T\($0)" })
    for number in 0..<1500 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number)
      let profile = Profile.capture(snapshot, name: "needs")
      let findings = Compatibility.check(snapshot, against: profile)
      #expect(findings.allSatisfy { broken.contains($0.id) }, "state \(number): \(findings)")
    }
  }

  @Test("2^32 - 1 vCPUs cost what differs", arguments: DialectID.allCases)
  func largest(dialect: DialectID) {
    var random = SplitMix64(seed: 5)
    var checked = 0
    for number in 0..<40 as Range<UInt64> {
      var snapshot =
        number == 0
        ? NativeFixtures.largest() : RandomSnapshot.make(seed: 900 &+ number, vcpus: 8)
      snapshot.instance.dialect = dialect
      snapshot.vcpus.count = .max
      let ranges = [
        Bitmap(below: .max), Bitmap(IndexRange(7, .max - 9)), Bitmap(IndexRange(1 << 31, .max)),
      ]
      snapshot.events.updateAll { event in
        for (_, path) in Event.bitmaps where random.oneIn(3) {
          event[keyPath: path] = random.pick(ranges)
        }
        if random.oneIn(2) { event.pending = Column(random.below(3), at: random.pick(ranges)) }
        if random.oneIn(2) { event.entry = Column(random.next() | 1, at: random.pick(ranges)) }
      }
      for profile in Profile.builtIn {
        let document = Document(format: .sdei, snapshot: snapshot)
        holds(Compatibility.assess(document, against: profile), "\(number), \(profile.name)")
        checked += 1
      }
    }
    #expect(checked == 40 * Profile.builtIn.count)
  }
}
