public import SDEIModel

/// A place of the model by identity: event number, level, field; never by position.
public enum Place: Hashable, Sendable {
  /// A field of the instance.
  case instance(InstanceField)
  /// The number of vCPUs: a number.
  case vcpuCount
  /// A field of some vCPUs: bits or a column.
  case vcpu(VCPUField)
  /// An extra that belongs to vCPUs: numbers or lists of events, by its scope.
  case vcpuExtra(ExtraField)
  /// An event as a whole.
  case event(EventNumber)
  /// A field of an event.
  case eventField(EventNumber, EventField)
  /// An extra that belongs to an event: a number.
  case eventExtra(EventNumber, ExtraField)
  /// A field of some slots of an event: bits or a column.
  case slot(EventNumber, SlotField)
  /// An extra that belongs to slots of an event: numbers.
  case slotExtra(EventNumber, ExtraField)
  /// A level of some vCPUs: fields of contexts.
  case context(Level)
  /// An extra of the VM: a number or a list of events, by its scope.
  case extra(ExtraField)

  /// Whether the place has vCPUs or slots.
  public var hasVCPUs: Bool {
    switch self {
    case .vcpu, .vcpuExtra, .slot, .slotExtra, .context: true
    case .instance, .vcpuCount, .event, .eventField, .eventExtra, .extra: false
    }
  }

  /// The event that the place belongs to, nil where there is none.
  public var event: EventNumber? {
    switch self {
    case .event(let number), .eventField(let number, _), .eventExtra(let number, _),
      .slot(let number, _), .slotExtra(let number, _):
      number
    case .instance, .vcpuCount, .vcpu, .vcpuExtra, .context, .extra: nil
    }
  }

  /// The path of the place, at some vCPUs where it has any.
  public func path(_ vcpus: Bitmap) -> String {
    switch self {
    case .instance(let field): "instance.\(field.rawValue)"
    case .vcpuCount: "vcpus.count"
    case .vcpu(let field): ModelPath.vcpus(vcpus, field.rawValue)
    case .vcpuExtra(let field): ModelPath.vcpus(vcpus, "extras.\(field.name)")
    case .event(let number): ModelPath.event(number)
    case .eventField(let number, let field): ModelPath.event(number, field.rawValue)
    case .eventExtra(let number, let field): ModelPath.event(number, "extras.\(field.name)")
    case .slot(let number, let field):
      ModelPath.event(number, vcpus: vcpus, field.rawValue)
    case .slotExtra(let number, let field):
      ModelPath.event(number, vcpus: vcpus, "extras.\(field.name)")
    case .context(let level): ModelPath.contexts(vcpus, level, "")
    case .extra(let field): "extras.\(field.name)"
    }
  }
}

/// A field of the instance, by its name in paths.
public enum InstanceField: String, CaseIterable, Hashable, Sendable {
  /// The version word: a number.
  case version
  /// The client's exception level: a number.
  case clientEL
  /// Bind slots for private events: a number.
  case privateSlots = "features.privateSlots"
  /// Bind slots for shared events: a number.
  case sharedSlots = "features.sharedSlots"
  /// Relative mode: a flag.
  case relativeMode = "features.relativeMode"
  /// The dialect's name: a text.
  case dialect
  /// A text.
  case producer
}

/// A field of vCPUs, by its name in paths.
public enum VCPUField: String, CaseIterable, Hashable, Sendable {
  /// Bits.
  case masked
  /// Bits.
  case deliveryRequest
  /// Numbers: raw values of `PowerState`.
  case power
  /// Bits: whether the affinity is known.
  case affinityKnown
  /// Numbers.
  case affinity
}

/// A field of an event, by its name in paths.
public enum EventField: String, CaseIterable, Hashable, Sendable {
  /// The definition as a whole, where one of the two states has none.
  case definition
  /// A number: a raw `EventType`.
  case type
  /// A number: a raw `EventPriority`.
  case priority
  /// A flag.
  case signalable
  /// A text: a `Trigger`.
  case trigger
  /// A text: an `EventOrigin`.
  case origin
  /// A number, or nothing.
  case interrupt
  /// A text, or nothing.
  case notifier
  /// A number: a raw `RoutingMode`.
  case routingMode = "routing.mode"
  /// A number.
  case routingAffinity = "routing.affinity"
}

/// A field of an event's slots, by its name in paths.
public enum SlotField: String, CaseIterable, Hashable, Sendable {
  /// Bits.
  case registered, enabled, running, unregisterPending, relative
  /// Numbers.
  case pending, entry, argument
}
