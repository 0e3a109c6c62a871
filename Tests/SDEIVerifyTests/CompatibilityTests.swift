import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("States and destinations")
struct CompatibilityTests {
  /// Two vCPUs; a private event in use, a shared one that nobody uses, and both slots bound.
  private static func state() -> Snapshot {
    var snapshot = Snapshot(
      instance: Instance(
        version: .v1_1,
        features: Features(privateSlots: 2, sharedSlots: 2),
        dialect: .specification
      ),
      vcpus: VCPUs(count: 2)
    )
    var used = Event(
      EventNumber(0x4040_0001),
      definition: EventDefinition(type: .private, priority: .critical, isSignalable: false)
    )
    used.registered = Bitmap(below: 1)
    used.entry = Column(0x1000, at: used.registered)
    let unused = Event(
      EventNumber(0x4040_0002),
      definition: EventDefinition(type: .shared, priority: .normal, isSignalable: false)
    )
    var bound = Event(
      EventNumber(0x4000_0000),
      definition: EventDefinition(
        type: .private,
        priority: .normal,
        isSignalable: false,
        origin: .slot,
        interrupt: 23
      )
    )
    bound.registered = Bitmap(below: 1)
    snapshot.events = EventTable([used, unused, bound])
    return snapshot
  }

  struct Rule: Sendable, CustomTestStringConvertible {
    let id: String
    let severity: Severity
    var change: @Sendable (inout Profile) -> Void = { _ in }
    var changeState: @Sendable (inout Snapshot) -> Void = { _ in }
    var testDescription: String { "\(id) \(severity.rawValue)" }
  }

  private static func definition(
    _ type: EventType = .private,
    _ priority: EventPriority = .critical
  ) -> EventDefinition {
    EventDefinition(type: type, priority: priority, isSignalable: false)
  }

  static let rules: [Rule] = [
    Rule(id: "SDEI-T201", severity: .error, change: { $0.limits.vcpus = 1 }),
    Rule(id: "SDEI-T202", severity: .error, change: { $0.limits.events = 1 }),
    Rule(id: "SDEI-T202", severity: .warning, change: { $0.limits.events = 2 }),
    Rule(id: "SDEI-T203", severity: .error, change: { $0.limits.privateEvents = 1 }),
    Rule(id: "SDEI-T204", severity: .warning, change: { $0.limits.sharedEvents = 0 }),
    Rule(id: "SDEI-T205", severity: .error, change: { $0.limits.criticalEvents = 0 }),
    Rule(
      id: "SDEI-T206",
      severity: .error,
      change: { $0.numbering = SlotNumbering(mask: 0xF, slots: 1) },
      changeState: { $0.events[EventNumber(0x4040_0002)] = nil }
    ),
    Rule(
      id: "SDEI-T207",
      severity: .warning,
      change: { $0.numbering = SlotNumbering(mask: 0xF, slots: 16) },
      changeState: {
        $0.events[EventNumber(0x4040_0002)] = nil
        $0.events[EventNumber(0x4040_0011)] = Event(
          EventNumber(0x4040_0011),
          definition: EventDefinition(type: .private, priority: .normal, isSignalable: false)
        )
      }
    ),
    Rule(
      id: "SDEI-T210",
      severity: .error,
      change: { $0.events = [OfferedEvent(EventNumber(0x4040_0002))] }
    ),
    Rule(
      id: "SDEI-T210",
      severity: .warning,
      change: { $0.events = [OfferedEvent(EventNumber(0x4040_0001), definition())] }
    ),
    Rule(
      id: "SDEI-T211",
      severity: .error,
      change: {
        $0.events = [
          OfferedEvent(EventNumber(0x4040_0001), definition(.shared)),
          OfferedEvent(EventNumber(0x4040_0002)),
        ]
      }
    ),
    Rule(
      id: "SDEI-T212",
      severity: .error,
      change: {
        $0.events = [
          OfferedEvent(EventNumber(0x4040_0001), definition(.private, .normal)),
          OfferedEvent(EventNumber(0x4040_0002)),
        ]
      }
    ),
    Rule(
      id: "SDEI-T212",
      severity: .warning,
      change: {
        $0.events = [
          OfferedEvent(EventNumber(0x4040_0001)),
          OfferedEvent(EventNumber(0x4040_0002), definition(.shared)),
        ]
      }
    ),
    Rule(id: "SDEI-T220", severity: .error, change: { $0.version = .v1_0 }),
    Rule(
      id: "SDEI-T220",
      severity: .error,
      change: { $0.version = SDEIVersion(major: 2, minor: 1) }
    ),
    Rule(
      id: "SDEI-T221",
      severity: .warning,
      change: { $0.version = SDEIVersion(major: 1, minor: 2) }
    ),
    Rule(id: "SDEI-T222", severity: .warning, change: { $0.vendor = 7 }),
    Rule(id: "SDEI-T223", severity: .error, change: { $0.clientEL = 2 }),
    Rule(id: "SDEI-T230", severity: .error, change: { $0.features.privateSlots = 0 }),
    Rule(id: "SDEI-T232", severity: .warning, change: { $0.features.privateSlots = 1 }),
    Rule(id: "SDEI-T233", severity: .warning, change: { $0.features.sharedSlots = 0 }),
    Rule(
      id: "SDEI-T234",
      severity: .error,
      change: { $0.features.relativeMode = false },
      changeState: { snapshot in
        snapshot.events.update(EventNumber(0x4040_0001)) { $0.relative = Bitmap(below: 1) }
      }
    ),
    Rule(
      id: "SDEI-T235",
      severity: .warning,
      change: { $0.features.relativeMode = false },
      changeState: { $0.instance.features.relativeMode = true }
    ),
    Rule(
      id: "SDEI-T240",
      severity: .warning,
      changeState: {
        $0.events[EventNumber(0x8040_0002)] = Event(
          EventNumber(0x8040_0002),
          definition: definition()
        )
      }
    ),
    Rule(
      id: "SDEI-T241",
      severity: .error,
      changeState: { snapshot in
        snapshot.events.update(EventNumber(0x4040_0001)) {
          $0.definition?.priority = EventPriority(rawValue: 9)
        }
      }
    ),
    Rule(
      id: "SDEI-T242",
      severity: .error,
      changeState: { snapshot in
        snapshot.events.update(EventNumber(0x4040_0001)) { $0.enabled = Bitmap(below: 2) }
      }
    ),
    Rule(
      id: "SDEI-T243",
      severity: .error,
      changeState: { snapshot in
        snapshot.events.update(EventNumber(0x4040_0002)) { $0.registered = Bitmap(below: 1) }
        for vcpu in 0..<2 as Range<UInt32> {
          snapshot.contexts.insert(
            Context(vcpu: vcpu, level: .normal, event: EventNumber(0x4040_0002))
          )
        }
      }
    ),
    Rule(
      id: "SDEI-T244",
      severity: .error,
      changeState: { snapshot in
        snapshot.events.update(EventNumber(0x4040_0002)) {
          $0.registered = Bitmap(below: 1)
          $0.routing.mode = RoutingMode(rawValue: 5)
        }
      }
    ),
    Rule(id: "SDEI-T245", severity: .error, changeState: { $0.instance.clientEL = 0 }),
    Rule(id: "SDEI-T250", severity: .note, change: { $0.dialect = .kvmV5 }),
    Rule(
      id: "SDEI-T252",
      severity: .note,
      change: { $0.abi = .kvmV5 },
      changeState: { snapshot in
        snapshot.events = EventTable()
        snapshot.vcpus.power = Column(1, at: Bitmap(below: 2))
      }
    ),
  ]

