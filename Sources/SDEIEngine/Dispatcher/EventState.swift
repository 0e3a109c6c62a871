internal import SDEIModel

/// One event as the engine works on it: its slots unfolded, and what is asked often counted.
struct EventState: Hashable, Sendable {
  let number: EventNumber
  var definition: EventDefinition? { didSet { isShared = definition?.type == .shared } }
  private(set) var isShared: Bool
  var routing = Routing()
  private var slots: [Slot] = []
  /// How many slots are registered.
  private(set) var registeredCount = 0
  /// How many slots are marked running.
  private(set) var runningCount = 0
  /// In how many slots an occurrence waits.
  private(set) var waitingCount = 0
  /// On how many vCPUs more than the first a shared event runs, which only a defect allows.
  var furtherRunners = 0
  /// KVM v2 to v4's `refcount`; TF-A's `reg_count`.
  var count: UInt32 = 0
  var extras = FieldMap<UInt64>()

  init(_ number: EventNumber, _ definition: EventDefinition?) {
    self.number = number
    self.definition = definition
    isShared = definition?.type == .shared
  }

  var isCritical: Bool { definition?.priority == .critical }
  var level: Level { isCritical ? .critical : .normal }
  var isLevelTriggered: Bool { definition?.trigger == .level }
  /// How many slots were ever written.
  var slotCount: Int { slots.count }

  /// The slot of the handler that a vCPU's calls act on.
  func slot(of vcpu: UInt32) -> UInt32 { isShared ? 0 : vcpu }

  /// One slot; unwritten ones are empty.
  subscript(slot: UInt32) -> Slot {
    get { Int(slot) < slots.count ? slots[Int(slot)] : Slot() }
    set {
      let old = self[slot]
      if old == newValue { return }
      while slots.count <= Int(slot) { slots.append(Slot()) }
      slots[Int(slot)] = newValue
      registeredCount += Self.change(old, newValue) { $0.marks.contains(.registered) }
      runningCount += Self.change(old, newValue) { $0.marks.contains(.running) }
      waitingCount += Self.change(old, newValue) { $0.pending > 0 }
    }
  }

  private static func change(_ old: Slot, _ new: Slot, _ counts: (Slot) -> Bool) -> Int {
    (counts(new) ? 1 : 0) - (counts(old) ? 1 : 0)
  }

  /// Empties every slot, and what belongs to the registration as a whole.
  mutating func forget() {
    slots = []
    (registeredCount, runningCount, waitingCount, count) = (0, 0, 0, 0)
    routing = Routing()
  }

  /// The slots that were ever written, with their indexes.
  var indexed: EnumeratedSequence<[Slot]> { slots.enumerated() }
}
