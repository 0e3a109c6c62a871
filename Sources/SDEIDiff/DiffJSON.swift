public import SDEIFormats
public import SDEIModel
public import SDEIWire

/// Differences as JSON (schemas/diff.schema.json), without loss: what `diff` prints, `patch` applies.
public enum DiffJSON {
  /// The name and version of the form.
  public static let schema = "sdeictl/diff/1"

  /// Writes the items of a difference as an array.
  ///
  /// - Throws: `EncodeError` where an event that came or went can not be said in JSON.
  public static func write(
    _ diff: SnapshotDiff,
    from before: DialectID,
    to after: DialectID,
    _ json: inout JSONWriter
  ) throws(EncodeError) {
    var failure: EncodeError?
    json.array { json in
      for item in diff.items {
        json.object { json in
          json.key("mark")
          json.string(item.mark.name)
          json.key("path")
          json.string(item.path)
          json.key("words")
          json.string(item.words)
          json.key("class")
          json.string(item.changeClass.rawValue)
          json.key("reason")
          json.string(item.reason)
          json.key("changes")
          json.array { json in
            for change in item.changes {
              do throws(EncodeError) {
                try write(change, before, after, &json)
              } catch {
                failure = failure ?? error
              }
            }
          }
        }
      }
    }
    if let failure { throw failure }
  }

  /// How many items there are of each class.
  public static func summary(_ diffs: [SnapshotDiff], _ json: inout JSONWriter) {
    json.object { json in
      for one in ChangeClass.allCases {
        json.key(one.rawValue)
        json.number(diffs.reduce(0) { $0 + $1.items.count { $0.changeClass == one } })
      }
    }
  }

  private static func write(
    _ change: Change,
    _ before: DialectID,
    _ after: DialectID,
    _ json: inout JSONWriter
  ) throws(EncodeError) {
    json.openObject()
    json.key("path")
    json.string(change.path)
    json.key("place")
    json.string(change.place.kind)
    if let event = change.place.event {
      json.key("event")
      json.string(event.description)
    }
    if case .context(let level) = change.place {
      json.key("level")
      json.string(level.name)
    }
    if let field = change.place.fieldName {
      json.key("field")
      json.string(field)
    }
    if change.place.hasVCPUs {
      json.key("vcpus")
      json.string(change.vcpus.description)
    }
    json.key("before")
    try write(change.before, before, &json)
    json.key("after")
    try write(change.after, after, &json)
    json.close()
  }

  private static func write(
    _ value: ChangeValue,
    _ dialect: DialectID,
    _ json: inout JSONWriter
  ) throws(EncodeError) {
    switch value {
    case .nothing: json.null()
    case .flag(let flag): json.bool(flag)
    case .number(let number): json.string(hex(number))
    case .progression(let origin, let stride):
      json.object { json in
        json.key("origin")
        json.string(hex(origin))
        json.key("stride")
        json.string(hex(stride))
      }
    case .text(let text):
      json.object { json in
        json.key("text")
        json.string(text.string)
      }
    case .events(let list):
      json.object { json in
        json.key("events")
        json.array { json in for number in list { json.string(number.description) } }
      }
    case .context(let values):
      json.object { json in
        json.key("context")
        json.object { write(values, &$0) }
      }
    case .definition(let definition):
      json.object { json in
        json.key("definition")
        JSONFormat.write(definition, into: &json)
      }
    case .event(let event):
      // An event alone is a snapshot that has no other.
      let alone = Snapshot(instance: Instance(dialect: dialect), events: EventTable([event]))
      json.openObject()
      json.key("snapshot")
      try JSONFormat.write(alone, EncodeOptions(maxBytes: .max), into: &json)
      json.close()
    }
  }

  private static func write(_ values: ContextValues, _ json: inout JSONWriter) {
    for item in values.items {
      json.key(item.field.name)
      if let value = item.value { json.string(hex(value)) } else { json.null() }
    }
  }
}

extension DiffItem.Mark {
  /// The name in JSON.
  var name: String {
    switch self {
    case .added: "added"
    case .removed: "removed"
    case .changed: "changed"
    }
  }
}

extension Place {
  /// The name of the kind of place in JSON.
  public var kind: String {
    switch self {
    case .instance: "instance"
    case .vcpuCount: "vcpuCount"
    case .vcpu: "vcpu"
    case .vcpuExtra: "vcpuExtra"
    case .event: "event"
    case .eventField: "eventField"
    case .eventExtra: "eventExtra"
    case .slot: "slot"
    case .slotExtra: "slotExtra"
    case .context: "context"
    case .extra: "extra"
    }
  }

  /// The name of the field, nil for places that are one thing.
  public var fieldName: String? {
    switch self {
    case .instance(let field): field.rawValue
    case .vcpu(let field): field.rawValue
    case .eventField(_, let field): field.rawValue
    case .slot(_, let field): field.rawValue
    case .vcpuExtra(let field), .eventExtra(_, let field), .slotExtra(_, let field),
      .extra(let field):
      field.name
    case .vcpuCount, .event, .context: nil
    }
  }
}
