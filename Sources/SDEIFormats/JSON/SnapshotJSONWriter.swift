internal import SDEIModel
internal import SDEIWire

/// Writes a document as its one JSON text.
enum SnapshotJSONWriter {
  static func write(_ document: Document) -> [UInt8] {
    var json = JSONWriter()
    write(document, &json)
    return json.finish()
  }

  static func write(_ document: Document, _ json: inout JSONWriter) {
    let snapshot = document.snapshot
    json.object { json in
      json.key("schema")
      json.string(JSONFormat.schema)
      part(document.scope, snapshot, &json)
      instance(snapshot.instance, &json)
      vcpus(snapshot.vcpus, &json)
      if !snapshot.events.isEmpty {
        json.key("events")
        json.object { json in
          for event in snapshot.events {
            json.key(event.number.description)
            json.object { self.event(event, &$0) }
          }
        }
      }
      contexts(snapshot.contexts, &json)
      ExtrasJSONWriter.write(snapshot, &json)
    }
  }

  /// More bytes than the text takes: folded things once, literal values and registers each.
  static func sizeBound(_ snapshot: Snapshot) -> UInt64 {
    var columns = [snapshot.vcpus.power, snapshot.vcpus.affinity]
    var bitmaps = [snapshot.vcpus.masked, snapshot.vcpus.deliveryRequest]
    columns += snapshot.extras.vcpuValues.items.map(\.value)
    var lists = snapshot.extras.lists.items.reduce(0) { $0 + $1.value.count }
    for item in snapshot.extras.vcpuLists.items {
      for list in item.value.items { lists += list.events.count + 2 }
    }
    for event in snapshot.events {
      columns += Event.columns.map { event[keyPath: $0.path] }
      columns += event.slotExtras.items.map(\.value)
      bitmaps += Event.bitmaps.map { event[keyPath: $0.path] }
    }
    let values = columns.reduce(0) { $0 + $1.runs.count + $1.literals.count }
    let ranges = bitmaps.reduce(0) { $0 + $1.ranges.count }
    return UInt64(values) * 160 + UInt64(ranges) * 24 + UInt64(lists) * 64
      + UInt64(snapshot.events.count) * 2048 + UInt64(snapshot.contexts.count) * 900 + 4096
  }

  private static func part(_ scope: PartScope, _ snapshot: Snapshot, _ json: inout JSONWriter) {
    if scope == .whole { return }
    json.key("part")
    json.object { json in
      json.key("scope")
      if case .vcpu(let vcpu, let digest) = scope {
        json.string("vcpu")
        json.key("index")
        json.number(vcpu)
        json.key("vmDigest")
        json.string(hex(digest.rawValue))
      } else {
        json.string("vm")
        json.key("vmDigest")
        json.string(hex(VMDigest(of: snapshot).rawValue))
      }
    }
  }

  static func instance(_ instance: Instance, _ json: inout JSONWriter) {
    json.key("instance")
    json.object { json in
      json.key("version")
      json.string(instance.version.description)
      json.key("vendor")
      json.string(hex(UInt64(instance.version.vendor)))
      json.key("clientEL")
      json.number(instance.clientEL)
      if instance.features != Features() {
        json.key("features")
        json.object { json in
          json.key("privateSlots")
          json.number(instance.features.privateSlots)
          json.key("sharedSlots")
          json.number(instance.features.sharedSlots)
          json.key("relativeMode")
          json.bool(instance.features.relativeMode)
        }
      }
      json.key("dialect")
      json.string(instance.dialect.name)
      json.key("producer")
      json.string(instance.producer)
    }
  }

  private static func vcpus(_ vcpus: VCPUs, _ json: inout JSONWriter) {
    json.key("vcpus")
    json.object { json in
      json.key("count")
      json.number(vcpus.count)
      if !vcpus.power.isEmpty {
        json.key("power")
        json.array { json in
          for fold in ColumnFold.folds(vcpus.power, keepsAffine: false) {
            fold.write(&json, key: "state") { json, value in
              json.string(PowerState(rawValue: UInt8(truncatingIfNeeded: value))?.name ?? "unknown")
            }
          }
        }
      }
      set("masked", vcpus.masked, &json)
      set("deliveryRequest", vcpus.deliveryRequest, &json)
      if !vcpus.affinityKnown.isEmpty {
        let zeros = vcpus.affinityKnown.subtracting(vcpus.affinity.support)
        column("affinity", vcpus.affinity, zeros: zeros, &json)
      }
    }
  }

  private static func set(_ key: String, _ bitmap: Bitmap, _ json: inout JSONWriter) {
    if bitmap.isEmpty { return }
    json.key(key)
    json.string(bitmap.description)
  }

  static func column(
    _ key: String,
    _ column: Column,
    zeros: Bitmap = Bitmap(),
    _ json: inout JSONWriter
  ) {
    if column.isEmpty && zeros.isEmpty { return }
    json.key(key)
    json.array { json in
      for fold in ColumnFold.folds(column, zeros: zeros) { fold.write(&json) }
    }
  }

  private static func event(_ event: Event, _ json: inout JSONWriter) {
    if let definition = event.definition { self.definition(definition, &json) }
    if event.routing != Routing() {
      json.key("routing")
      json.object { json in
        json.key("mode")
        json.string(event.routing.mode.description)
        json.key("affinity")
        json.string(hex(event.routing.affinity.rawValue))
      }
    }
    for (name, path) in Event.bitmaps { set(name, event[keyPath: path], &json) }
    if !event.pending.isEmpty {
      json.key("pending")
      json.array { json in
        for fold in ColumnFold.folds(event.pending) {
          fold.write(&json, key: "count") { json, value in json.number(value) }
        }
      }
    }
    column("entry", event.entry, &json)
    column("argument", event.argument, &json)
  }

  static func definition(_ definition: EventDefinition, _ json: inout JSONWriter) {
    json.key("type")
    json.string(definition.type.description)
    json.key("priority")
    json.string(definition.priority.description)
    json.key("signalable")
    json.bool(definition.isSignalable)
    if definition.trigger == .level {
      json.key("trigger")
      json.string(definition.trigger.rawValue)
    }
    if definition.origin != .platform {
      json.key("origin")
      json.string(definition.origin.rawValue)
    }
    if let interrupt = definition.interrupt {
      json.key("interrupt")
      json.string(hex(UInt64(interrupt)))
    }
    if let notifier = definition.notifier {
      json.key("notifier")
      json.string(notifier)
    }
  }

  private static func contexts(_ contexts: ContextTable, _ json: inout JSONWriter) {
    if contexts.isEmpty { return }
    json.key("contexts")
    json.object { json in
      for vcpu in contexts.vcpus {
        json.key(String(vcpu))
        json.object { json in
          for level in Level.allCases {
            guard let context = contexts[vcpu, level] else { continue }
            json.key(level.name)
            json.object { self.context(context, &$0) }
          }
        }
      }
    }
  }

  private static func context(_ context: Context, _ json: inout JSONWriter) {
    if let event = context.event {
      json.key("event")
      json.string(event.description)
    }
    json.key("x")
    json.array { json in
      for register in context.frame.x.indices { json.string(hex(context.frame.x[register])) }
    }
    json.key("pc")
    json.string(hex(context.frame.pc))
    json.key("pstate")
    json.string(hex(context.frame.pstate))
  }
}
