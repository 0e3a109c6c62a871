internal import SDEIModel

/// The words and numbers of differences.
enum DiffText {
  /// The most ranges of vCPUs that a line has.
  static let mostRanges = 32

  /// A set of vCPUs: `0-3,17`; after 32 ranges, how many more vCPUs there are.
  static func set(_ vcpus: Bitmap) -> String {
    var (texts, shown): ([String], UInt64) = ([], 0)
    for range in vcpus.ranges.prefix(mostRanges) {
      texts.append(range.description)
      shown += range.count
    }
    let text = texts.joined(separator: ",")
    return shown == vcpus.count ? text : text + ",… \(vcpus.count - shown) more"
  }

  /// vCPUs with their noun.
  static func vcpus(_ vcpus: Bitmap) -> String {
    (vcpus.count == 1 ? "vCPU " : "vCPUs ") + set(vcpus)
  }

  /// An event at some of its slots.
  static func event(_ event: Event, _ slots: Bitmap) -> String {
    if slots == Bitmap(below: 1), event.isShared { return "event \(event.number)" }
    let isOpen = slots == Bitmap(below: 1) && event.definition == nil
    return "event \(event.number) on \(vcpus(slots))" + (isOpen ? " (or shared)" : "")
  }

  /// A number, or a rule of numbers.
  static func rule(_ value: ChangeValue) -> String {
    switch value {
    case .number(let number): return hex(number)
    case .progression(let origin, let stride):
      let falls = stride >> 63 == 1
      return hex(origin) + (falls ? " - " : " + ") + hex(falls ? 0 &- stride : stride) + "*vCPU"
    default: return plain(value)
    }
  }

  /// A value without a meaning of its own.
  static func plain(_ value: ChangeValue) -> String {
    switch value {
    case .nothing: "none"
    case .flag(let flag): flag ? "yes" : "no"
    case .number, .progression: rule(value)
    case .text(let text): "\"\(text.string)\""
    case .events(let list): self.list(list)
    case .event, .definition, .context: ""
    }
  }

  /// The most events of a list that a line names.
  private static let mostEvents = 16

  static func list(_ events: [EventNumber]) -> String {
    if events.isEmpty { return "no events" }
    let shown = events.prefix(mostEvents).map(\.description).joined(separator: ", ")
    let more = events.count - min(events.count, mostEvents)
    return "[" + shown + (more > 0 ? ", … \(more) more" : "") + "]"
  }

  /// What an extra is called: the lists that a dialect keeps in plain words, others by their names.
  static func label(_ field: ExtraField, _ dialect: DialectID) -> String {
    let list: String? =
      switch field {
      case .exposedOrder: "order of the exposed events"
      case .registeredOrder: "order of the registered events"
      case .queueOrder: "order of the queue"
      case .instanceOrder: "order of the vCPU's registered events"
      default: nil
      }
    return list.map { "\($0) (\(dialect.name)'s own)" } ?? "extra \(field.name)"
  }

  /// What an extra holds.
  static func extra(_ value: ChangeValue, _ field: ExtraField) -> String {
    let isList = field.scope == .vmEvents || field.scope == .vcpuEvents
    return value == .nothing && isList ? "not stored" : plain(value)
  }

  static func definition(_ definition: EventDefinition) -> String {
    var parts = [
      definition.type.description, definition.priority.description,
      definition.isSignalable ? "signalable" : "not signalable",
    ]
    if definition.trigger == .level { parts.append("level") }
    if definition.origin != .platform { parts.append(definition.origin.rawValue) }
    if let interrupt = definition.interrupt { parts.append("interrupt \(interrupt)") }
    if let notifier = definition.notifier { parts.append("notifier \"\(notifier)\"") }
    return parts.joined(separator: ", ")
  }

  static func routing(_ routing: Routing) -> String {
    if routing == Routing() { return "any" }
    return "\(routing.mode) \(routing.affinity)"
  }

  /// A count of occurrences, or the name of a power state, where values are small numbers.
  static func count(_ value: ChangeValue) -> String {
    if case .number(let number) = value { return String(number) }
    return rule(value)
  }

  static func power(_ value: ChangeValue) -> String {
    guard case .number(let number) = value else { return rule(value) }
    return UInt8(exactly: number).flatMap(PowerState.init)?.name ?? hex(number)
  }

  static func affinity(_ value: ChangeValue) -> String {
    guard case .number(let number) = value else { return rule(value) }
    return Affinity(rawValue: number).description
  }
}
