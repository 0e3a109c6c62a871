public import SDEIModel
internal import SDEIWire

/// Definitions of events from a file of their own, for forms of state that have none
/// (schemas/events.schema.json).
///
/// ```json
/// {"schema": "sdeictl/events/1",
///  "events": {"0x40400001": {"type": "private", "priority": "normal", "signalable": true}}}
/// ```
public struct DefinitionsFile: Hashable, Sendable {
  static let schema = "sdeictl/events/1"

  /// The definitions, ascending by number.
  public let definitions: [(number: EventNumber, definition: EventDefinition)]

  /// Reads a file.
  ///
  /// - Throws: `DecodeError` with the offset and the path of what is not as it must be.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    let node: JSONNode
    do throws(JSONError) { node = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    let root = JSONScope(node: node, path: "")
    let members = try root.members(["schema", "events"])
    let schema = try root.required("schema", in: members)
    guard try schema.string() == Self.schema else {
      throw schema.error("\"\(Self.schema)\"", .unsupported)
    }
    definitions = try Self.definitions(try root.required("events", in: members))
  }

  /// Reads definitions keyed by number, as the events of a snapshot have them.
  package static func definitions(
    _ scope: JSONScope
  ) throws(DecodeError) -> [(number: EventNumber, definition: EventDefinition)] {
    var result: [EventNumber: EventDefinition] = [:]
    for (key, event) in try scope.object() {
      guard let raw = JSONScope.hexValue(key) else {
        throw event.error("an event number like \"0x40400000\"", found: "the key \"\(key)\"")
      }
      let definition = try JSONFormat.definition(event)
      guard result.updateValue(definition, forKey: EventNumber(raw)) == nil else {
        throw event.error("each event once", found: "\(EventNumber(raw)) again", .duplicate)
      }
    }
    return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Compares the definitions.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.definitions.elementsEqual(rhs.definitions) { $0 == $1 }
  }

  /// Feeds the definitions.
  public func hash(into hasher: inout Hasher) {
    for item in definitions {
      hasher.combine(item.number)
      hasher.combine(item.definition)
    }
  }
}

extension Document {
  /// Gives events without a definition the one of a file; the state's own definitions stay.
  ///
  /// What the file and the state say otherwise is a finding. KVM v4's exposed list, which its forms do
  /// not tell, gets the events that the file names and the list lacks, ascending; other states tell
  /// all events that there are.
  public mutating func supply(_ file: DefinitionsFile) {
    var supplied: [EventNumber] = []
    var added: [Event] = []
    for (number, definition) in file.definitions {
      if let known = snapshot.events[number]?.definition {
        if known != definition { findings.append(.contradicted(number)) }
        continue
      }
      if snapshot.events[number] == nil {
        guard snapshot.instance.dialect == .kvmV4 else {
          findings.append(.notExposed(number))
          continue
        }
        added.append(Event(number, definition: definition))
      } else {
        snapshot.events.update(number) { $0.definition = definition }
      }
      supplied.append(number)
    }
    if !added.isEmpty { snapshot.events = EventTable(Array(snapshot.events) + added) }
    let defined = Set(supplied.map { ModelPath.event($0, "definition") })
    findings.removeAll { $0.id == Finding.undefinedID && defined.contains($0.path) }
    if let order = snapshot.extras.lists[.exposedOrder], snapshot.instance.dialect == .kvmV4 {
      let known = Set(order)
      snapshot.extras.lists[.exposedOrder] = order + supplied.filter { !known.contains($0) }
    }
  }
}

extension Finding {
  static let undefinedID = "SDEI-D025"

  /// An event of whose definition the form does not tell.
  static func undefined(_ number: EventNumber) -> Finding {
    Finding(
      id: undefinedID,
      severity: .note,
      path: ModelPath.event(number, "definition"),
      problem:
        "type and priority of the event are unknown: this form does not tell them, and slot 0 "
        + "may be a shared event's or vCPU 0's",
      action: "supply the definitions with --events FILE"
    )
  }

  static func notExposed(_ number: EventNumber) -> Finding {
    Finding(
      id: "SDEI-D027",
      severity: .note,
      path: ModelPath.event(number),
      problem: "a definition was supplied for an event that the state does not have",
      action: "nothing is added: this form tells all events that there are"
    )
  }

  static func contradicted(_ number: EventNumber) -> Finding {
    Finding(
      id: "SDEI-D026",
      severity: .warning,
      path: ModelPath.event(number, "definition"),
      problem: "the definition that was supplied is another one than the state's own, which stays",
      action: "correct one of the two"
    )
  }
}
