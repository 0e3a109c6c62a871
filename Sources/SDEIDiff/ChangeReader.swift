internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Reads one change from its JSON.
enum ChangeReader {
  private static let always = ["path", "place", "before", "after"]
  private static let sometimes = ["event", "level", "field", "vcpus"]

  static func change(_ scope: JSONScope) throws(DecodeError) -> Change {
    let members = try scope.members(Set(always + sometimes))
    let kind = try scope.required("place", in: members)
    let place = try self.place(kind, scope, members)
    let needed = Set(
      [
        place.event.map { _ in "event" }, place.level.map { _ in "level" },
        place.fieldName.map { _ in "field" }, place.hasVCPUs ? "vcpus" : nil,
      ].compactMap(\.self)
    )
    for key in sometimes where !needed.contains(key) {
      if let member = members[key] {
        throw member.error(
          "no \"\(key)\" in a change of the place \"\(try kind.string())\"",
          found: "one",
          .structure
        )
      }
    }
    var vcpus = Bitmap()
    if place.hasVCPUs {
      let set = try scope.required("vcpus", in: members)
      vcpus = try set.vcpuSet()
      guard !vcpus.isEmpty else { throw set.error("one vCPU or more") }
    }
    let change = Change(
      place,
      vcpus: vcpus,
      before: try value(try scope.required("before", in: members)),
      after: try value(try scope.required("after", in: members))
    )
    // The path is there for people; one that says something else than the change would deceive them.
    if let path = members["path"], try path.string() != change.path {
      throw path.error("\"\(change.path)\", or no path")
    }
    return change
  }

  private static func place(
    _ kind: JSONScope,
    _ scope: JSONScope,
    _ members: [String: JSONScope]
  ) throws(DecodeError) -> Place {
    func event() throws(DecodeError) -> EventNumber {
      EventNumber(try scope.required("event", in: members).hex())
    }
    func field<T: CaseIterable>(
      _: T.Type = T.self,
      _ name: (T) -> String
    ) throws(DecodeError) -> T {
      let field = try scope.required("field", in: members)
      let text = try field.string()
      guard let found = T.allCases.first(where: { name($0) == text }) else {
        throw field.error("one of " + T.allCases.map(name).joined(separator: ", "))
      }
      return found
    }
    switch try kind.string() {
    case "instance": return .instance(try field { $0.rawValue })
    case "vcpuCount": return .vcpuCount
    case "vcpu": return .vcpu(try field { $0.rawValue })
    case "vcpuExtra": return .vcpuExtra(try field { $0.name })
    case "event": return .event(try event())
    case "eventField": return .eventField(try event(), try field { $0.rawValue })
    case "eventExtra": return .eventExtra(try event(), try field { $0.name })
    case "slot": return .slot(try event(), try field { $0.rawValue })
    case "slotExtra": return .slotExtra(try event(), try field { $0.name })
    case "extra": return .extra(try field { $0.name })
    case "context":
      let level = try scope.required("level", in: members)
      let name = try level.string()
      guard let found = Level.allCases.first(where: { $0.name == name }) else {
        throw level.error("\"normal\" or \"critical\"")
      }
      return .context(found)
    default:
      throw kind.error(
        "one of instance, vcpuCount, vcpu, vcpuExtra, event, eventField, eventExtra, slot, "
          + "slotExtra, context, extra"
      )
    }
  }

  private static func value(_ scope: JSONScope) throws(DecodeError) -> ChangeValue {
    switch scope.node.value {
    case .null: return .nothing
    case .bool(let bool): return .flag(bool)
    case .string: return .number(try scope.hex())
    default: break
    }
    let kinds = ["origin", "stride", "text", "events", "context", "definition", "snapshot"]
    let members = try scope.members(Set(kinds))
    if let origin = members["origin"], let stride = members["stride"], members.count == 2 {
      return .progression(origin: try origin.hex(), stride: try stride.hex())
    }
    guard members.count == 1, let (kind, content) = members.first else {
      throw scope.error(
        "null, true, false, a number like \"0x1f\", or an object with origin and stride, or with one "
          + "of text, events, context, definition, snapshot"
      )
    }
    switch kind {
    case "text": return .text(try content.string())
    case "events":
      var list: [EventNumber] = []
      for item in try content.items() { list.append(EventNumber(try item.hex())) }
      return .events(list)
    case "context": return .context(try context(content))
    case "definition": return .definition(try JSONFormat.definition(content))
    case "snapshot": return .event(try event(content))
    default: throw content.error("both of origin and stride", found: "one", .structure)
    }
  }

  private static func context(_ scope: JSONScope) throws(DecodeError) -> ContextValues {
    var values = ContextValues()
    for (key, member) in try scope.object() {
      guard let field = ContextField(name: key) else {
        throw member.error(
          "one of " + ContextField.all.map(\.name).joined(separator: ", "),
          found: "the unknown member \"\(key.prefix(40))\"",
          .structure
        )
      }
      if case .null = member.node.value, field == .event {
        values.set(field, nil)
      } else {
        values.set(field, try member.hex())
      }
    }
    return values
  }

  /// An event is told by a snapshot that has nothing else.
  private static func event(_ scope: JSONScope) throws(DecodeError) -> Event {
    let snapshot = try JSONFormat.snapshot(scope)
    guard let event = snapshot.events.first,
      snapshot
        == Snapshot(
          instance: Instance(dialect: snapshot.instance.dialect),
          events: EventTable([event])
        )
    else {
      throw scope.error("a snapshot of one event and nothing else", found: "another", .structure)
    }
    return event
  }
}

extension Place {
  /// The level that the place belongs to, nil where there is none.
  fileprivate var level: Level? {
    if case .context(let level) = self { level } else { nil }
  }
}
