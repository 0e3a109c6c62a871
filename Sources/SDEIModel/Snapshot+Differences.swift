/// A place in which a snapshot says something else than another one.
public struct Difference: Hashable, Sendable {
  /// Where in the model.
  public var path: String
  /// Whether the other snapshot has nothing there.
  public var isMissing: Bool

  /// Makes a difference.
  public init(path: String, isMissing: Bool) { (self.path, self.isMissing) = (path, isMissing) }
}

extension Snapshot {
  /// The places in which another snapshot says something else, field by field.
  ///
  /// What the other has beside this one is a difference, too. O(all that is in both).
  public func differences(from other: Snapshot) -> [Difference] {
    var list = DifferenceList()
    list.compare("instance.version", instance.version, other.instance.version)
    list.compare("instance.clientEL", instance.clientEL, other.instance.clientEL)
    list.compare("instance.features", instance.features, other.instance.features, Features())
    list.compare("instance.dialect", instance.dialect, other.instance.dialect)
    list.compare(
      "instance.producer",
      Array(instance.producer.utf8),
      Array(other.instance.producer.utf8),
      []
    )
    list.compare(vcpus, other.vcpus)
    let numbers = Set(events.map(\.number)).union(other.events.map(\.number))
    for number in numbers.sorted() { list.compare(number, events[number], other.events[number]) }
    for level in Level.allCases {
      let vcpus = Set(contexts.level(level).map(\.vcpu) + other.contexts.level(level).map(\.vcpu))
      for vcpu in vcpus.sorted() {
        list.compare(
          ModelPath.context(vcpu, level),
          contexts[vcpu, level],
          other.contexts[vcpu, level],
          nil
        )
      }
    }
    for field in ExtraField.allCases {
      func path() -> String { "extras.\(field.name)" }
      list.compare(path(), extras.values[field], other.extras.values[field], nil)
      list.compare(path(), extras.lists[field], other.extras.lists[field], nil)
      list.compare(path(), extras.vcpuValues[field], other.extras.vcpuValues[field], nil)
      list.compare(path(), extras.vcpuLists[field], other.extras.vcpuLists[field], nil)
    }
    return list.differences
  }
}

private struct DifferenceList {
  var differences: [Difference] = []

  /// Notes a difference of two values; `nothing` is what stands for none.
  ///
  /// Paths are made only where something differs: mostly nothing does.
  mutating func compare<T: Equatable>(
    _ path: @autoclosure () -> String,
    _ one: T,
    _ other: T,
    _ nothing: T
  ) {
    if one != other { differences.append(Difference(path: path(), isMissing: other == nothing)) }
  }

  mutating func compare<T: Equatable>(
    _ path: @autoclosure () -> String,
    _ one: T,
    _ other: T
  ) {
    if one != other { differences.append(Difference(path: path(), isMissing: false)) }
  }

  mutating func compare(_ one: VCPUs, _ other: VCPUs) {
    compare("vcpus.count", one.count, other.count)
    compare("vcpus.masked", one.masked, other.masked, Bitmap())
    compare("vcpus.deliveryRequest", one.deliveryRequest, other.deliveryRequest, Bitmap())
    compare("vcpus.power", one.power, other.power, Column())
    let isKnown = one.affinityKnown == other.affinityKnown
    compare("vcpus.affinity", one.affinityKnown, other.affinityKnown, Bitmap())
    if isKnown { compare("vcpus.affinity", one.affinity, other.affinity) }
  }

  mutating func compare(_ number: EventNumber, _ one: Event?, _ other: Event?) {
    guard let one, let other else {
      if one != other {
        let path = ModelPath.event(number)
        differences.append(Difference(path: path, isMissing: other == nil))
      }
      return
    }
    func path(_ field: String) -> String { ModelPath.event(number, field) }
    if let mine = one.definition, let theirs = other.definition {
      compare(path("type"), mine.type, theirs.type)
      compare(path("priority"), mine.priority, theirs.priority)
      compare(path("signalable"), mine.isSignalable, theirs.isSignalable)
      compare(path("trigger"), mine.trigger, theirs.trigger, .edge)
      compare(path("origin"), mine.origin, theirs.origin, .platform)
      compare(path("interrupt"), mine.interrupt, theirs.interrupt, nil)
      compare(path("notifier"), mine.notifier, theirs.notifier, nil)
    } else {
      compare(path("definition"), one.definition, other.definition, nil)
    }
    compare(path("routing"), one.routing, other.routing, Routing())
    for (name, key) in Event.bitmaps {
      compare(path(name), one[keyPath: key], other[keyPath: key], Bitmap())
    }
    for (name, key) in Event.columns {
      compare(path(name), one[keyPath: key], other[keyPath: key], Column())
    }
    for field in ExtraField.allCases {
      compare(path(field.name), one.extras[field], other.extras[field], nil)
      compare(path(field.name), one.slotExtras[field], other.slotExtras[field], nil)
    }
  }
}
