public import SDEIModel

/// What the transcripts of KVM v4 and v5 have in common.
public enum KVMTranscripts {
  /// What is unusual in a state of KVM v4 or v5 that was not read from a transcript just now: the
  /// same findings, folded over vCPUs and without offsets; nothing for other dialects.
  public static func noticed(_ snapshot: Snapshot) -> [Finding] {
    let dialect = snapshot.instance.dialect
    guard dialect == .kvmV4 || dialect == .kvmV5 else { return [] }
    var list = FindingList()
    for event in snapshot.events {
      for item in event.extras.items {
        let path = ModelPath.event(event.number, item.field.name)
        switch item.field {
        case .notifier: list.append(.notifier(event.number, item.value, at: nil))
        case .exposedPadding, .registeredPadding, .registeredHole:
          list.append(.padding(bytes(item.value, item.field), item.field, path, at: nil))
        default: break
        }
      }
      for item in event.slotExtras.items {
        guard let first = item.value.runs.first else { continue }
        let value = item.value.value(of: first, at: first.range.first)
        switch item.field {
        case .slotNotifier:
          list.append(.notifier(event.number, value, item.value.support, at: nil))
        case .queuePadding, .slotPadding:
          let path = ModelPath.event(event.number, vcpus: item.value.support, item.field.name)
          list.append(.padding(bytes(value, item.field), item.field, path, at: nil))
        default: break
        }
      }
    }
    if let padding = snapshot.extras.vcpuValues[.vcpuPadding], let first = padding.runs.first {
      let value = padding.value(of: first, at: first.range.first)
      let path = ModelPath.vcpus(padding.support, "vcpuPadding")
      list.append(.padding(bytes(value, .vcpuPadding), .vcpuPadding, path, at: nil))
    }
    for level in Level.allCases {
      var vcpus: [EventNumber: [UInt32]] = [:]
      for context in snapshot.contexts.level(level) {
        guard let event = context.event, !dialect.namesEvent(event) else { continue }
        vcpus[event, default: []].append(context.vcpu)
      }
      for event in vcpus.keys.sorted() {
        let vcpus = Bitmap(indexes: vcpus[event] ?? [])
        list.append(.meansNone(event, vcpus, level, dialect, at: nil))
      }
    }
    // v5 gives its definitions back with the rest, so that a missing one is a refusal of its own.
    if dialect == .kvmV4 {
      for event in snapshot.events where event.definition == nil {
        list.append(.undefined(event.number))
      }
    }
    return list.all
  }

  private static func bytes(_ value: UInt64, _ field: ExtraField) -> [UInt8] {
    (0..<field.bits / 8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}

extension FormatID {
  /// Whether reading the format notices all that `KVMTranscripts.noticed` would, with its offsets.
  public var noticesWhileRead: Bool { [.kvmV4, .kvmV5, .kvmSplit].contains(self) }
}