  @Test("each rule is broken alone, with its severity", arguments: rules)
  func rule(rule: Rule) {
    var profile = Profile(name: "host", dialect: .specification)
    var snapshot = Self.state()
    #expect(Compatibility.check(snapshot, against: profile).isEmpty)
    rule.change(&profile)
    rule.changeState(&snapshot)
    let findings = Compatibility.check(snapshot, against: profile)
    #expect(findings.map(\.id) == [rule.id], "\(findings)")
    #expect(findings.map(\.severity) == [rule.severity])
    for finding in findings { #expect(!finding.problem.isEmpty && !finding.action.isEmpty) }
    // Without commands only room, slots, and states that the specification lacks keep it out.
    let document = Document(format: .sdei, snapshot: snapshot)
    let isPlace = ["T20", "T230", "T231", "T24"].contains { rule.id.hasPrefix("SDEI-" + $0) }
    let loads = Compatibility.assess(document, against: profile).loads
    #expect(loads == !(rule.severity == .error && isPlace))
  }

  @Test("a part of a state says nothing about a destination")
  func part() {
    let document = Document(format: .sdei, scope: .vm, snapshot: Self.state().vmPart())
    let assessment = Compatibility.assess(document, against: Profile.builtIn[0])
    #expect(assessment.findings.map(\.id) == ["SDEI-T200"] && assessment.answer == .no)
  }

  @Test("where there is no SDEI state, that is the answer, and no yes")
  func nothing() {
    var document = Document(format: .sdei, snapshot: Snapshot())
    document.hasState = false
    for profile in Profile.builtIn {
      let assessment = Compatibility.assess(document, against: profile)
      #expect(assessment.findings.map(\.id) == ["SDEI-T257"] && assessment.answer == .noState)
      #expect(!assessment.loads && assessment.findings[0].severity == .error)
    }
  }

  @Test("more findings of a kind than can be read are counted")
  func counted() throws {
    var snapshot = Self.state()
    snapshot.events = EventTable(
      (0..<5000).map { Event(EventNumber(0x4100_0000 + $0), definition: Self.definition()) }
    )
    var profile = Profile(name: "host", dialect: .kvmV5)
    profile.events = []
    snapshot.instance.dialect = .kvmV5
    let findings = Compatibility.check(snapshot, against: profile)
    #expect(findings.count == 1025 && findings.allSatisfy { $0.id == "SDEI-T210" })
    #expect(findings.last?.problem.hasPrefix("3976 more") == true)
  }

  @Test("errors come first, of those the refusals; then hazards, then notes")
  func order() throws {
    let document = try Codec.decode(Repository.bytes("fixtures/kvm-v5/real-refused.kvm-v5"))
    let profile = try #require(Profile.named("kvm-v4"))
    let assessment = Compatibility.assess(document, against: profile)
    #expect(assessment.answer == .no)
    #expect(assessment.firstRefusal?.description == "SET_KEVENT returns -EINVAL")
    #expect(assessment.findings.first?.id == "SDEI-T026")
    let severities = assessment.findings.map(\.severity)
    #expect(severities == severities.sorted(by: >) && Set(severities).count == 3)
  }
}
