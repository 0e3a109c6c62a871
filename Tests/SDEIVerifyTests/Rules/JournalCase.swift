import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

/// A journal that breaks one rule, and one that nearly does.
///
/// Both begin as the engine's own record of some actions, from the legal state of four vCPUs on.
struct JournalCase: Sendable, CustomTestStringConvertible {
  let id: String
  var dialect: DialectID = .specification
  var severity = Severity.error
  /// What is done.
  let actions: [Action]
  /// Where the finding says the rule is broken.
  let path: String
  /// A part of the finding's problem, where what was found matters.
  var found = ""
  /// Other identifiers that must be found with it.
  ///
  /// The engine does what its dialect does, so a record of something else is a divergence as well.
  var also: Set<String> = ["SDEI-R001"]
  /// Falsifies the steps; nothing where the dialect itself breaks the rule.
  var breaks: @Sendable (inout [JournalStep]) -> Void = { _ in }
  /// What is done in the near miss, where that differs.
  var otherActions: [Action]?
  /// Changes the steps so that they nearly break the rule.
  var nearMiss: @Sendable (inout [JournalStep]) -> Void = { _ in }
  /// Whether the near miss is of the specification: where the dialect itself breaks the rule.
  var isDialects = false

  var testDescription: String { "\(id) at \(path)" }

  /// The legal state in a dialect.
  static func start(_ dialect: DialectID) -> Snapshot {
    var start = LegalState.snapshot
    start.instance.dialect = dialect
    // KVM v7 has no shared events: slot 0 would be vCPU 0's, and every vCPU's.
    if dialect == .kvmV7 { start.events.update(LegalState.sharedPE) { $0.running = Bitmap() } }
    return start
  }

  /// The journal of some actions, changed.
  static func journal(
    _ actions: [Action],
    in dialect: DialectID,
    _ change: (inout [JournalStep]) -> Void = { _ in }
  ) throws -> Journal {
    let start = Self.start(dialect)
    var engine = try Dispatcher(start)
    var steps = try actions.map { JournalStep.action($0, Recorded(of: try engine.perform($0))) }
    change(&steps)
    return Journal(header: JournalHeader(start: .snapshot(start)), steps: steps)
  }

  /// What the rules of pairs and journals say of a journal in a form, in order.
  static func findings(
    _ journal: Journal,
    _ form: JournalForm = .jsonLines,
    from state: Snapshot? = nil
  ) throws -> [Finding] {
    let bytes = try journal.encode(as: form)
    let source = try bytes.withBytes { (bytes) throws(DecodeError) in
      try DecodedJournal(reading: bytes)
    }
    return Verifier.findings(source, from: state).listed.filter {
      RuleKindFilter.beyondStates.contains($0.id)
    }
  }
}

extension [JournalStep] {
  /// Changes what was recorded of a step; the first one is number 1.
  mutating func record(_ number: Int, _ change: (inout Recorded) -> Void) {
    guard case .action(let action, var recorded) = self[number - 1] else { return }
    change(&recorded)
    self[number - 1] = .action(action, recorded)
  }

  /// Changes the registers that were recorded of a step.
  mutating func registers(_ number: Int, _ change: (inout LiveRegisters) -> Void) {
    record(number) { recorded in
      var registers = recorded.registers ?? LiveRegisters()
      change(&registers)
      recorded.registers = registers
    }
  }

  /// Appends a checkpoint with the state that some actions lead to, changed.
  mutating func checkpoint(
    _ actions: [Action],
    in dialect: DialectID = .specification,
    _ change: (inout Snapshot) -> Void
  ) {
    guard var engine = try? Dispatcher(JournalCase.start(dialect)) else { return }
    for action in actions { _ = try? engine.perform(action) }
    var state = engine.snapshot()
    change(&state)
    append(.checkpoint(.snapshot(state)))
  }
}

extension JournalCase {
  private typealias Legal = LegalState

  static let all = entries + masks + completions + bindings

  /// What a guest's registers are when a handler interrupts it.
  static let guest: LiveRegisters = {
    var frame = RegisterFrame(pc: 0xFFFF_8000_0002_0004, pstate: 0x6000_0005)
    for word in 0..<18 { frame[word: word] = 0x200 + UInt64(word) }
    return LiveRegisters(frame: frame, elr: 0x10, spsr: 0x20, vbar: 0xFFFF_8000_0001_0800)
  }()

  /// Event 0 waits for vCPU 2, which unmasks itself.
  static let enter: [Action] = [
    .call(Call(.peUnmask), vcpu: 2), .deliver(vcpu: 2, force: true, registers: guest),
  ]

