internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Reads a profile from its JSON text.
enum ProfileJSONReader {
  static func read(_ root: JSONScope) throws(DecodeError) -> Profile {
    let members = try root.members([
      "schema", "name", "summary", "abi", "dialect", "version", "vendor", "clientEL", "limits",
      "numbering", "features", "events", "defects",
    ])
    let schema = try root.required("schema", in: members)
    guard try schema.string() == Profile.schema else {
      throw schema.error("\"\(Profile.schema)\"", .unsupported)
    }
    var profile = Profile(
      name: try text(try root.required("name", in: members), isEmptyAllowed: false),
      dialect: try dialect(try root.required("dialect", in: members))
    )
    if let summary = members["summary"] {
      profile.summary = try text(summary, isEmptyAllowed: true)
    }
    profile.abi = try members["abi"].map(abi)
    profile.version = try members["version"].map(version)
    profile.vendor = try members["vendor"].map(vendor)
    profile.clientEL = try members["clientEL"].map { scope throws(DecodeError) in
      try scope.number()
    }
    if let limits = members["limits"] { profile.limits = try self.limits(limits) }
    profile.numbering = try members["numbering"].map(numbering)
    if let features = members["features"] { profile.features = try self.features(features) }
    profile.events = try members["events"].map(events)
    if let defects = members["defects"] { profile.defects = try self.defects(defects) }
    return profile
  }

  private static func text(
    _ scope: JSONScope,
    isEmptyAllowed: Bool
  ) throws(DecodeError) -> String {
    let text = try scope.string()
    guard isPlainText(text), isEmptyAllowed || !text.isEmpty else {
      throw scope.error(
        "a text without control characters, \(isEmptyAllowed ? "at most" : "1 to") "
          + "\(Profile.maxText) bytes"
      )
    }
    return text
  }

  private static func dialect(_ scope: JSONScope) throws(DecodeError) -> DialectID {
    guard let dialect = DialectID(rawValue: try scope.string()) else {
      throw scope.error("one of " + DialectID.allCases.map(\.name).joined(separator: ", "))
    }
    return dialect
  }

  private static func abi(_ scope: JSONScope) throws(DecodeError) -> ProfileABI {
    guard let abi = ProfileABI(named: try scope.string()) else {
      throw scope.error("one of " + ProfileABI.allCases.map(\.name).joined(separator: ", "))
    }
    return abi
  }

  private static func version(_ scope: JSONScope) throws(DecodeError) -> SDEIVersion {
    let fields = try scope.string().split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.utf8.allSatisfy { (48...57).contains($0) } ? UInt16($0) : nil }
    guard fields.count == 2, let major = fields[0], let minor = fields[1] else {
      throw scope.error("\"MAJOR.MINOR\"")
    }
    return SDEIVersion(major: major, minor: minor)
  }

  private static func vendor(_ scope: JSONScope) throws(DecodeError) -> UInt32 {
    guard let vendor = UInt32(exactly: try scope.hex()) else {
      throw scope.error("at most 32 bits")
    }
    return vendor
  }

  private static func limits(_ scope: JSONScope) throws(DecodeError) -> ProfileLimits {
    let members = try scope.members(Set(ProfileLimits.fields.map(\.name)))
    var limits = ProfileLimits()
    for (name, path) in ProfileLimits.fields {
      limits[keyPath: path] = try members[name].map { scope throws(DecodeError) in
        try scope.number()
      }
    }
    return limits
  }

  private static func numbering(_ scope: JSONScope) throws(DecodeError) -> SlotNumbering {
    let members = try scope.members(["mask", "slots"])
    let mask = try scope.required("mask", in: members)
    let numbering = SlotNumbering(
      mask: try mask.hex(),
      slots: try scope.required("slots", in: members).number()
    )
    guard numbering.mask != 0 else { throw mask.error("the bits that are the slot", found: "none") }
    return numbering
  }

  private static func features(_ scope: JSONScope) throws(DecodeError) -> OfferedFeatures {
    let members = try scope.members(["privateSlots", "sharedSlots", "relativeMode"])
    return OfferedFeatures(
      privateSlots: try members["privateSlots"].map(slots),
      sharedSlots: try members["sharedSlots"].map(slots),
      relativeMode: try members["relativeMode"].map { scope throws(DecodeError) in
        try scope.bool()
      }
    )
  }

  private static func slots(_ scope: JSONScope) throws(DecodeError) -> UInt16 {
    try scope.number()
  }

  private static func events(_ scope: JSONScope) throws(DecodeError) -> [OfferedEvent] {
    var seen: Set<EventNumber> = []
    var events: [OfferedEvent] = []
    for (key, event) in try scope.object() {
      guard let raw = JSONScope.hexValue(key) else {
        throw event.error("an event number like \"0x40400000\"", found: "the key \"\(key)\"")
      }
      guard seen.insert(EventNumber(raw)).inserted else {
        throw event.error("each event once", found: "\(EventNumber(raw)) again", .duplicate)
      }
      var isEmpty = false
      if case .object(let members) = event.node.value { isEmpty = members.isEmpty }
      let definition = isEmpty ? nil : try JSONFormat.definition(event)
      events.append(OfferedEvent(EventNumber(raw), definition))
    }
    return events.sorted { $0.number < $1.number }
  }

  private static func defects(_ scope: JSONScope) throws(DecodeError) -> [KnownDefect] {
    var seen: Set<String> = []
    var defects: [KnownDefect] = []
    for item in try scope.items() {
      let members = try item.members(["rule", "reason", "expires"])
      let rule = try item.required("rule", in: members)
      let id = try rule.string()
      guard isFindingID(id) else { throw rule.error("a finding's identifier like \"SDEI-T101\"") }
      guard DestinationFinding.identifiers.contains(id) else {
        throw rule.error(
          "the identifier of a finding that a destination can answer (schemas/profiles.md)",
          found: id
        )
      }
      guard seen.insert(id).inserted else {
        throw rule.error("each rule once", found: "\(id) again", .duplicate)
      }
      let reason = try text(try item.required("reason", in: members), isEmptyAllowed: false)
      var defect = KnownDefect(rule: id, reason: reason)
      if let expires = members["expires"] {
        guard let date = CalendarDate(try expires.string()) else {
          throw expires.error("a day of the calendar, \"YYYY-MM-DD\"")
        }
        defect.expires = date
      }
      defects.append(defect)
    }
    return defects
  }

  /// `SDEI-`, a capital letter and three digits.
  private static func isFindingID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 9 && text.hasPrefix("SDEI-")
      && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[5])
      && bytes[6...].allSatisfy { (48...57).contains($0) }
  }
}
