internal import SDEIModel

/// A state on its way, and what of it a guest depends on.
struct TravellingState {
  let snapshot: Snapshot
  /// The events with a handler on a vCPU that exists, or that run.
  let used: Set<EventNumber>
  /// The vCPUs on which each event's handler runs, as the contexts tell.
  let runningContexts: [EventNumber: [UInt32]]
  /// The vCPUs on which a handler runs, by level.
  private let busy: [Level: Bitmap]

  /// O(runs + contexts).
  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    var contexts: [EventNumber: [UInt32]] = [:]
    var busy: [Level: [IndexRange]] = [:]
    for context in snapshot.contexts where context.vcpu < snapshot.vcpus.count {
      guard let number = snapshot.runningEvent(of: context) else { continue }
      contexts[number, default: []].append(context.vcpu)
      busy[context.level, default: []].append(IndexRange(context.vcpu, context.vcpu))
    }
    if !snapshot.instance.dialect.numbersContexts {
      busy = [.normal: snapshot.events.flatMap { $0.running.below(snapshot.vcpus.count).ranges }]
    }
    self.busy = busy.mapValues { Bitmap($0) }
    runningContexts = contexts
    var used = Set(contexts.keys)
    for event in snapshot.events {
      let slots = Self.slots(event, snapshot.vcpus.count)
      let marks = [event.registered, event.enabled, event.running, event.unregisterPending]
      if marks.contains(where: { !$0.intersection(slots).isEmpty }) { used.insert(event.number) }
    }
    self.used = used
  }

  /// Whether a handler runs at a level of a vCPU.
  func runs(_ vcpu: UInt32, _ level: Level) -> Bool { busy[level]?.contains(vcpu) == true }

  /// The slots of an event that mean something: one for each vCPU, or the one of a shared event.
  static func slots(_ event: Event, _ vcpus: UInt32) -> Bitmap {
    Bitmap(below: event.isShared ? min(vcpus, 1) : vcpus)
  }

  func slots(_ event: Event) -> Bitmap { Self.slots(event, snapshot.vcpus.count) }

  /// The events that a destination must have a place for.
  var events: some Sequence<Event> {
    snapshot.events.lazy.filter { $0.definition != nil || used.contains($0.number) }
  }

  /// How many of its events satisfy a condition, and how many of those a guest uses.
  func count(_ condition: (Event) -> Bool) -> (all: Int, used: Int) {
    events.reduce((0, 0)) { count, event in
      guard condition(event) else { return count }
      return (count.0 + 1, count.1 + (used.contains(event.number) ? 1 : 0))
    }
  }

  /// How many interrupts are bound to events of a type.
  func bound(_ type: EventType) -> Int {
    count { event in
      guard let definition = event.definition else { return false }
      return definition.origin == .slot && definition.interrupt != nil && definition.type == type
    }.all
  }

  /// Whether a handler that is there was registered relative to the vector base.
  var usesRelativeMode: Bool {
    snapshot.events.contains { !$0.relative.intersection(slots($0)).isEmpty }
  }
}
