/// What the guest saw of its SDEI instance, and where the state comes from.
public struct Instance: Hashable, Sendable {
  /// The result of `SDEI_VERSION` (DEN0054C 5.1.1).
  public var version: SDEIVersion
  /// The exception level of the client, EL_C: 1 or 2 (DEN0054C 3.2.1).
  public var clientEL: UInt8
  /// The features that `SDEI_FEATURES` tells.
  public var features: Features
  /// The implementation whose behaviour the guest saw and whose extras are carried.
  public var dialect: DialectID
  /// What made the state, in its own words; empty when unknown.
  ///
  /// UTF-8 without control characters, at most 1024 bytes.
  public var producer: String

  /// Makes an instance.
  public init(
    version: SDEIVersion = .v1_1,
    clientEL: UInt8 = 1,
    features: Features = Features(),
    dialect: DialectID = .specification,
    producer: String = ""
  ) {
    self.version = version
    self.clientEL = clientEL
    self.features = features
    self.dialect = dialect
    self.producer = producer
  }
}

extension Instance {
  /// Compares the producer by its bytes, so that equal instances have equal encodings.
  public static func == (lhs: Instance, rhs: Instance) -> Bool {
    lhs.version == rhs.version && lhs.clientEL == rhs.clientEL && lhs.features == rhs.features
      && lhs.dialect == rhs.dialect && lhs.producer.utf8.elementsEqual(rhs.producer.utf8)
  }

  /// Feeds what is compared but the producer, which rarely tells two instances apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(version)
    hasher.combine(clientEL)
    hasher.combine(features)
    hasher.combine(dialect)
  }
}

/// The features of an instance (`SDEI_FEATURES`, DEN0054C 5.1.17).
public struct Features: Hashable, Sendable {
  /// Bind slots for private events, bits 15:0 of BIND_SLOTS.
  public var privateSlots: UInt16
  /// Bind slots for shared events, bits 31:16 of BIND_SLOTS.
  public var sharedSlots: UInt16
  /// Whether relative mode is supported (since 1.1).
  public var relativeMode: Bool

  /// Makes features; by default there are none.
  public init(privateSlots: UInt16 = 0, sharedSlots: UInt16 = 0, relativeMode: Bool = false) {
    self.privateSlots = privateSlots
    self.sharedSlots = sharedSlots
    self.relativeMode = relativeMode
  }
}

/// Whether a text may stand in a snapshot as a producer or a notifier.
///
/// Control characters are kept out because these texts are shown on terminals.
public func isPlainText(_ text: String) -> Bool {
  text.utf8.count <= 1024 && !hasControlCharacters(text)
}

/// Whether there are control characters in a text: C0, DEL or C1.
public func hasControlCharacters(_ text: String) -> Bool {
  text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
}
