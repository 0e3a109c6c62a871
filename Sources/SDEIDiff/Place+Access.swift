internal import SDEIModel

// What each place holds in a snapshot. Values are read for comparing and written by patches; a writer
// says no (false) to a value of another kind, or one that has no room there.

extension InstanceField {
  func value(in instance: Instance) -> ChangeValue {
    switch self {
    case .version: .number(instance.version.rawValue)
    case .clientEL: .number(UInt64(instance.clientEL))
    case .privateSlots: .number(UInt64(instance.features.privateSlots))
    case .sharedSlots: .number(UInt64(instance.features.sharedSlots))
    case .relativeMode: .flag(instance.features.relativeMode)
    case .dialect: .text(instance.dialect.name)
    case .producer: .text(instance.producer)
    }
  }

  func set(_ value: ChangeValue, in instance: inout Instance) -> Bool {
    switch (self, value) {
    case (.version, .number(let number)): instance.version = SDEIVersion(rawValue: number)
    case (.clientEL, .number(let number)):
      return assign(UInt8(exactly: number), to: &instance.clientEL)
    case (.privateSlots, .number(let number)):
      return assign(UInt16(exactly: number), to: &instance.features.privateSlots)
    case (.sharedSlots, .number(let number)):
      return assign(UInt16(exactly: number), to: &instance.features.sharedSlots)
    case (.relativeMode, .flag(let flag)): instance.features.relativeMode = flag
    case (.dialect, .text(let text)):
      return assign(DialectID(rawValue: text.string), to: &instance.dialect)
    case (.producer, .text(let text)):
      guard isPlainText(text.string) else { return false }
      instance.producer = text.string
    default: return false
    }
    return true
  }
}

extension EventField {
  func value(in event: Event) -> ChangeValue {
    let definition = event.definition
    return switch self {
    case .definition: definition.map { .definition($0) } ?? .nothing
    case .type: definition.map { .number(UInt64($0.type.rawValue)) } ?? .nothing
    case .priority: definition.map { .number(UInt64($0.priority.rawValue)) } ?? .nothing
    case .signalable: definition.map { .flag($0.isSignalable) } ?? .nothing
    case .trigger: definition.map { .text($0.trigger.rawValue) } ?? .nothing
    case .origin: definition.map { .text($0.origin.rawValue) } ?? .nothing
    case .interrupt: (definition?.interrupt).map { .number(UInt64($0)) } ?? .nothing
    case .notifier: (definition?.notifier).map { .text($0) } ?? .nothing
    case .routingMode: .number(UInt64(event.routing.mode.rawValue))
    case .routingAffinity: .number(event.routing.affinity.rawValue)
    }
  }

  func set(_ value: ChangeValue, in event: inout Event) -> Bool {
    switch (self, value) {
    case (.definition, .nothing):
      event.definition = nil
      return true
    case (.definition, .definition(let definition)):
      event.definition = definition
      return definition.notifier.map { isPlainText($0) } ?? true
    case (.routingMode, .number(let number)):
      return assign(
        UInt8(exactly: number).map { RoutingMode(rawValue: $0) },
        to: &event.routing.mode
      )
    case (.routingAffinity, .number(let number)):
      event.routing.affinity = Affinity(rawValue: number)
      return true
    default:
      guard var definition = event.definition, set(value, in: &definition) else { return false }
      event.definition = definition
      return true
    }
  }

  private func set(_ value: ChangeValue, in definition: inout EventDefinition) -> Bool {
    switch (self, value) {
    case (.type, .number(let number)):
      return assign(UInt8(exactly: number).map { EventType(rawValue: $0) }, to: &definition.type)
    case (.priority, .number(let number)):
      let priority = UInt8(exactly: number).map { EventPriority(rawValue: $0) }
      return assign(priority, to: &definition.priority)
    case (.signalable, .flag(let flag)): definition.isSignalable = flag
    case (.trigger, .text(let text)):
      return assign(Trigger(rawValue: text.string), to: &definition.trigger)
    case (.origin, .text(let text)):
      return assign(EventOrigin(rawValue: text.string), to: &definition.origin)
    case (.interrupt, .nothing): definition.interrupt = nil
    case (.interrupt, .number(let number)):
      guard let interrupt = UInt32(exactly: number) else { return false }
      definition.interrupt = interrupt
    case (.notifier, .nothing): definition.notifier = nil
    case (.notifier, .text(let text)):
      guard isPlainText(text.string), !text.string.isEmpty else { return false }
      definition.notifier = text.string
    default: return false
    }
    return true
  }
}

extension SlotField {
  /// The bitmap that the field is, nil for a column.
  var bits: WritableKeyPath<Event, Bitmap>? {
    switch self {
    case .registered: return \.registered
    case .enabled: return \.enabled
    case .running: return \.running
    case .unregisterPending: return \.unregisterPending
    case .relative: return \.relative
    case .pending, .entry, .argument: return nil
    }
  }

  /// The column that the field is, nil for bits.
  var column: WritableKeyPath<Event, Column>? {
    switch self {
    case .pending: return \.pending
    case .entry: return \.entry
    case .argument: return \.argument
    case .registered, .enabled, .running, .unregisterPending, .relative: return nil
    }
  }
}

extension VCPUField {
  /// The bitmap that the field is, nil for a column.
  var bits: WritableKeyPath<VCPUs, Bitmap>? {
    switch self {
    case .masked: return \.masked
    case .deliveryRequest: return \.deliveryRequest
    case .affinityKnown: return \.affinityKnown
    case .power, .affinity: return nil
    }
  }

  /// The column that the field is, nil for bits.
  var column: WritableKeyPath<VCPUs, Column>? {
    switch self {
    case .power: return \.power
    case .affinity: return \.affinity
    case .masked, .deliveryRequest, .affinityKnown: return nil
    }
  }
}

/// Assigns what is there; false when nothing is.
private func assign<T>(_ value: T?, to target: inout T) -> Bool {
  guard let value else { return false }
  target = value
  return true
}
