import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Rules of journals")
struct JournalRuleTests {
  @Test("a broken rule is found at its place and offset", arguments: JournalCase.all)
  func broken(_ journalCase: JournalCase) throws {
    let journal = try JournalCase.journal(
      journalCase.actions,
      in: journalCase.dialect,
      journalCase.breaks
    )
    for form in JournalForm.allCases {
      let findings = try JournalCase.findings(journal, form)
      let own = findings.filter { $0.id == journalCase.id }
      #expect(own.map(\.path) == [journalCase.path], "\(findings)")
      #expect(own.map(\.severity) == [journalCase.severity])
      let isTold = own.allSatisfy {
        journalCase.found.isEmpty || $0.problem.contains(journalCase.found)
      }
      #expect(isTold, "\(own.map(\.problem))")
      #expect(Set(findings.map(\.id)).subtracting([journalCase.id]) == journalCase.also)
      let number = try #require(Int(journalCase.path.dropFirst(6).prefix { $0.isNumber }))
      let offset = try offset(of: number, in: journal, form)
      #expect(findings.allSatisfy { $0.offset == offset }, "\(findings)")
    }
  }

  @Test("a near miss breaks none", arguments: JournalCase.all)
  func nearMiss(_ journalCase: JournalCase) throws {
    let journal = try JournalCase.journal(
      journalCase.otherActions ?? journalCase.actions,
      in: journalCase.isDialects ? .specification : journalCase.dialect,
      journalCase.nearMiss
    )
    #expect(!journal.steps.isEmpty)
    let findings = try JournalCase.findings(journal)
    #expect(findings.isEmpty, "\(findings)")
  }

  /// Where a step begins: as many bytes as what stands before it takes.
  private func offset(of number: Int, in journal: Journal, _ form: JournalForm) throws -> Int {
    let before = Journal(header: journal.header, steps: Array(journal.steps[..<(number - 1)]))
    return try before.encode(as: form).count
  }

  // MARK: Replaying

  @Test("a divergence is told with what was recorded and done, and ends the walk")
  func divergence() throws {
    let status = Action.call(Call(.eventStatus, 0x4040_0001), vcpu: 0)
    let journal = try JournalCase.journal([status, status, status, status], in: .specification) {
      $0.record(2) { $0.answer = .value(1) }
      $0.record(3) { $0.answer = .value(1) }
    }
    let findings = try JournalCase.findings(journal)
    try #require(findings.map(\.path) == ["steps[2].result"])
    let problem = findings[0].problem
    #expect(problem.contains("EVENT_STATUS 0x40400001 on vCPU 0: 0x1 was recorded"), "\(problem)")
    #expect(problem.contains("the engine answers 0x7"), "\(problem)")
    #expect(problem.hasSuffix("the walk ends here, before 2 further steps"), "\(problem)")
  }

