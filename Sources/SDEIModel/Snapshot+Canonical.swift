extension Snapshot {
  /// The state in the specification's terms: idempotent, extras empty, dialect `specification`.
  ///
  /// - A context whose number the dialect takes for none is gone, and so are registers of an idle
  ///   level; `running` says what the contexts say.
  /// - A handler that waits for its unregistration is (0,0,1), told by `running` alone; the flag of
  ///   its own is gone.
  /// - Slots of vCPUs that do not exist are gone; a shared event lives in slot 0; a slot whose
  ///   handler is neither registered nor running has no entry, argument or relative bit.
  /// - A pending count is the number of occurrences that wait, without the one being handled.
  /// - Routing of private and of unregistered events, and an affinity without RM_PE, are 0.
  ///
  /// What is wrong in the specification's terms (enabled without registered, two vCPUs running one
  /// shared event) stays, for rules to find. O(runs + contexts).
  public func canonical() -> Snapshot {
    var result = self
    result.extras = Extras()
    result.vcpus = vcpus.canonical()
    result.contexts = canonicalContexts()
    let running = result.runningSlots()
    let handled = result.handledOccurrences()
    result.events.updateAll { event in
      let slots = event.isShared ? Bitmap(below: 1) : Bitmap(below: vcpus.count)
      event.pending = event.waiting(
        besides: handled[event.number] ?? Column(),
        slots: slots,
        vcpus: vcpus.count
      )
      event.running = (running[event.number] ?? Bitmap()).intersection(slots)
      event.canonicaliseHandlers(slots: slots, dialect: instance.dialect)
    }
    result.instance.dialect = .specification
    return result
  }

  /// The contexts of handlers that run; KVM v7's are given the number of the lowest running event.
  func canonicalContexts() -> ContextTable {
    guard instance.dialect == .kvmV7 else {
      return ContextTable(
        contexts.filter { runningEvent(of: $0) != nil && $0.vcpu < vcpus.count }
      )
    }
    var result: [Context] = []
    for (range, event) in lowestRunning() {
      for vcpu in range.first...range.last {
        let frame = contexts[vcpu, .normal]?.frame ?? .zero
        result.append(Context(vcpu: vcpu, level: .normal, event: event, frame: frame))
      }
    }
    return ContextTable(result)
  }

  /// By event, how many of the occurrences that a vCPU counts as pending are being handled.
  private func handledOccurrences() -> [EventNumber: Column] {
    guard instance.dialect.pendingIncludesRunning else { return [:] }
    var counts: [EventNumber: [UInt32: UInt64]] = [:]
    for context in contexts {
      guard let number = runningEvent(of: context) else { continue }
      counts[number, default: [:]][context.vcpu, default: 0] += 1
    }
    return counts.mapValues { byVCPU in
      var builder = ColumnBuilder()
      for vcpu in byVCPU.keys.sorted() { builder.append(vcpu, byVCPU[vcpu] ?? 0) }
      return builder.finish()
    }
  }
}

extension VCPUs {
  fileprivate func canonical() -> VCPUs {
    let existing = Bitmap(below: count)
    var result = self
    result.masked = masked.intersection(existing)
    result.deliveryRequest = deliveryRequest.intersection(existing)
    result.power = power.restricted(to: existing)
    result.affinityKnown = affinityKnown.intersection(existing)
    result.affinity = affinity.restricted(to: result.affinityKnown)
    return result
  }
}

extension Event {
  /// The occurrences that wait, in the event's canonical slots.
  ///
  /// Those of a shared event wait for the event and not for a vCPU: they are added up.
  fileprivate func waiting(besides handled: Column, slots: Bitmap, vcpus: UInt32) -> Column {
    let counted = pending.restricted(to: Bitmap(below: vcpus))
    var builder = ColumnBuilder()
    handled.forEachValue { slot, count in
      let all = counted[slot]
      builder.append(slot, all - min(count, all))
    }
    let waiting = counted.removing(handled.support).overlaid(with: builder.finish())
    return isShared ? Column(min(waiting.sum, UInt64(UInt32.max)), at: slots) : waiting
  }

  fileprivate mutating func canonicaliseHandlers(slots: Bitmap, dialect: DialectID) {
    let leaving = unregisterPending.intersection(running)
    registered.formIntersection(slots)
    enabled.formIntersection(slots)
    if dialect.keepsRegisteredWhilePending {
      registered.subtract(leaving)
      enabled.subtract(leaving)
    }
    unregisterPending = Bitmap()
    let alive = registered.union(running)
    relative.formIntersection(alive)
    entry = entry.restricted(to: alive)
    argument = argument.restricted(to: alive)
    if !isShared || alive.isEmpty { routing = Routing() }
    if routing.mode != .pe { routing.affinity = Affinity(rawValue: 0) }
    extras = FieldMap()
    slotExtras = FieldMap()
  }
}