  private static func entry(
    _ letter: String,
    _ register: String,
    _ change: @escaping @Sendable (inout LiveRegisters) -> Void,
    nearMiss: @escaping @Sendable (inout [JournalStep]) -> Void = { _ in }
  ) -> JournalCase {
    JournalCase(
      id: "SDEI-V045" + letter,
      actions: enter,
      path: "steps[2].registers.\(register)",
      breaks: { $0.registers(2, change) },
      nearMiss: nearMiss
    )
  }

  private static let entries = [
    entry("a", "x0") { $0.frame.x[0] = 1 },
    // Nothing is judged that was not seen.
    entry("a", "x1", { $0.frame.x[1] = 0 }, nearMiss: { $0.record(2) { $0.registers = nil } }),
    entry("b", "x2") { $0.frame.x[2] = 0 },
    entry("b", "x3") { $0.frame.x[3] ^= 1 << 30 },
    entry("c", "x4") { $0.frame.x[4] = 0 },
    entry("c", "x17") { $0.frame.x[17] = 0 },
    entry("d", "pc") { $0.frame.pc += 4 },
    entry("e", "pstate") { $0.frame.pstate &= ~0x80 },
    entry("f", "elr") { $0.elr = 0x14 },
    entry("f", "spsr") { $0.spsr = $0.frame.x[3] },
    JournalCase(
      id: "SDEI-V045c",
      dialect: .kvmV7,
      severity: .note,
      actions: enter,
      path: "steps[2].registers.x4",
      found: "x4 is 0x0 and not 0x204; neither is x5, x6",
      also: [],
      isDialects: true
    ),
    JournalCase(
      id: "SDEI-V045d",
      actions: [
        .call(Call(.eventUnregister, 0), vcpu: 2),
        .call(Call(.eventRegister, 0, 0x80, 0, 2), vcpu: 2),
        .call(Call(.eventEnable, 0), vcpu: 2), .call(Call(.peUnmask), vcpu: 2),
        .fire(EventNumber(0), vcpu: 2), .deliver(vcpu: 2, force: true, registers: guest),
      ],
      path: "steps[6].registers.pc",
      found: "pc is 0x80 and not 0xffff800000010880",
      breaks: { $0.registers(6) { $0.frame.pc = 0x80 } }
    ),
  ]

  private static let powerOn = Action.power(.on, vcpu: 3)

  private static let masks = [
    JournalCase(
      id: "SDEI-V046b",
      actions: [powerOn, .call(Call(.peMask), vcpu: 3)],
      path: "steps[2].result",
      found: "PE_MASK answered 1",
      breaks: { $0.record(2) { $0.answer = .value(1) } },
      otherActions: [
        powerOn, .call(Call(.peUnmask), vcpu: 3), .call(Call(.peMask), vcpu: 3),
      ]
    ),
    JournalCase(
      id: "SDEI-V046b",
      actions: [powerOn, .deliver(vcpu: 3, force: true, registers: guest)],
      path: "steps[2].entered",
      breaks: {
        $0.record(2) { ($0.answer, $0.entered) = (.value(1), EventNumber(0x4040_0001)) }
      },
      otherActions: [
        powerOn, .call(Call(.peUnmask), vcpu: 3), .fire(Legal.privateNormal, vcpu: 3),
        .deliver(vcpu: 3, force: true, registers: guest),
      ]
    ),
    JournalCase(
      id: "SDEI-V046b",
      actions: [
        .power(.suspend, vcpu: 0), .power(.wake, vcpu: 0),
      ],
      path: "steps[3].checkpoint.vcpus[0].masked",
      breaks: {
        $0.checkpoint([.power(.suspend, vcpu: 0), .power(.wake, vcpu: 0)]) {
          $0.vcpus.masked.remove(0)
        }
      },
      // Standby keeps the mask.
      otherActions: [.power(.standby, vcpu: 0), .power(.wake, vcpu: 0)],
      nearMiss: { $0.checkpoint([.power(.standby, vcpu: 0), .power(.wake, vcpu: 0)]) { _ in } }
    ),
    JournalCase(
      id: "SDEI-V063a",
      actions: [.call(Call(.peMask), vcpu: 2)],
      path: "steps[1].result",
      found: "vCPU 2 was masked, and PE_MASK answered 1",
      breaks: { $0.record(1) { $0.answer = .value(1) } },
      otherActions: [.call(Call(.peUnmask), vcpu: 2), .call(Call(.peMask), vcpu: 2)]
    ),
    JournalCase(
      id: "SDEI-V063a",
      dialect: .kvmV4,
      actions: [.call(Call(.peUnmask), vcpu: 2)],
      path: "steps[1].result",
      breaks: { $0.record(1) { $0.answer = .value(-3) } }
    ),
    JournalCase(
      id: "SDEI-V063b",
      actions: [.call(Call(.peMask), vcpu: 0)],
      path: "steps[1].result",
      found: "vCPU 0 was unmasked, and PE_MASK answered 0",
      breaks: { $0.record(1) { $0.answer = .value(0) } }
    ),
  ]

