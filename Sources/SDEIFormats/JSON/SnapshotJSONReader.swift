internal import SDEIModel
internal import SDEIWire

/// Reads a document from its JSON text.
enum SnapshotJSONReader {
  static func read(_ root: JSONScope) throws(DecodeError) -> Document {
    let members = try root.members([
      "schema", "part", "instance", "vcpus", "events", "contexts", "extras",
    ])
    let schema = try root.required("schema", in: members)
    guard try schema.string() == JSONFormat.schema else {
      throw schema.error("\"\(JSONFormat.schema)\"", .unsupported)
    }
    var snapshot = Snapshot(
      instance: try instance(try root.required("instance", in: members)),
      vcpus: try vcpus(try root.required("vcpus", in: members))
    )
    if let events = members["events"] { snapshot.events = try self.events(events) }
    if let contexts = members["contexts"] { snapshot.contexts = try self.contexts(contexts) }
    if let extras = members["extras"] { try ExtrasJSONReader.read(extras, into: &snapshot) }
    var document = Document(format: .json, snapshot: snapshot)
    if let part = members["part"] { document.scope = try scope(part, snapshot) }
    return document
  }

  private static func scope(
    _ part: JSONScope,
    _ snapshot: Snapshot
  ) throws(DecodeError) -> PartScope {
    let members = try part.members(["scope", "index", "vmDigest"])
    let scope = try part.required("scope", in: members)
    let digest = VMDigest(rawValue: try part.required("vmDigest", in: members).hex())
    switch try scope.string() {
    case "vm":
      guard members["index"] == nil, digest == VMDigest(of: snapshot) else {
        throw part.error(
          "no index, and the digest \(hex(VMDigest(of: snapshot).rawValue)) of these definitions",
          found: "another",
          .structure
        )
      }
      return .vm
    case "vcpu":
      let vcpu: UInt32 = try part.required("index", in: members).number()
      guard vcpu < snapshot.vcpus.count, snapshot == snapshot.vcpuPart(vcpu) else {
        throw part.error(
          "the part of one vCPU below \(snapshot.vcpus.count)",
          found: "state that is not of vCPU \(vcpu)",
          .structure
        )
      }
      return .vcpu(vcpu, of: digest)
    default: throw scope.error("\"vm\" or \"vcpu\"")
    }
  }

