import SDEIModel

/// A field of a state, by its path, and how to look at it.
package struct StatePlace: Sendable, CustomStringConvertible {
  package let path: String
  /// The path by which `differences` names it.
  package let difference: String
  /// The name of the field.
  package let field: String
  /// Which bit of its byte it is, of those that are bits.
  package let bit: UInt8
  package let value: @Sendable (Snapshot) -> UInt64?

  package var description: String { path }

  init(
    _ path: String,
    in difference: String? = nil,
    _ field: String,
    bit: UInt8 = 0,
    _ value: @escaping @Sendable (Snapshot) -> UInt64?
  ) {
    (self.path, self.difference) = (path, difference ?? path)
    (self.field, self.bit, self.value) = (field, bit, value)
  }
}

extension StatePlace {
  /// The fields of a state that say something, of each at most `limit` slots.
  package static func all(_ snapshot: Snapshot, limit: Int = 6) -> [StatePlace] {
    snapshot.events.flatMap { definition($0) + handlers($0, limit) + extras($0, limit) }
      + contexts(snapshot, limit) + vcpus(snapshot, limit)
  }

  private static func definition(_ event: Event) -> [StatePlace] {
    let number = event.number
    func place(
      _ field: String,
      in difference: String? = nil,
      _ value: @escaping @Sendable (Event) -> UInt64?
    ) -> StatePlace {
      let name = String(field.split(separator: ".").last ?? "")
      return StatePlace(
        ModelPath.event(number, field),
        in: difference.map { ModelPath.event(number, $0) },
        name
      ) { $0.events[number].flatMap(value) }
    }
    var places: [StatePlace] = []
    if event.definition != nil {
      places = [
        place("type") { $0.definition.map { UInt64($0.type.rawValue) } },
        place("priority") { $0.definition.map { UInt64($0.priority.rawValue) } },
      ]
      // A byte of another value than 0 and 1 is told by the extra.
      if event.extras[.signaled] == nil {
        places.append(place("signalable") { $0.definition?.isSignalable == true ? 1 : 0 })
      }
    }
    if event.routing != Routing() {
      places += [
        place("routing.mode", in: "routing") { UInt64($0.routing.mode.rawValue) },
        place("routing.affinity", in: "routing") { $0.routing.affinity.rawValue },
      ]
    }
    return places
  }

  private static func handlers(_ event: Event, _ limit: Int) -> [StatePlace] {
    let number = event.number
    var places: [StatePlace] = []
    func path(_ slot: UInt32, _ field: String) -> String {
      ModelPath.event(number, vcpus: Bitmap(indexes: [slot]), field)
    }
    for (name, key) in Event.bitmaps {
      for slot in first(limit, of: event[keyPath: key]) {
        let whole = ModelPath.event(number, name)
        places.append(
          StatePlace(path(slot, name), in: whole, name, bit: UInt8(slot % 8)) {
            $0.events[number]?[keyPath: key].contains(slot) == true ? 1 : 0
          }
        )
      }
    }
    for (name, key) in Event.columns {
      for slot in first(limit, of: event[keyPath: key].support) {
        places.append(
          StatePlace(path(slot, name), in: ModelPath.event(number, name), name) {
            $0.events[number]?[keyPath: key][slot]
          }
        )
      }
    }
    return places
  }

  private static func extras(_ event: Event, _ limit: Int) -> [StatePlace] {
    let number = event.number
    var places: [StatePlace] = []
    for item in event.extras.items {
      let field = item.field
      places.append(
        StatePlace(ModelPath.event(number, field.name), field.name) {
          $0.events[number]?.extras[field]
        }
      )
    }
    for item in event.slotExtras.items {
      let field = item.field
      for slot in first(limit, of: item.value.support) {
        places.append(
          StatePlace(
            ModelPath.event(number, vcpus: Bitmap(indexes: [slot]), field.name),
            in: ModelPath.event(number, field.name),
            field.name
          ) { $0.events[number]?.slotExtras[field]?[slot] }
        )
      }
    }
    return places
  }

  private static func contexts(_ snapshot: Snapshot, _ limit: Int) -> [StatePlace] {
    snapshot.contexts.prefix(limit).flatMap { context -> [StatePlace] in
      let (vcpu, level) = (context.vcpu, context.level)
      func place(
        _ field: String,
        _ value: @escaping @Sendable (Context) -> UInt64?
      ) -> StatePlace {
        StatePlace(
          ModelPath.context(vcpu, level, field),
          in: ModelPath.context(vcpu, level),
          field
        ) { $0.contexts[vcpu, level].flatMap(value) }
      }
      let event = context.event == nil ? [] : [place("event") { $0.event?.rawValue }]
      return event + (0..<18).map { index in place("x[\(index)]") { $0.frame.x[index] } }
        + [place("pc") { $0.frame.pc }, place("pstate") { $0.frame.pstate }]
    }
  }

  private static func vcpus(_ snapshot: Snapshot, _ limit: Int) -> [StatePlace] {
    func path(_ vcpu: UInt32, _ field: String) -> String {
      ModelPath.vcpus(Bitmap(indexes: [vcpu]), field)
    }
    var places: [StatePlace] = []
    for vcpu in first(limit, of: snapshot.vcpus.masked) {
      places.append(
        StatePlace(path(vcpu, "masked"), in: "vcpus.masked", "masked") { snapshot in
          // A byte of another value than 0 and 1 is told by an extra.
          let raw = [ExtraField.masked, .peState].compactMap {
            snapshot.extras.vcpuValues[$0]?[vcpu]
          }
          return raw.first { $0 != 0 } ?? (snapshot.vcpus.masked.contains(vcpu) ? 1 : 0)
        }
      )
    }
    for vcpu in first(limit, of: snapshot.vcpus.affinityKnown) {
      places.append(
        StatePlace(path(vcpu, "affinity"), in: "vcpus.affinity", "affinity") {
          $0.vcpus.affinity(of: vcpu)?.rawValue
        }
      )
    }
    for item in snapshot.extras.vcpuValues.items where item.field != .masked {
      let field = item.field
      for vcpu in first(limit, of: item.value.support) {
        places.append(
          StatePlace(path(vcpu, field.name), in: "extras.\(field.name)", field.name) {
            $0.extras.vcpuValues[field]?[vcpu]
          }
        )
      }
    }
    return places
  }

  private static func first(_ limit: Int, of bitmap: Bitmap) -> [UInt32] {
    Array(
      bitmap.ranges.prefix(limit).flatMap { $0.first...min($0.last, $0.first + 64) }.prefix(limit)
    )
  }
}
