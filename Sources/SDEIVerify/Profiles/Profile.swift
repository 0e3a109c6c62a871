public import SDEIModel

/// What a host accepts, and what it offers its guests: the destination of a migration as data.
///
/// The JSON form is documented in schemas/profiles.md. What a profile does not say is not compared.
public struct Profile: Hashable, Sendable {
  /// The name in verdicts; not empty, plain text.
  public var name: String
  /// What the host is, in one line; may be empty.
  public var summary: String
  /// The form in which the host takes a state, whose SET rules it then has; nil takes any snapshot.
  public var abi: ProfileABI?
  /// The implementation whose behaviour a guest meets there.
  public var dialect: DialectID
  /// Major and minor of what `SDEI_VERSION` gives there, vendor 0; nil where the VMM sets it.
  public var version: SDEIVersion?
  /// The vendor field of what `SDEI_VERSION` gives there.
  public var vendor: UInt32?
  /// The exception level at which clients run.
  public var clientEL: UInt8?
  /// How much there is room for.
  public var limits: ProfileLimits
  /// How numbers lead to slots, where they do.
  public var numbering: SlotNumbering?
  /// What `SDEI_FEATURES` tells there.
  public var features: OfferedFeatures
  /// The events that exist there, ascending by number; nil where the VMM defines what a state brings.
  public var events: [OfferedEvent]?
  /// The hazards that the host's owner accepts, each rule once.
  public var defects: [KnownDefect]

  /// Makes a profile that says nothing but its name and dialect.
  public init(name: String, summary: String = "", abi: ProfileABI? = nil, dialect: DialectID) {
    self.name = name
    self.summary = summary
    self.abi = abi
    self.dialect = dialect
    limits = ProfileLimits()
    features = OfferedFeatures()
    defects = []
  }
}

/// How much a host has room for; nil: no limit.
public struct ProfileLimits: Hashable, Sendable {
  /// vCPUs.
  public var vcpus: UInt32?
  /// Events.
  public var events: UInt32?
  /// Private events.
  public var privateEvents: UInt32?
  /// Shared events.
  public var sharedEvents: UInt32?
  /// Critical events: 0 where there is no critical level.
  public var criticalEvents: UInt32?

  /// Makes limits; by default there are none.
  public init(
    vcpus: UInt32? = nil,
    events: UInt32? = nil,
    privateEvents: UInt32? = nil,
    sharedEvents: UInt32? = nil,
    criticalEvents: UInt32? = nil
  ) {
    (self.vcpus, self.events, self.privateEvents) = (vcpus, events, privateEvents)
    (self.sharedEvents, self.criticalEvents) = (sharedEvents, criticalEvents)
  }

  /// Whether nothing is limited.
  public var isEmpty: Bool { self == ProfileLimits() }

  /// The limits with their names, in the order of the JSON form.
  static var fields: [(name: String, path: any WritableKeyPath<Self, UInt32?> & Sendable)] {
    [
      ("vcpus", \.vcpus), ("events", \.events), ("privateEvents", \.privateEvents),
      ("sharedEvents", \.sharedEvents), ("criticalEvents", \.criticalEvents),
    ]
  }
}

/// A numbering in which some bits of an event's number are its slot.
public struct SlotNumbering: Hashable, Sendable {
  /// The bits of the number that are the slot.
  public var mask: UInt64
  /// How many slots there are.
  public var slots: UInt32

  /// Makes a numbering.
  public init(mask: UInt64, slots: UInt32) { (self.mask, self.slots) = (mask, slots) }
}

/// The features that a host offers (`SDEI_FEATURES`); nil: not told.
public struct OfferedFeatures: Hashable, Sendable {
  /// Bind slots for private events.
  public var privateSlots: UInt16?
  /// Bind slots for shared events.
  public var sharedSlots: UInt16?
  /// Whether relative mode is supported.
  public var relativeMode: Bool?

  /// Makes features; by default nothing is told.
  public init(privateSlots: UInt16? = nil, sharedSlots: UInt16? = nil, relativeMode: Bool? = nil) {
    (self.privateSlots, self.sharedSlots) = (privateSlots, sharedSlots)
    self.relativeMode = relativeMode
  }
}

/// An event that exists at a host.
public struct OfferedEvent: Hashable, Sendable {
  /// The number.
  public var number: EventNumber
  /// Its properties, nil where they are not told.
  public var definition: EventDefinition?

  /// Makes an event.
  public init(_ number: EventNumber, _ definition: EventDefinition? = nil) {
    (self.number, self.definition) = (number, definition)
  }
}

/// A hazard that the owner of a host accepts for a reason, until a day.
public struct KnownDefect: Hashable, Sendable {
  /// The identifier of the finding that is accepted: `SDEI-T101`.
  public var rule: String
  /// Why; not empty, plain text.
  public var reason: String
  /// The last day on which it is accepted, nil for no end.
  public var expires: CalendarDate?

  /// Makes an entry.
  public init(rule: String, reason: String, expires: CalendarDate? = nil) {
    (self.rule, self.reason, self.expires) = (rule, reason, expires)
  }
}