  @Test("each difference of a checkpoint is told, and that of a digest")
  func checkpoints() throws {
    let journal = try JournalCase.journal([], in: .specification) { steps in
      steps.checkpoint([]) {
        $0.vcpus.deliveryRequest.insert(1)
        $0.events.update(LegalState.zero) { $0.pending[2] = 3 }
      }
    }
    #expect(
      try JournalCase.findings(journal).map(\.path) == [
        "steps[1].checkpoint.vcpus.deliveryRequest", "steps[1].checkpoint.events[0x0].pending",
      ]
    )
    let digest = try JournalCase.journal([], in: .specification) {
      $0 = [.checkpoint(.digest(SnapshotDigest(rawValue: 1)))]
    }
    let findings = try JournalCase.findings(digest)
    #expect(findings.map(\.path) == ["steps[1].checkpointDigest"] && findings[0].id == "SDEI-R001")
  }

  @Test("rules of states look at the start, at checkpoints and at restored states")
  func states() throws {
    let journal = try JournalCase.journal([], in: .specification) { steps in
      func broken() -> Snapshot {
        var state = LegalState.snapshot
        state.events.update(LegalState.privateCritical) { $0.enabled.insert(2) }
        return state
      }
      steps = [.action(.restore(broken()), Recorded()), .checkpoint(.snapshot(broken()))]
    }
    var start = journal
    if case .restore(let state) = try #require(start.steps[0].action) {
      start.header.start = .snapshot(state)
    }
    let bytes = try start.encode(as: .jsonLines)
    let source = try bytes.withBytes { (bytes) throws(DecodeError) in
      try DecodedJournal(reading: bytes)
    }
    let findings = Verifier.findings(source).listed.filter { $0.id == "SDEI-V020" }
    let place = "events[0x40400002].vcpus[2].enabled"
    #expect(
      findings.map(\.path) == [
        "start." + place, "steps[1].restore." + place, "steps[2].checkpoint." + place,
      ]
    )
    #expect(findings.map(\.offset) == [source.startOffset] + source.stepOffsets.map { $0 })
  }

  @Test("a torn tail is a warning at its place, after what the whole steps say")
  func torn() throws {
    let journal = try JournalCase.journal(JournalCase.enter, in: .kvmV7)
    let bytes = try journal.encode(as: .jsonLines)
    let source = try (bytes + Array(#"{"n":3,"ca"#.utf8)).withBytes { (bytes) throws(DecodeError) in
      try DecodedJournal(reading: bytes)
    }
    let findings = Verifier.findings(source).listed.filter {
      RuleKindFilter.beyondStates.contains($0.id)
    }
    try #require(findings.map(\.id) == ["SDEI-V045c", "SDEI-R002"])
    #expect(findings[1].path == "steps[3]" && findings[1].offset == bytes.count)
    #expect(findings[1].severity == .warning)
  }

  @Test("a state that the engine can not take ends the walk, and is told")
  func notPlayed() throws {
    var huge = LegalState.snapshot
    huge.vcpus.count = .max
    let restored = try JournalCase.journal([], in: .specification) {
      $0 = [
        .action(.call(Call(.version), vcpu: 0), Recorded()), .action(.restore(huge), Recorded()),
        .action(.call(Call(.version), vcpu: 0), Recorded()),
      ]
    }
    let middle = try JournalCase.findings(restored)
    try #require(middle.map(\.id) == ["SDEI-R007", "SDEI-R004"])
    #expect(middle.map(\.path) == ["steps[2].restore.vcpus.count", "steps[2]"])
    #expect(middle[1].problem.contains("before 1 further step"))
    for change in [
      { @Sendable in $0.vcpus.count = .max }, { $0.instance.dialect = .qemuRFC },
    ] as [@Sendable (inout Snapshot) -> Void] {
      var start = LegalState.snapshot
      change(&start)
      let journal = Journal(header: JournalHeader(start: .snapshot(start)))
      let findings = try JournalCase.findings(journal)
      #expect(findings.map(\.id) == ["SDEI-R004"] && findings[0].path == "start")
      #expect(findings[0].severity == .warning)
    }
  }

  @Test("a starting state of which there is only a digest is asked for")
  func digestOfStart() throws {
    let start = LegalState.snapshot
    let digest = try SnapshotDigest(of: start)
    let whole = try JournalCase.journal(JournalCase.enter, in: .specification)
    let journal = Journal(
      header: JournalHeader(start: .digest(digest, start.instance, vcpus: 4)),
      steps: whole.steps
    )
    #expect(try JournalCase.findings(journal, from: start).isEmpty)
    let missing = try JournalCase.findings(journal)
    #expect(missing.map(\.id) == ["SDEI-R005"] && missing[0].path == "startDigest")
    var other = start
    other.vcpus.masked = Bitmap()
    let wrong = try JournalCase.findings(journal, from: other)
    #expect(wrong.map(\.id) == ["SDEI-R006"] && wrong[0].severity == .error)
  }

  @Test("a recorder that did not see the original go astray is told so by its dialect")
  func astray() throws {
    let register = Action.call(Call(.eventStatus, 0x4040_0001), vcpu: 0)
    let journal = try JournalCase.journal([register], in: .kvmV4) {
      $0 = [.action(register, Recorded()), .action(register, Recorded())]
    }
    let findings = try JournalCase.findings(journal)
    try #require(findings.map(\.id) == ["SDEI-R003"] && findings[0].path == "steps[1]")
    #expect(findings[0].problem.contains("null pointer"))
  }
}

extension JournalStep {
  fileprivate var action: Action? {
    if case .action(let action, _) = self { action } else { nil }
  }
}
