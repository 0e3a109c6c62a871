import SDEIModel

/// States in which a recorded defect (`fixtures/traces/kvm-*/faults`) strikes when they are loaded,
/// made by hand.
package struct FaultState: Sendable, CustomStringConvertible {
  /// A name that can be a file's: `v5-17`.
  package let name: String
  /// The recording: file name and how many of its steps lead to the state; nil for a made one.
  package let recording: (fault: String, steps: Int)?
  /// The rules that refuse it or name its hazards, those that are only notes included.
  package let expected: [String]
  /// The state, in the dialect whose kernel it strikes.
  package let snapshot: Snapshot

  package var description: String { name }
  package var dialect: DialectID { snapshot.instance.dialect }

  init(
    _ name: String,
    _ recording: (fault: String, steps: Int)?,
    _ expected: [String],
    _ snapshot: Snapshot
  ) {
    (self.name, self.recording, self.expected) = (name, recording, expected)
    self.snapshot = snapshot
  }
}

/// All of them, and how they are made.
package enum FaultStates {
  package static let all: [FaultState] = v5Lists + v5Handlers + v4 + v7

  /// The state with a name.
  package static func named(_ name: String) -> Snapshot? { all.first { $0.name == name }?.snapshot }

  private static let first = EventNumber(0x40_0000)
  private static let second = EventNumber(0x40_0001)
  private static let shared = EventNumber(0x40_0010)
  private static let interrupted = RegisterFrame(pstate: 0x3C5)

  /// A VM of which the vCPUs in `unmasked` are unmasked.
  private static func vm(
    _ dialect: DialectID,
    vcpus: UInt32,
    unmasked: [UInt32] = [],
    _ change: (inout Snapshot) -> Void
  ) -> Snapshot {
    var snapshot = Snapshot(instance: Instance(dialect: dialect), vcpus: VCPUs(count: vcpus))
    snapshot.vcpus.masked = Bitmap(below: vcpus).subtracting(Bitmap(indexes: unmasked))
    if dialect == .kvmV4 {
      expose(&snapshot, EventNumber(0x4040_0000), .private, .critical)
      snapshot.instance.version = .v1_0
    }
    if dialect == .kvmV7 {
      for number in [EventNumber(0), EventNumber(1)] { expose(&snapshot, number) }
    }
    change(&snapshot)
    return snapshot
  }

  private static func expose(
    _ snapshot: inout Snapshot,
    _ number: EventNumber,
    _ type: EventType = .private,
    _ priority: EventPriority = .normal
  ) {
    let definition = EventDefinition(type: type, priority: priority, isSignalable: true)
    snapshot.events.insert(Event(number, definition: definition))
  }

  /// Registers and enables an event in some slots, as the recordings do.
  private static func register(
    _ snapshot: inout Snapshot,
    _ number: EventNumber,
    _ slots: [UInt32],
    argument: UInt64 = 0xAA,
    isEnabled: Bool = true
  ) {
    snapshot.events.update(number) { event in
      event.registered = Bitmap(indexes: slots)
      if isEnabled { event.enabled = event.registered }
      event.entry = Column(0x1000, at: event.registered)
      event.argument = Column(argument, at: event.registered)
    }
  }

  /// Lets a handler run; the queue counts it.
  private static func run(
    _ snapshot: inout Snapshot,
    _ number: EventNumber,
    _ level: Level,
    on vcpu: UInt32 = 0
  ) {
    snapshot.events.update(number) { $0.pending[vcpu] = 1 }
    snapshot.contexts.insert(
      Context(vcpu: vcpu, level: level, event: number, frame: interrupted)
    )
  }

  // MARK: KVM v5, what the lists hold

  private static let v5Lists: [FaultState] = [
    FaultState(
      "v5-01",
      ("01_route_mode_typo_and_set_refuses", 6),
      ["SDEI-T007"],
      vm(.kvmV5, vcpus: 2) {
        expose(&$0, shared, .shared)
        register(&$0, shared, [0], argument: 0, isEnabled: false)
        $0.events.update(shared) {
          $0.routing = Routing(mode: RoutingMode(rawValue: 2), affinity: Affinity(rawValue: 0x102))
        }
      }
    ),
    FaultState(
      "v5-03",
      ("03_unregister_pending_never_cleared", 13),
      ["SDEI-T114"],
      vm(.kvmV5, vcpus: 2, unmasked: [0]) {
        expose(&$0, first)
        register(&$0, first, [0, 1])
        $0.events.update(first) {
          $0.registered.remove(0)
          $0.enabled.remove(0)
          $0.unregisterPending.insert(0)
        }
        $0.contexts.insert(Context(vcpu: 0, level: .normal, frame: interrupted))
      }
    ),
    FaultState(
      "v5-05",
      ("05_delivered_although_masked", 7),
      ["SDEI-T112", "SDEI-T122"],
      vm(.kvmV5, vcpus: 1) { queueOne(&$0, isEnabled: true) }
    ),
    FaultState(
      "v5-06",
      ("06_delivered_although_disabled", 7),
      ["SDEI-T112", "SDEI-T123"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) { queueOne(&$0, isEnabled: false) }
    ),
    FaultState(
      "v5-18",
      ("18_set_event_count_zero_underflows", 6),
      ["SDEI-T102", "SDEI-T112"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        register(&$0, first, [0])
        var queue = VCPULists()
        queue.append(IndexRange(0, 0), [first])
        $0.extras.vcpuLists[.queueOrder] = queue
      }
    ),
    FaultState(
      "v5-20",
      ("20_set_accepts_any_registered_bitmap_and_masked_value", 6),
      ["SDEI-T106", "SDEI-T107", "SDEI-T110"],
      vm(.kvmV5, vcpus: 1) {
        expose(&$0, first)
        $0.events.update(first) { $0.enabled = Bitmap(below: 1) }
        $0.extras.lists[.registeredOrder] = [first]
        $0.extras.vcpuValues[.masked] = Column([2])
        $0.contexts.insert(Context(vcpu: 0, level: .critical, event: EventNumber(5)))
      }
    ),
    FaultState(
      "v5-20-foreign",
      nil,
      ["SDEI-T108"],
      vm(.kvmV5, vcpus: 1) {
        expose(&$0, first)
        register(&$0, first, [0, 7])
      }
    ),
    FaultState(
      "v5-21",
      ("21_re_set_of_exposed_events_over_64_fails", 2),
      ["SDEI-T111"],
      vm(.kvmV5, vcpus: 1) { snapshot in
        for index in 0..<65 as Range<UInt64> { expose(&snapshot, EventNumber(0x40_0000 + index)) }
      }
    ),
    FaultState(
      "v5-24",
      ("24_notifier_is_a_pointer_in_the_abi", 6),
      ["SDEI-T112", "SDEI-T117"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        register(&$0, first, [0])
        $0.events.update(first) {
          $0.extras[.notifier] = 0xDEAD_4141
          $0.pending = Column([1])
        }
      }
    ),
    FaultState(
      "v5-26",
      nil,
      ["SDEI-T113"],
      vm(.kvmV5, vcpus: 1) {
        expose(&$0, first)
        $0.extras.values[.surplusExposed] = 2
        $0.extras.vcpuValues[.surplusQueued] = Column([2])
      }
    ),
    FaultState(
      "v5-29",
      ("29_set_vcpu_event_for_unregistered_vcpu_accepted", 6),
      ["SDEI-T109", "SDEI-T112"],
      vm(.kvmV5, vcpus: 2, unmasked: [1]) {
        expose(&$0, first)
        register(&$0, first, [0])
        $0.events.update(first) { $0.pending = Column([0, 1]) }
      }
    ),
  ]

  private static func queueOne(_ snapshot: inout Snapshot, isEnabled: Bool) {
    expose(&snapshot, first)
    register(&snapshot, first, [0], isEnabled: isEnabled)
    snapshot.events.update(first) { $0.pending = Column([1]) }
  }

  // MARK: KVM v5, what runs

  private static let v5Handlers: [FaultState] = [
    FaultState(
      "v5-04",
      ("04_shared_running_on_two_vcpus_unregister_crash", 10),
      ["SDEI-T112", "SDEI-T115"],
      vm(.kvmV5, vcpus: 2, unmasked: [0, 1]) { sharedTwice(&$0) }
    ),
    FaultState(
      "v5-04-unregistered",
      ("04_shared_running_on_two_vcpus_unregister_crash", 11),
      ["SDEI-T112", "SDEI-T116"],
      vm(.kvmV5, vcpus: 2, unmasked: [0, 1]) {
        sharedTwice(&$0)
        $0.events.update(shared) { $0.unregisterPending = Bitmap(below: 1) }
      }
    ),
    FaultState(
      "v5-17",
      ("17_critical_preemption_lost_in_migration", 10),
      ["SDEI-T101", "SDEI-T112"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        expose(&$0, second, .private, .critical)
        register(&$0, first, [0])
        register(&$0, second, [0])
        run(&$0, first, .normal)
        $0.events.update(second) { $0.pending = Column([1]) }
      }
    ),
    FaultState(
      "v5-17-harmless",
      nil,
      ["SDEI-T112"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        expose(&$0, second)
        register(&$0, first, [0])
        register(&$0, second, [0])
        run(&$0, first, .normal)
        $0.events.update(second) { $0.pending = Column([1]) }
      }
    ),
    FaultState(
      "v5-19",
      ("19_set_state_same_event_in_both_slots_dangles", 6),
      ["SDEI-T103", "SDEI-T104", "SDEI-T112"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) { snapshot in
        expose(&snapshot, first)
        register(&snapshot, first, [0])
        snapshot.events.update(first) { $0.pending = Column([1]) }
        for level in Level.allCases {
          snapshot.contexts.insert(Context(vcpu: 0, level: level, event: first))
        }
      }
    ),
    FaultState(
      "v5-19-critical",
      nil,
      ["SDEI-T105", "SDEI-T112"],
      vm(.kvmV5, vcpus: 1, unmasked: [0]) {
        expose(&$0, second, .private, .critical)
        register(&$0, second, [0])
        run(&$0, second, .normal)
      }
    ),
  ]

  private static func sharedTwice(_ snapshot: inout Snapshot) {
    expose(&snapshot, shared, .shared)
    register(&snapshot, shared, [0])
    for vcpu in [0, 1] as [UInt32] { run(&snapshot, shared, .normal, on: vcpu) }
  }

  // MARK: KVM v4

  private static let v4: [FaultState] = [
    FaultState(
      "v4-01",
      nil,
      ["SDEI-T026"],
      vm(.kvmV4, vcpus: 1) {
        expose(&$0, shared, .shared)
        register(&$0, shared, [0])
        $0.events.update(shared) { $0.routing.mode = RoutingMode(rawValue: 2) }
      }
    ),
    FaultState(
      "v4-03",
      ("03_normal_handler_lost_in_migration", 8),
      ["SDEI-T118"],
      vm(.kvmV4, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        register(&$0, first, [0])
        run(&$0, first, .normal)
      }
    ),
    FaultState(
      "v4-04",
      ("04_critical_handler_duplicated_in_migration", 6),
      ["SDEI-T119"],
      vm(.kvmV4, vcpus: 1, unmasked: [0]) {
        register(&$0, EventNumber(0x4040_0000), [0])
        run(&$0, EventNumber(0x4040_0000), .critical)
      }
    ),
    FaultState(
      "v4-masked",
      nil,
      ["SDEI-T122"],
      vm(.kvmV4, vcpus: 1) { queueOne(&$0, isEnabled: true) }
    ),
    FaultState(
      "v4-disabled",
      nil,
      ["SDEI-T123"],
      vm(.kvmV4, vcpus: 1, unmasked: [0]) { queueOne(&$0, isEnabled: false) }
    ),
    FaultState(
      "v4-refcount",
      nil,
      ["SDEI-T120"],
      vm(.kvmV4, vcpus: 1, unmasked: [0]) {
        expose(&$0, first)
        register(&$0, first, [0])
        $0.events.update(first) { $0.extras[.refcount] = 1 + 3 }
      }
    ),
    FaultState(
      "v4-built-in",
      nil,
      ["SDEI-T121"],
      vm(.kvmV4, vcpus: 1) { expose(&$0, EventNumber(0x4040_0000), .private, .normal) }
    ),
  ]

  // MARK: KVM v7

  private static let v7: [FaultState] = [
    FaultState(
      "v7-02",
      ("02_pending_not_enabled_then_unmask_hangs_host", 4),
      ["SDEI-T131"],
      stuck([0])
    ),
    FaultState(
      "v7-02-masked",
      ("02_pending_not_enabled_then_unmask_hangs_host", 3),
      ["SDEI-T132"],
      stuck([])
    ),
    FaultState(
      "v7-02-running",
      nil,
      ["SDEI-T133"],
      vm(.kvmV7, vcpus: 1, unmasked: [0]) {
        registerV7(&$0, 1, isEnabled: true, isPending: false)
        $0.events.update(EventNumber(1)) { $0.running = Bitmap(below: 1) }
        registerV7(&$0, 0, isEnabled: false, isPending: true)
      }
    ),
    FaultState(
      "v7-03",
      ("03_event_injected_while_running_is_stuck", 11),
      ["SDEI-T134"],
      vm(.kvmV7, vcpus: 1, unmasked: [0]) {
        registerV7(&$0, 1, isEnabled: true, isPending: true)
        $0.contexts.insert(Context(vcpu: 0, level: .normal, frame: interrupted))
      }
    ),
    FaultState(
      "v7-04",
      ("04_pending_survives_unregister", 6),
      ["SDEI-T131"],
      vm(.kvmV7, vcpus: 1, unmasked: [0]) {
        registerV7(&$0, 1, isEnabled: false, isPending: true)
        $0.events.update(EventNumber(1)) { $0.registered = Bitmap() }
      }
    ),
    FaultState(
      "v7-05",
      ("05_pending_of_lower_event_disabled_blocks_higher", 7),
      ["SDEI-T131"],
      vm(.kvmV7, vcpus: 1, unmasked: [0]) {
        registerV7(&$0, 0, isEnabled: false, isPending: true)
        registerV7(&$0, 1, isEnabled: true, isPending: true, entry: 0x2000)
      }
    ),
    FaultState(
      "v7-dropped",
      nil,
      ["SDEI-T135", "SDEI-T136", "SDEI-T137", "SDEI-T138"],
      vm(.kvmV7, vcpus: 1) {
        registerV7(&$0, 1, isEnabled: true, isPending: false)
        registerV7(&$0, 2, isEnabled: true, isPending: false)
        $0.events.update(EventNumber(1)) {
          $0.pending = Column([3])
          $0.relative = Bitmap(below: 1)
        }
        $0.contexts.insert(Context(vcpu: 0, level: .critical, frame: interrupted))
      }
    ),
  ]

  private static func stuck(_ unmasked: [UInt32]) -> Snapshot {
    vm(.kvmV7, vcpus: 1, unmasked: unmasked) {
      registerV7(&$0, 0, isEnabled: false, isPending: true)
    }
  }

  private static func registerV7(
    _ snapshot: inout Snapshot,
    _ number: UInt64,
    isEnabled: Bool,
    isPending: Bool,
    entry: UInt64 = 0x1000
  ) {
    register(&snapshot, EventNumber(number), [0], argument: 0, isEnabled: isEnabled)
    snapshot.events.update(EventNumber(number)) {
      $0.entry = Column([entry])
      if isPending { $0.pending = Column([1]) }
    }
  }
}
