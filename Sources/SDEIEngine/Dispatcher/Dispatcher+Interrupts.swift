internal import SDEIModel

/// Binding client interrupts to events (DEN0054C 5.1.14, 5.1.15, 6.3).
extension Dispatcher {
  /// Whether an INTID is a PPI's or an SPI's, extended ranges included.
  func isBindable(_ interrupt: UInt32) -> Bool {
    if (16...1019).contains(interrupt) { return true }
    return !rules.has(.noExtendedInterrupts)
      && ((1056...1119).contains(interrupt) || (4096...5119).contains(interrupt))
  }

  /// Whether an interrupt produces an event that is no bind slot.
  func isPlatforms(_ interrupt: UInt32) -> Bool {
    events.contains { $0.definition?.interrupt == interrupt && $0.definition?.origin != .slot }
  }

  /// Whether an event is a bind slot's to which nothing is bound: its number is unknown where slots
  /// do not keep theirs.
  func isUnboundSlot(_ event: Int) -> Bool {
    let definition = events[event].definition
    return definition?.origin == .slot && definition?.interrupt == nil
  }

  /// The event to which an interrupt is bound, nil for none.
  func boundEvent(_ interrupt: UInt32) -> EventNumber? {
    events.first {
      $0.definition?.interrupt == interrupt && $0.definition?.origin == .slot
    }?.number
  }

  /// The number of a free bind slot for an interrupt, nil where there is none.
  ///
  /// Numbers are made when they are needed, the lowest free ones of the vendor space, or belong to
  /// the slots for good.
  func freeSlot(for interrupt: UInt32) -> EventNumber? {
    let type: EventType = InterruptTable.isPrivate(interrupt) ? .private : .shared
    if rules.has(.slotsKeepNumbers) {
      let free = events.first {
        $0.definition?.type == type && $0.definition?.interrupt == nil
          && (rules.has(.slotsShareSearch) || $0.definition?.origin == .slot)
          && $0.number != .softwareSignalled
      }
      return free?.definition?.origin == .slot ? free?.number : nil
    }
    let used = events.indices.count { event in
      events[event].definition?.origin == .slot && events[event].definition?.type == type
        && !isUnboundSlot(event)
    }
    let slots = type == .private ? instance.features.privateSlots : instance.features.sharedSlots
    guard used < Int(slots) else { return nil }
    let first = events.firstIndex { $0.number.rawValue >= 0x4000_0000 } ?? events.count
    var number: UInt64 = 0x4000_0000
    for event in first..<events.count where !isUnboundSlot(event) {
      if events[event].number.rawValue == number { number += 1 }
    }
    let result = EventNumber(number)
    return result.space == .vendor ? result : nil
  }

  /// `SDEI_INTERRUPT_BIND`.
  mutating func bind(_ request: Request) -> Outcome {
    let interrupt = request.selector
    guard let number = freeSlot(for: interrupt) else {
      return Outcome(.value(ReturnCode.outOfResource.rawValue))
    }
    var definition = EventDefinition(
      type: InterruptTable.isPrivate(interrupt) ? .private : .shared,
      priority: .normal,
      isSignalable: false,
      origin: .slot,
      interrupt: interrupt
    )
    let event = position(of: number)
    if event >= 0 { definition.trigger = events[event].definition?.trigger ?? .edge }
    define(number, definition)
    let taken = Effect.interruptTaken(interrupt: interrupt, vcpu: nil)
    return Outcome(
      .value(Int64(bitPattern: number.rawValue)),
      rules.has(.registrationTakesInterrupt) ? [] : [taken]
    )
  }

  /// `SDEI_INTERRUPT_RELEASE`.
  mutating func release(_ request: Request) -> Outcome {
    guard let interrupt = events[request.event].definition?.interrupt else {
      return Outcome(.value(ReturnCode.invalidParameters.rawValue))
    }
    if rules.has(.slotsKeepNumbers) {
      events[request.event].definition?.interrupt = nil
    } else {
      events.remove(at: request.event)
      numbers.remove(at: request.event)
    }
    let returned = Effect.interruptReturned(interrupt: interrupt, vcpu: nil)
    return Outcome(.value(0), rules.has(.registrationTakesInterrupt) ? [] : [returned])
  }
}
