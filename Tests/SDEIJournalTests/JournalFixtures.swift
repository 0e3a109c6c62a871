import SDEIEngine
import SDEIJournal
import SDEIModel
import SDEITestSupport

/// Journals whose bytes `fixtures/journal/` keeps.
enum JournalFixtures {
  static let all: [(name: String, journal: Journal)] = [
    ("worked-example", workedExample), ("every-step", everyStep),
  ]

  private static let interrupted = LiveRegisters(
    frame: RegisterFrame(pc: 0xaaaa_0000_1234, pstate: 0x3c5)
  )

  /// From the worked example of sdei-snapshot.md on: the handler that runs on vCPU 1 asks for its
  /// status and completes.
  static let workedExample: Journal = {
    let start = NativeFixtures.workedExample()
    var resumed = interrupted
    resumed.frame.x[0] = 0x1234
    return Journal(
      header: JournalHeader(
        start: .digest(digest(start), start.instance, vcpus: 2),
        producer: "doc"
      ),
      steps: [
        .action(.call(Call(.eventStatus), vcpu: 1), Recorded(answer: .value(7))),
        .action(
          .call(Call(.eventComplete), vcpu: 1),
          Recorded(answer: .resumes, registers: resumed)
        ),
        .checkpoint(.digest(digest(completed))),
      ]
    )
  }()

  /// The state of the worked example with its handler completed.
  static let completed: Snapshot = {
    var snapshot = NativeFixtures.workedExample()
    snapshot.events.update(.softwareSignalled) { $0.running = Bitmap() }
    snapshot.contexts = ContextTable()
    return snapshot
  }()

  /// Each kind of step, each kind of answer, and each field there and left out.
  static let everyStep: Journal = {
    let event = EventNumber(0x4040_0001)
    var handler = LiveRegisters(frame: RegisterFrame(pc: 0xffff_8000_0801_0e40, pstate: 0x3c9))
    (handler.frame.x[1], handler.frame.x[2]) = (0x40, 0xaaaa_0000_1234)
    let full = LiveRegisters(
      frame: RegisterFrame(
        x: .init { UInt64($0) + 1 },
        pc: 0xffff_8000_0800_0000,
        pstate: 0x6040_0005
      ),
      elr: 0xffff_8000_0800_1000,
      spsr: 0x6000_0005,
      vbar: 0xffff_8000_0801_0000
    )
    var fromUser = Call(.peMask)
    fromUser.level = 0
    let entered = Recorded(answer: .value(1), entered: event, registers: handler)
    let definition = EventDefinition(
      type: .private,
      priority: .critical,
      isSignalable: false,
      trigger: .level,
      origin: .slot,
      interrupt: 23,
      notifier: "async-pf"
    )
    let actions: [(Action, Recorded)] = [
      (.call(Call(.version), vcpu: 0), Recorded(answer: .value(0x1_0001_0000_0000))),
      (
        .call(Call(.eventRegister, 0, 0xffff_8000_0801_0e40, 1), vcpu: 0),
        Recorded(answer: .value(ReturnCode.success.rawValue))
      ),
      (.call(Call(.eventEnable, 7), vcpu: 1), Recorded(answer: .value(-2))),
      (.call(Call(.eventContext, 3), vcpu: 1), Recorded(answer: .value(-3))),
      (.call(Call(function: 0xC400_0050, 0, 0, 0, 0, 5), vcpu: 1), Recorded(answer: .value(-1))),
      (.call(fromUser, vcpu: 1), Recorded(answer: .some(.none))),
      (
        .call(Call(.eventCompleteAndResume, 0xffff_8000_0800_2000), vcpu: 0),
        Recorded(answer: .resumes, registers: full)
      ),
      (.call(Call(.eventStatus, 1), vcpu: 0), Recorded(answer: .undefined(.nullDereference))),
      (.deliver(vcpu: 0, force: false, registers: interrupted), entered),
      (.deliver(vcpu: 0, force: true, registers: LiveRegisters()), Recorded(answer: .value(0))),
      (.fire(event, vcpu: 3), Recorded(answer: .value(1))),
      (.clear(event, vcpu: 3), Recorded()),
      (.arrive(event, vcpu: 3, registers: full), entered),
      (.dispatch(event, vcpu: 2, registers: interrupted), Recorded(answer: .value(-2))),
      (.inject(event, vcpu: 0, immediately: true), Recorded(answer: .value(-16))),
      (.inject(EventNumber(.max), vcpu: .max, immediately: false), Recorded(answer: .value(0))),
      (.cancel(event, vcpu: 0), Recorded(answer: .value(-2))),
      (.power(.suspend, vcpu: 1), Recorded(answer: .value(0))),
      (.interrupt(23, vcpu: 0, owner: .client, isActive: false), Recorded()),
      (.interrupt(64, vcpu: 0, owner: .dispatcher, isActive: true), Recorded(answer: .value(0))),
      (.define(event, definition), Recorded()),
      (
        .define(
          EventNumber(5),
          EventDefinition(type: .shared, priority: .normal, isSignalable: true)
        ),
        Recorded()
      ),
      (.migrate, Recorded(answer: .value(-1))),
      (.restore(NativeFixtures.workedExample()), Recorded(answer: .value(0))),
    ]
    return Journal(
      header: JournalHeader(start: .snapshot(Snapshot()), producer: "every \"step\" ü"),
      steps: actions.map { .action($0, $1) } + [
        .checkpoint(.digest(SnapshotDigest(rawValue: 0x0123_4567_89AB_CDEF))),
        .checkpoint(.snapshot(completed)),
      ]
    )
  }()

  static func digest(_ snapshot: Snapshot) -> SnapshotDigest {
    (try? SnapshotDigest(of: snapshot)) ?? SnapshotDigest(rawValue: 0)
  }
}
