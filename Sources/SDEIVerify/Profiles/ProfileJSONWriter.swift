internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Writes a profile as its one JSON text: what it does not say is left out.
enum ProfileJSONWriter {
  static func write(_ profile: Profile) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      string("schema", Profile.schema, &json)
      string("name", profile.name, &json)
      if !profile.summary.isEmpty { string("summary", profile.summary, &json) }
      if let abi = profile.abi { string("abi", abi.name, &json) }
      string("dialect", profile.dialect.name, &json)
      if let version = profile.version { string("version", version.description, &json) }
      if let vendor = profile.vendor { string("vendor", hex(UInt64(vendor)), &json) }
      if let clientEL = profile.clientEL { number("clientEL", clientEL, &json) }
      if !profile.limits.isEmpty { limits(profile.limits, &json) }
      if let numbering = profile.numbering { self.numbering(numbering, &json) }
      if profile.features != OfferedFeatures() { features(profile.features, &json) }
      if let events = profile.events { self.events(events, &json) }
      if !profile.defects.isEmpty { defects(profile.defects, &json) }
    }
    return json.finish()
  }

  private static func string(_ key: String, _ value: String, _ json: inout JSONWriter) {
    json.key(key)
    json.string(value)
  }

  private static func number(
    _ key: String,
    _ value: (some FixedWidthInteger)?,
    _ json: inout JSONWriter
  ) {
    guard let value else { return }
    json.key(key)
    json.number(value)
  }

  private static func limits(_ limits: ProfileLimits, _ json: inout JSONWriter) {
    json.key("limits")
    json.object { json in
      for (name, path) in ProfileLimits.fields { number(name, limits[keyPath: path], &json) }
    }
  }

  private static func numbering(_ numbering: SlotNumbering, _ json: inout JSONWriter) {
    json.key("numbering")
    json.object { json in
      string("mask", hex(numbering.mask), &json)
      number("slots", numbering.slots, &json)
    }
  }

  private static func features(_ features: OfferedFeatures, _ json: inout JSONWriter) {
    json.key("features")
    json.object { json in
      number("privateSlots", features.privateSlots, &json)
      number("sharedSlots", features.sharedSlots, &json)
      if let relativeMode = features.relativeMode {
        json.key("relativeMode")
        json.bool(relativeMode)
      }
    }
  }

  private static func events(_ events: [OfferedEvent], _ json: inout JSONWriter) {
    json.key("events")
    json.object { json in
      for event in events {
        json.key(event.number.description)
        if let definition = event.definition {
          JSONFormat.write(definition, into: &json)
        } else {
          json.object { _ in }
        }
      }
    }
  }

  private static func defects(_ defects: [KnownDefect], _ json: inout JSONWriter) {
    json.key("defects")
    json.array { json in
      for defect in defects {
        json.object { json in
          string("rule", defect.rule, &json)
          string("reason", defect.reason, &json)
          if let expires = defect.expires { string("expires", expires.description, &json) }
        }
      }
    }
  }
}