  static func instance(_ scope: JSONScope) throws(DecodeError) -> Instance {
    let members = try scope.members([
      "version", "vendor", "clientEL", "features", "dialect", "producer",
    ])
    let version = try scope.required("version", in: members)
    let fields = try version.string().split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.utf8.allSatisfy { (48...57).contains($0) } ? UInt16($0) : nil }
    let vendor = try scope.required("vendor", in: members)
    guard fields.count == 2, let major = fields[0], let minor = fields[1] else {
      throw version.error("\"MAJOR.MINOR\"")
    }
    guard let vendorID = UInt32(exactly: try vendor.hex()) else {
      throw vendor.error("at most 32 bits")
    }
    let dialect = try scope.required("dialect", in: members)
    guard let dialectID = DialectID(rawValue: try dialect.string()) else {
      throw dialect.error(
        DialectID.allCases.map(\.name).joined(separator: ", "),
        .unsupported
      )
    }
    let producer = try members["producer"]?.string() ?? ""
    guard isPlainText(producer) else {
      throw scope.error("a producer without control characters, at most 1024 bytes")
    }
    return Instance(
      version: SDEIVersion(major: major, minor: minor, vendor: vendorID),
      clientEL: try scope.required("clientEL", in: members).number(),
      features: try members["features"].map(features) ?? Features(),
      dialect: dialectID,
      producer: producer
    )
  }

  private static func features(_ scope: JSONScope) throws(DecodeError) -> Features {
    let members = try scope.members(["privateSlots", "sharedSlots", "relativeMode"])
    return Features(
      privateSlots: try members["privateSlots"]?.number() ?? 0,
      sharedSlots: try members["sharedSlots"]?.number() ?? 0,
      relativeMode: try members["relativeMode"]?.bool() ?? false
    )
  }

  private static func vcpus(_ scope: JSONScope) throws(DecodeError) -> VCPUs {
    let members = try scope.members([
      "count", "power", "masked", "deliveryRequest", "affinity",
    ])
    var vcpus = VCPUs(count: try scope.required("count", in: members).number())
    if let power = members["power"] {
      vcpus.power =
        try power.column(value: "state") { state throws(DecodeError) in
          let name = try state.string()
          guard let power = PowerState.allCases.first(where: { $0.name == name && $0 != .unknown })
          else { throw state.error("\"on\", \"off\", \"suspended\" or \"standby\"") }
          return UInt64(power.rawValue)
        }.column
      guard vcpus.power.bounds.upperBound <= UInt64(PowerState.standby.rawValue) else {
        throw power.error("states by name", found: "a progression")
      }
    }
    vcpus.masked = try members["masked"]?.vcpuSet() ?? Bitmap()
    vcpus.deliveryRequest = try members["deliveryRequest"]?.vcpuSet() ?? Bitmap()
    if let affinity = members["affinity"] {
      (vcpus.affinity, vcpus.affinityKnown) = try affinity.column()
    }
    return vcpus
  }

  private static func events(_ scope: JSONScope) throws(DecodeError) -> EventTable {
    var seen: Set<EventNumber> = []
    var events: [Event] = []
    for (key, event) in try scope.object() {
      guard let raw = JSONScope.hexValue(key) else {
        throw event.error("an event number like \"0x40400000\"", found: "the key \"\(key)\"")
      }
      guard seen.insert(EventNumber(raw)).inserted else {
        throw event.error("each event once", found: "\(EventNumber(raw)) again", .duplicate)
      }
      events.append(try self.event(EventNumber(raw), event))
    }
    return EventTable(events)
  }

  private static func event(
    _ number: EventNumber,
    _ scope: JSONScope
  ) throws(DecodeError) -> Event {
    let members = try scope.members(
      Set(
        definitionKeys + ["routing"]
          + Event.bitmaps.map(\.name) + Event.columns.map(\.name)
      )
    )
    var event = Event(number, definition: try definition(scope, members))
    if let routing = members["routing"] {
      let fields = try routing.members(["mode", "affinity"])
      event.routing = Routing(
        mode: try fields["mode"]?.named() ?? .any,
        affinity: Affinity(rawValue: try fields["affinity"]?.hex() ?? 0)
      )
    }
    for (name, path) in Event.bitmaps {
      event[keyPath: path] = try members[name]?.vcpuSet() ?? Bitmap()
    }
    if let pending = members["pending"] {
      event.pending =
        try pending.column(value: "count") { count throws(DecodeError) in
          UInt64(try count.number(UInt32.self))
        }.column
      guard event.pending.bounds.upperBound <= UInt64(UInt32.max) else {
        throw pending.error("counts of 32 bits", found: "a larger one")
      }
    }
    event.entry = try members["entry"]?.column().column ?? Column()
    event.argument = try members["argument"]?.column().column ?? Column()
    return event
  }

  static let definitionKeys = [
    "type", "priority", "signalable", "trigger", "origin", "interrupt", "notifier",
  ]

  static func definition(
    _ scope: JSONScope,
    _ members: [String: JSONScope]
  ) throws(DecodeError) -> EventDefinition? {
    if !definitionKeys.contains(where: { members[$0] != nil }) { return nil }
    var definition = EventDefinition(
      type: try scope.required("type", in: members).named(),
      priority: try scope.required("priority", in: members).named(),
      isSignalable: try scope.required("signalable", in: members).bool()
    )
    if let trigger = members["trigger"] {
      guard let value = Trigger(rawValue: try trigger.string()) else {
        throw trigger.error("\"edge\" or \"level\"")
      }
      definition.trigger = value
    }
    if let origin = members["origin"] {
      guard let value = EventOrigin(rawValue: try origin.string()) else {
        throw origin.error("\"platform\", \"firmware\" or \"slot\"")
      }
      definition.origin = value
    }
    if let interrupt = members["interrupt"] {
      guard let number = UInt32(exactly: try interrupt.hex()) else {
        throw interrupt.error("at most 32 bits")
      }
      definition.interrupt = number
    }
    if let notifier = members["notifier"] {
      let name = try notifier.string()
      guard !name.isEmpty, isPlainText(name) else {
        throw notifier.error("a name without control characters, at most 1024 bytes")
      }
      definition.notifier = name
    }
    return definition
  }

  private static func contexts(_ scope: JSONScope) throws(DecodeError) -> ContextTable {
    var contexts: [Context] = []
    var seen: Set<UInt32> = []
    for (key, levels) in try scope.object() {
      guard let set = Bitmap(parsing: key), set.count == 1, let vcpu = set.max else {
        throw levels.error("a vCPU number", found: "the key \"\(key)\"")
      }
      guard seen.insert(vcpu).inserted else {
        throw levels.error("each vCPU once", found: "vCPU \(vcpu) again", .duplicate)
      }
      let members = try levels.members(["normal", "critical"])
      for level in Level.allCases {
        guard let member = members[level.name] else { continue }
        contexts.append(try context(vcpu, level, member))
      }
    }
    return ContextTable(contexts)
  }

  private static func context(
    _ vcpu: UInt32,
    _ level: Level,
    _ scope: JSONScope
  ) throws(DecodeError) -> Context {
    let members = try scope.members(["event", "x", "pc", "pstate"])
    let x = try scope.required("x", in: members)
    let values = Array(try x.items().prefix(19))
    guard values.count == 18 else {
      throw x.error(
        "x0 to x17",
        found: values.count > 18 ? "more registers" : "\(values.count) registers"
      )
    }
    var frame = RegisterFrame(
      pc: try scope.required("pc", in: members).hex(),
      pstate: try scope.required("pstate", in: members).hex()
    )
    for (register, value) in values.enumerated() { frame.x[register] = try value.hex() }
    let event = try members["event"].map { scope throws(DecodeError) in
      EventNumber(try scope.hex())
    }
    return Context(vcpu: vcpu, level: level, event: event, frame: frame)
  }
}
