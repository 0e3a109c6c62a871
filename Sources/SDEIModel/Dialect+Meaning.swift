/// What stored bits and numbers mean in a dialect.
extension DialectID {
  /// Whether a mark of its own tells what runs, beside contexts or instead of them.
  public var marksRunning: Bool {
    switch self {
    case .specification, .tfA, .kvmV7, .qemuRFC: true
    case .kvmV4, .kvmV5: false
    }
  }

  /// Whether contexts tell the number of the event whose handler runs.
  public var numbersContexts: Bool { self != .kvmV7 }

  /// Whether a pending count includes the occurrence that is being handled.
  ///
  /// KVM v2 to v5 count queued and running occurrences together (`refcount`, `event_count`).
  public var pendingIncludesRunning: Bool { self == .kvmV4 || self == .kvmV5 }

  /// Whether a running number as stored names an event, rather than "none".
  ///
  /// KVM v2 to v5 look at whether the number is one that they support: v5 event 0 and "virtual"
  /// numbers (bits 23:22 = 01, at most 32 bits), v4 only the latter. The other dialects store a
  /// number only for a handler that runs.
  public func namesEvent(_ number: EventNumber) -> Bool {
    let isVirtual = number.rawValue >> 32 == 0 && number.rawValue >> 22 & 0b11 == 0b01
    return switch self {
    case .kvmV4: isVirtual
    case .kvmV5: isVirtual || number == .softwareSignalled
    case .specification, .kvmV7, .tfA, .qemuRFC: true
    }
  }

  /// Whether `registered` stays set while an unregistration waits for completion.
  ///
  /// The specification's handler-unregister-pending is (0,0,1); KVM v5 keeps the bit and adds one.
  public var keepsRegisteredWhilePending: Bool { self == .kvmV5 || self == .qemuRFC }
}

extension Snapshot {
  /// The event whose handler runs at a level of a vCPU, nil for none, by the dialect's meaning.
  ///
  /// KVM v7 has one context, without a number: it is the lowest running event's. O(events) there.
  public func runningEvent(_ vcpu: UInt32, _ level: Level) -> EventNumber? {
    guard instance.dialect == .kvmV7 else {
      return contexts[vcpu, level].flatMap { runningEvent(of: $0) }
    }
    return level == .normal ? events.first { $0.running.contains(vcpu) }?.number : nil
  }

  /// The event whose handler runs in a context, nil for none, by the dialect's meaning.
  public func runningEvent(of context: Context) -> EventNumber? {
    context.event.flatMap { instance.dialect.namesEvent($0) ? $0 : nil }
  }

  /// The slots of each event in which its handler runs: as marked, and as the contexts tell.
  ///
  /// A handler of a shared event runs in slot 0, whichever vCPU runs it, as the specification has
  /// it; O(events + contexts).
  public func runningSlots() -> [EventNumber: Bitmap] {
    var vcpus: [EventNumber: [UInt32]] = [:]
    for context in contexts {
      guard let number = runningEvent(of: context) else { continue }
      let slot = events[number]?.isShared == true ? 0 : context.vcpu
      vcpus[number, default: []].append(slot)
    }
    var result = vcpus.mapValues { Bitmap(indexes: $0) }
    for event in events where !event.running.isEmpty {
      result[event.number] = event.running.union(result[event.number] ?? Bitmap())
    }
    return result
  }
}
