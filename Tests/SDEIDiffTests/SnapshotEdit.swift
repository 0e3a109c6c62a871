import SDEIModel
import SDEITestSupport

/// Changes a few places of a snapshot, by seed.
struct SnapshotEdit {
  private var random: SplitMix64

  static func edited(_ snapshot: Snapshot, seed: UInt64, edits: Int) -> Snapshot {
    var edit = SnapshotEdit(random: SplitMix64(seed: seed))
    var result = snapshot
    for _ in 0..<edits { edit.change(&result) }
    return result
  }

  private mutating func index(_ snapshot: Snapshot) -> UInt32 {
    UInt32(random.below(UInt64(max(snapshot.vcpus.count, 4))))
  }

  private mutating func change(_ snapshot: inout Snapshot) {
    let index = index(snapshot)
    switch random.below(12) {
    case 0: snapshot.vcpus.masked.toggle(index)
    case 1: snapshot.vcpus.power[index] = 1 + random.below(4)
    case 2:
      snapshot.vcpus.affinityKnown.insert(index)
      snapshot.vcpus.affinity[index] = random.below(3) << 8
    case 3: snapshot.instance.producer = random.pick(["", "one", "two", "e\u{301}", "\u{e9}"])
    case 4: snapshot.instance.features.privateSlots ^= 1
    case 5: snapshot.vcpus.count ^= 1
    case 6, 7: changeEvent(&snapshot, index)
    case 8, 9: changeContext(&snapshot, index)
    case 10: changeExtra(&snapshot, index)
    default: addOrRemove(&snapshot)
    }
  }

  private mutating func changeEvent(_ snapshot: inout Snapshot, _ index: UInt32) {
    guard !snapshot.events.isEmpty else { return }
    let number = snapshot.events[Int(random.below(UInt64(snapshot.events.count)))].number
    let (kind, value) = (random.below(6), random.below(3))
    let (_, bits) = random.pick(Event.bitmaps)
    let (_, column) = random.pick(Event.columns)
    snapshot.events.update(number) { event in
      switch kind {
      case 0, 1: event[keyPath: bits].toggle(index)
      case 2, 3: event[keyPath: column][index] = value
      case 4: event.routing.affinity = Affinity(rawValue: value)
      default:
        guard var definition = event.definition else {
          event.definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
          return
        }
        definition.isSignalable.toggle()
        definition.notifier = value == 0 ? nil : "n\(value)"
        event.definition = value == 2 ? nil : definition
      }
    }
  }

  private mutating func changeContext(_ snapshot: inout Snapshot, _ index: UInt32) {
    let old = random.oneIn(2) ? snapshot.contexts.first : nil
    let level = random.pick(Level.allCases)
    var context = old ?? snapshot.contexts[index, level] ?? Context(vcpu: index, level: level)
    switch random.below(4) {
    case 0: context = Context(vcpu: context.vcpu, level: context.level)
    case 1: context.event = random.oneIn(3) ? nil : EventNumber(0x4040_0000 + random.below(4))
    default: context.frame[word: Int(random.below(20))] = random.below(3)
    }
    snapshot.contexts.insert(context)
  }

  private mutating func changeExtra(_ snapshot: inout Snapshot, _ index: UInt32) {
    let fields = ExtraField.allCases.filter {
      $0.dialects.contains(snapshot.instance.dialect) && $0 != .mpidrFlags
    }
    guard !fields.isEmpty else { return }
    let field = random.pick(fields)
    let value = field.minimum + random.below(2)
    let list = random.oneIn(3) ? nil : [EventNumber(random.below(4))]
    let number = snapshot.events.first?.number
    switch field.scope {
    case .vmValue: snapshot.extras.values[field] = random.oneIn(2) ? nil : value
    case .vmEvents: snapshot.extras.lists[field] = list
    case .eventValue: if let number { snapshot.events.update(number) { $0.extras[field] = value } }
    case .slotValue:
      if let number {
        snapshot.events.update(number) { event in
          var column = event.slotExtras[field] ?? Column()
          column[index] = value
          event.slotExtras[field] = column
        }
      }
    case .vcpuValue:
      var column = snapshot.extras.vcpuValues[field] ?? Column()
      column[index] = value
      snapshot.extras.vcpuValues[field] = column
    case .vcpuEvents:
      var lists = VCPULists()
      lists.append(IndexRange(index, index), list ?? [])
      snapshot.extras.vcpuLists[field] = lists
    }
  }

  private mutating func addOrRemove(_ snapshot: inout Snapshot) {
    if let event = snapshot.events.first, random.oneIn(2) {
      snapshot.events = EventTable(snapshot.events.filter { $0.number != event.number })
    } else {
      let other = RandomSnapshot.make(
        seed: random.next(),
        vcpus: 4,
        dialect: snapshot.instance.dialect
      )
      if let event = other.events.first { snapshot.events.insert(event) }
    }
  }
}
