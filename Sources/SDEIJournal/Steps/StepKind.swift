internal import SDEIEngine
internal import SDEIModel

/// The kinds of steps.
///
/// The number is the type of the binary record, the name is the first key of the
/// JSON line behind `n` (schemas/journal.md, section 2).
enum StepKind: UInt16, CaseIterable {
  case checkpoint = 3
  case checkpointDigest = 4
  case call = 16
  case deliver = 17
  case fire = 18
  case clear = 19
  case arrive = 20
  case dispatch = 21
  case inject = 22
  case cancel = 23
  case power = 24
  case interrupt = 25
  case define = 26
  case migrate = 27
  case restore = 28

  private static let keys = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, String(describing: $0)) }
  )
  private static let byKey = Dictionary(
    uniqueKeysWithValues: allCases.map { (String(describing: $0), $0) }
  )

  /// The key that tells the kind in JSON.
  var key: String { Self.keys[self] ?? "" }

  /// The kind of a key, nil where it tells none.
  init?(key: String) {
    guard let kind = Self.byKey[key] else { return nil }
    self = kind
  }

  /// The kind of a step.
  init(_ step: JournalStep) {
    switch step {
    case .action(let action, _): self.init(action)
    case .checkpoint(.snapshot): self = .checkpoint
    case .checkpoint(.digest): self = .checkpointDigest
    }
  }

  /// The kind of an action.
  init(_ action: Action) {
    self =
      switch action {
      case .call: .call
      case .deliver: .deliver
      case .fire: .fire
      case .clear: .clear
      case .arrive: .arrive
      case .dispatch: .dispatch
      case .inject: .inject
      case .cancel: .cancel
      case .power: .power
      case .interrupt: .interrupt
      case .define: .define
      case .migrate: .migrate
      case .restore: .restore
      }
  }

  /// A step of the kind in which everything is 0, to be filled by a reader.
  var blank: JournalStep {
    switch self {
    case .checkpoint: .checkpoint(.snapshot(Snapshot()))
    case .checkpointDigest: .checkpoint(.digest(SnapshotDigest(rawValue: 0)))
    default: .action(blankAction, Recorded())
    }
  }

  private var blankAction: Action {
    let event = EventNumber(0)
    return switch self {
    case .call: .call(Call(function: 0), vcpu: 0)
    case .deliver: .deliver(vcpu: 0, force: false, registers: LiveRegisters())
    case .fire: .fire(event, vcpu: 0)
    case .clear: .clear(event, vcpu: 0)
    case .arrive: .arrive(event, vcpu: 0, registers: LiveRegisters())
    case .dispatch: .dispatch(event, vcpu: 0, registers: LiveRegisters())
    case .inject: .inject(event, vcpu: 0, immediately: false)
    case .cancel: .cancel(event, vcpu: 0)
    case .power: .power(.off, vcpu: 0)
    case .interrupt: .interrupt(0, vcpu: 0, owner: .client, isActive: false)
    case .define:
      .define(event, EventDefinition(type: .private, priority: .normal, isSignalable: false))
    case .migrate, .checkpoint, .checkpointDigest: .migrate
    case .restore: .restore(Snapshot())
    }
  }
}
