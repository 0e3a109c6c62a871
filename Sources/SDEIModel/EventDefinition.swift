/// What the platform says an event is (DEN0054C 4.3.2.1, 5.1.10): fixed for the life of its number.
public struct EventDefinition: Hashable, Sendable {
  /// Private or shared.
  public var type: EventType
  /// Normal or critical.
  public var priority: EventPriority
  /// Whether software may signal it with `SDEI_EVENT_SIGNAL` (true where KVM's `signaled` is not 0).
  public var isSignalable: Bool
  /// Edge or level, of the source that produces it.
  public var trigger: Trigger
  /// Who produces it, or that the number is a bind slot's.
  public var origin: EventOrigin
  /// The interrupt that produces it: bound with `SDEI_INTERRUPT_BIND` where the origin is a slot,
  /// else the platform's own; nil for none.
  public var interrupt: UInt32?
  /// The symbolic identity of who wants to hear of its delivery and completion, nil for nobody.
  public var notifier: String?

  /// Makes a definition.
  public init(
    type: EventType,
    priority: EventPriority,
    isSignalable: Bool,
    trigger: Trigger = .edge,
    origin: EventOrigin = .platform,
    interrupt: UInt32? = nil,
    notifier: String? = nil
  ) {
    self.type = type
    self.priority = priority
    self.isSignalable = isSignalable
    self.trigger = trigger
    self.origin = origin
    self.interrupt = interrupt
    self.notifier = notifier
  }
}

extension EventDefinition {
  /// The interrupt that `SDEI_INTERRUPT_BIND` put into the slot, nil for none.
  package var boundInterrupt: UInt32? { origin == .slot ? interrupt : nil }

  /// Whether the number is a bind slot's, and nothing is bound to it.
  package var isFreeSlot: Bool { origin == .slot && interrupt == nil }
}

extension Event {
  /// Whether an interrupt is bound to the event.
  package var isBound: Bool { definition?.boundInterrupt != nil }
}

extension EventDefinition {
  /// Compares the notifier by its bytes, so that equal definitions have equal encodings.
  public static func == (lhs: EventDefinition, rhs: EventDefinition) -> Bool {
    lhs.type == rhs.type && lhs.priority == rhs.priority && lhs.isSignalable == rhs.isSignalable
      && lhs.trigger == rhs.trigger && lhs.origin == rhs.origin && lhs.interrupt == rhs.interrupt
      && lhs.notifier.map { Array($0.utf8) } == rhs.notifier.map { Array($0.utf8) }
  }

  /// Feeds what is compared but the notifier, which rarely tells two definitions apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(priority)
    hasher.combine(isSignalable)
    hasher.combine(trigger)
    hasher.combine(origin)
    hasher.combine(interrupt)
  }
}

/// How an event's source behaves (DEN0054C 5.1.6.3, 5.1.16.1).
public enum Trigger: String, CaseIterable, Hashable, Sendable {
  /// One occurrence each time; several may collapse while one is pending.
  case edge
  /// Asserted until the client clears the source.
  case level
}

/// Where a shared event is handled (DEN0054C 5.1.2.2).
public struct Routing: Hashable, Sendable {
  /// Any PE, or the one named by the affinity.
  public var mode: RoutingMode
  /// The PE, where the mode is `.pe`.
  public var affinity: Affinity

  /// Makes a routing.
  public init(mode: RoutingMode = .any, affinity: Affinity = Affinity(rawValue: 0)) {
    self.mode = mode
    self.affinity = affinity
  }
}
