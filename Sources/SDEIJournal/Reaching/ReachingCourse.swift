internal import SDEIEngine
internal import SDEIModel

/// The steps that bring the engine from reset to a state, made one after the other and done at once,
/// so that what the engine refuses is known with its answer.
struct ReachingCourse {
  let target: Snapshot
  /// The state after reset.
  let start: Snapshot
  let takers: Takers
  private(set) var steps: [JournalStep] = []
  private var engine: Dispatcher
  private let maxSteps: UInt64

  /// Prepares a course.
  ///
  /// - Throws: `Unreachable` for another dialect, for an instance that no reset leaves, and for a
  ///   state that the engine can not hold.
  init(to target: Snapshot, maxMemory: UInt64) throws(Unreachable) {
    guard target.instance.dialect == .specification else {
      throw Unreachable(
        path: "instance.dialect",
        reason: "the state is in \(target.instance.dialect.name)'s terms; take its canonical form"
      )
    }
    self.target = target
    start = target.afterReset()
    takers = Takers(target)
    maxSteps = maxMemory / UInt64(MemoryLayout<JournalStep>.stride)
    do {
      // The engine's own limit bounds what is unfolded below.
      _ = try Dispatcher(target, maxMemory: maxMemory)
      engine = try Dispatcher(start, maxMemory: maxMemory)
    } catch {
      throw Unreachable(path: "vcpus.count", reason: "\(error)")
    }
    try checkVCPUs()
    try checkEventZero()
  }

  /// What tells of vCPUs that do not exist no engine takes.
  private func checkVCPUs() throws(Unreachable) {
    let vcpus = target.vcpus
    let columns = [
      ("masked", vcpus.masked), ("deliveryRequest", vcpus.deliveryRequest),
      ("power", vcpus.power.support), ("affinity", vcpus.affinityKnown),
    ]
    for (name, column) in columns {
      guard let last = column.max, last >= vcpus.count else { continue }
      throw Unreachable(
        path: "vcpus.\(name)",
        reason: "it tells of vCPU \(last), and there are \(vcpus.count)"
      )
    }
  }

  /// Event 0 is the dispatcher's own and not the platform's: it is what it is after every reset.
  private func checkEventZero() throws(Unreachable) {
    let definition = start.events[.softwareSignalled]?.definition
    guard let definition else {
      if start.events[.softwareSignalled] != nil {
        return try checkDefinition(of: .softwareSignalled)
      }
      throw Unreachable(
        path: ModelPath.event(.softwareSignalled),
        reason: "the state has no event 0, and the engine of the specification always has one: add "
          + "it to the state, private, signalable and edge-triggered (sdeictl patch)"
      )
    }
    let expected = EventDefinition(
      type: .private,
      priority: definition.priority,
      isSignalable: true,
      notifier: definition.notifier
    )
    if definition == expected { return }
    throw Unreachable(
      path: ModelPath.event(.softwareSignalled, "definition"),
      reason: "every instance has event 0, private and signalled by software alone, so without an "
        + "interrupt and edge-triggered (DEN0054C 4.4, 5.1.16.1)"
    )
  }

  /// No call takes an event of which nobody says what it is.
  func checkDefinition(of number: EventNumber) throws(Unreachable) {
    if target.events[number]?.definition != nil { return }
    throw Unreachable(
      path: ModelPath.event(number, "definition"),
      reason: "nobody says what the event is, so no call takes it"
    )
  }

  /// Makes all steps.
  ///
  /// Handlers are entered while everything is still awake and nothing waits; occurrences come last,
  /// when nothing can request their delivery but what does in the state itself.
  mutating func run() throws(Unreachable) {
    try bindInterrupts()
    try wake()
    try register()
    try enterHandlers()
    try leaveHandlers()
    try fallAsleep()
    try fire()
    try compare()
  }

  /// Does an action and keeps it as a step.
  ///
  /// - Throws: `Unreachable` at `path` where the engine answers anything but `expected`.
  mutating func perform(
    _ action: Action,
    gives expected: Int64 = 0,
    for path: @autoclosure () -> String
  ) throws(Unreachable) {
    guard UInt64(steps.count) < maxSteps else {
      throw Unreachable(
        path: path(),
        reason: "the journal would have more than \(maxSteps) steps; raise the memory limit"
      )
    }
    let performed: Performed
    do { performed = try engine.perform(action) } catch {
      throw Unreachable(path: path(), reason: "\(error)")
    }
    guard performed.outcome.value == expected else {
      throw Unreachable(path: path(), reason: "\(action.text) gives \(action.text(of: performed))")
    }
    steps.append(.action(action, Recorded(of: performed)))
  }

  mutating func call(
    _ call: Call,
    on vcpu: UInt32,
    gives expected: Int64 = 0,
    for path: @autoclosure () -> String
  ) throws(Unreachable) {
    try perform(.call(call, vcpu: vcpu), gives: expected, for: path())
  }

  /// What no step refused and none could bring about.
  private func compare() throws(Unreachable) {
    let end = engine.snapshot()
    guard end != target, let first = target.differences(from: end).first else { return }
    throw Unreachable(path: first.path, reason: Self.reason(first))
  }

  private static func reason(_ difference: Difference) -> String {
    let field = difference.path.split(separator: ".").last.map(String.init) ?? ""
    return reasons[field]
      ?? (difference.isMissing
        ? "the engine never has it" : "the calls that lead there leave another value")
  }

  /// Why a field ends as it does whatever is called, by its name.
  private static let reasons = [
    "deliveryRequest": "a vCPU that can take what waits is asked to look for it",
    "unregisterPending": "a handler that runs without being registered tells it (0,0,1)",
    "running": "a handler runs where a context says so",
    "pending": "several occurrences of an event collapse into one",
    "entry": "an unregistration forgets the entry point at once",
    "argument": "an unregistration forgets the argument at once",
    "relative": "an unregistration forgets how the entry point was given at once",
    "routing": "a routing belongs to a registered shared event, an affinity to RM_PE",
  ]
}