  private static let completions = [
    JournalCase(
      id: "SDEI-V065a",
      actions: [.call(Call(.eventComplete), vcpu: 0)],
      path: "steps[1].registers.x0",
      found: "x0 is 0x0 and not 0x100",
      breaks: { $0.registers(1) { $0.frame.x[0] = 0 } },
      // ELR and SPSR are not COMPLETE's; an engine has none to compare.
      nearMiss: { $0.record(1) { $0.registers = nil } }
    ),
    JournalCase(
      id: "SDEI-V065a",
      actions: [.call(Call(.eventComplete), vcpu: 1)],
      path: "steps[1].registers.x17",
      breaks: { $0.registers(1) { $0.frame.x[17] = 0 } }
    ),
    JournalCase(
      id: "SDEI-V065b",
      actions: [.call(Call(.eventCompleteAndResume, 0xFFFF_8000_0001_1280), vcpu: 0)],
      path: "steps[1].registers.elr",
      breaks: { $0.registers(1) { $0.elr = 0 } }
    ),
    JournalCase(
      id: "SDEI-V065b",
      actions: [.call(Call(.eventCompleteAndResume, 0xFFFF_8000_0001_1280), vcpu: 0)],
      path: "steps[1].registers.pstate",
      breaks: { $0.registers(1) { $0.frame.pstate = 0x345 } }
    ),
    JournalCase(
      id: "SDEI-V065b",
      dialect: .kvmV5,
      severity: .warning,
      actions: [.call(Call(.eventCompleteAndResume, 0xFFFF_8000_0001_1280), vcpu: 0)],
      path: "steps[1].registers.pc",
      also: [],
      isDialects: true
    ),
  ]

  private static let status = Action.call(Call(.eventStatus, 0x4000_0001), vcpu: 0)
  private static let release = Action.call(Call(.interruptRelease, 0x4000_0001), vcpu: 0)

  private static let bindings = [
    JournalCase(
      id: "SDEI-V066a",
      actions: [status],
      path: "steps[1].result",
      found: "interrupt 40 was bound to 0x40000001",
      breaks: { $0.record(1) { $0.answer = .value(-2) } },
      otherActions: [release, status]
    ),
    JournalCase(
      id: "SDEI-V066a",
      actions: [.call(Call(.interruptBind, 41), vcpu: 0)],
      path: "steps[1].result",
      breaks: { $0.record(1) { $0.answer = .value(0x4000_0001) } }
    ),
    JournalCase(
      id: "SDEI-V066a",
      actions: [status],
      path: "steps[2].checkpoint.events[0x40000001].interrupt",
      breaks: {
        $0.checkpoint([]) { state in
          state.events.update(Legal.boundShared) { $0.definition?.interrupt = nil }
        }
      },
      otherActions: [release],
      nearMiss: { $0.checkpoint([release]) { _ in } }
    ),
    // What an operation does to a state that stands behind it is judged as a pair.
    JournalCase(
      id: "SDEI-V062a",
      actions: [.call(Call(.version), vcpu: 0)],
      path: "steps[2].checkpoint.events[0x40400003].entry",
      breaks: {
        $0.checkpoint([]) { $0.events.update(Legal.sharedAny) { $0.entry = Column([4]) } }
      },
      nearMiss: { $0.checkpoint([]) { _ in } }
    ),
    // A state that is restored may be an older one: what no operation does is a warning.
    JournalCase(
      id: "SDEI-V062a",
      severity: .warning,
      actions: [restored { $0.events.update(Legal.sharedAny) { $0.entry = Column([4]) } }],
      path: "steps[1].restore.events[0x40400003].entry",
      also: [],
      otherActions: [restored { _ in }]
    ),
  ]

  private static func restored(_ change: (inout Snapshot) -> Void) -> Action {
    var state = LegalState.snapshot
    change(&state)
    return .restore(state)
  }
}
