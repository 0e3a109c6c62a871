import SDEIModel

/// A small snapshot unfolded, so that rules can be asked of it slot by slot.
package struct StateFacts {
  /// One slot of one event.
  package struct Slot: Equatable {
    package var isRegistered = false
    package var isEnabled = false
    package var isRunning = false
    package var isUnregisterPending = false
    package var isRelative = false
    package var pending: UInt64 = 0
    package var entry: UInt64 = 0
    package var argument: UInt64 = 0

    /// The state of the specification, nil for a combination that it does not have.
    package var state: HandlerState? {
      switch (isRegistered, isEnabled, isRunning) {
      case (false, false, false): .unregistered
      case (true, false, false): .registered
      case (true, true, false): .enabled
      case (false, false, true): .unregisterPending
      case (true, false, true): .registeredRunning
      case (true, true, true): .enabledRunning
      case (false, true, _): nil
      }
    }
  }

  /// One event with its slots.
  package struct Event {
    package let number: EventNumber
    package let definition: EventDefinition?
    package let routing: Routing
    package var slots: [Slot]
    /// Whether a bit or value is set for a slot that the event does not have.
    package var hasForeignSlots = false

    package var isShared: Bool { definition?.type == .shared }
    package var isCritical: Bool { definition?.priority == .critical }
    package var isBound: Bool { definition?.origin == .slot && definition?.interrupt != nil }

    /// The position of the slot that calls on a vCPU act on.
    package func slot(of vcpu: Int) -> Int { isShared ? 0 : vcpu }
  }

  /// One vCPU.
  package struct VCPU {
    package let isMasked: Bool
    package let isRequested: Bool
    package let power: PowerState
    package let affinity: UInt64?
    /// What is saved at each level.
    package var normal: Context?
    package var critical: Context?

    /// The context of the innermost running handler.
    package var innermost: Context? {
      critical?.event != nil ? critical : normal?.event != nil ? normal : nil
    }

    /// Whether an event of a priority finds no handler in its way (sdei-spec 4.1, condition 5).
    package func isFree(forCritical: Bool) -> Bool {
      critical?.event == nil && (forCritical || normal?.event == nil)
    }
  }

  package let snapshot: Snapshot
  package private(set) var events: [Event] = []
  package private(set) var vcpus: [VCPU] = []
  /// The running handlers as contexts tell them.
  private(set) var running: [(context: Context, number: EventNumber)] = []

  package init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    let source = snapshot.vcpus
    vcpus = (0..<source.count).map { vcpu in
      VCPU(
        isMasked: source.masked.contains(vcpu),
        isRequested: source.deliveryRequest.contains(vcpu),
        power: source.powerState(of: vcpu),
        affinity: source.affinity(of: vcpu)?.rawValue
      )
    }
    for context in snapshot.contexts where context.vcpu < source.count {
      if let number = context.event { running.append((context, number)) }
      if context.level == .normal {
        vcpus[Int(context.vcpu)].normal = context
      } else {
        vcpus[Int(context.vcpu)].critical = context
      }
    }
    events = snapshot.events.map { Self.event($0, vcpus: Int(source.count)) }
  }

  private static func event(_ source: SDEIModel.Event, vcpus: Int) -> Event {
    let count = source.isShared ? 1 : vcpus
    var event = Event(
      number: source.number,
      definition: source.definition,
      routing: source.routing,
      slots: Array(repeating: Slot(), count: count)
    )
    func each(_ bitmap: Bitmap, _ body: (inout Slot) -> Void) {
      bitmap.forEachRange { range in
        for index in range.first...range.last {
          if index >= count { return event.hasForeignSlots = true }
          body(&event.slots[Int(index)])
        }
      }
    }
    each(source.registered) { $0.isRegistered = true }
    each(source.enabled) { $0.isEnabled = true }
    each(source.running) { $0.isRunning = true }
    each(source.unregisterPending) { $0.isUnregisterPending = true }
    each(source.relative) { $0.isRelative = true }
    func each(_ column: Column, _ path: WritableKeyPath<Slot, UInt64>) {
      for run in column.runs {
        for index in run.range.first...run.range.last {
          if index >= count { return event.hasForeignSlots = true }
          event.slots[Int(index)][keyPath: path] = column.value(of: run, at: index)
        }
      }
    }
    each(source.pending, \.pending)
    each(source.entry, \.entry)
    each(source.argument, \.argument)
    return event
  }

  /// The event with a number, nil for none; binary search.
  package func event(_ number: EventNumber) -> Event? {
    snapshot.events.rank(of: number).map { events[$0] }
  }

  /// The vCPUs that could enter a waiting event now (sdei-spec 4.1).
  package func takers(of event: Event) -> [Int] {
    vcpus.indices.filter { index in
      let vcpu = vcpus[index]
      let slot = event.slots[event.slot(of: index)]
      guard slot.pending > 0, slot.state == .enabled, !vcpu.isMasked else { return false }
      if vcpu.power == .off || vcpu.power == .suspended { return false }
      if event.isShared && event.routing.mode == .pe
        && vcpu.affinity != event.routing.affinity.rawValue
      {
        return false
      }
      return vcpu.isFree(forCritical: event.isCritical)
    }
  }
}
