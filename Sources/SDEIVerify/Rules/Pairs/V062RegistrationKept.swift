internal import SDEIModel

extension PairRule {
  static let registrationKept = PairRule(
    Rule(
      id: "SDEI-V062a",
      kind: .pair,
      severity: .error,
      title: "registration changed",
      source: "DEN0054C 5.1.2, 6.1",
      problem: "a handler has changed while it was registered",
      action: "restore the values that the client registered",
      explanation: """
        Only REGISTER sets them, and it is denied while the handler is registered: so they change \
        only by way of the state unregistered. Whoever changes them in place redirects the guest to \
        code that it did not name. This holds even while the handler runs: the change takes effect \
        at the next occurrence.
        """,
      example:
        "entry 0xffff800008100000 before, 0xffff800008200000 one call later, registered in both"
    )
  ) { pair, report in
    for event in pair.events {
      let slots = event.registered
      if slots.isEmpty { continue }
      let (old, new) = (event.old, event.new)
      for (name, field, before, now) in [
        ("entry point", "entry", old.entry, new.entry),
        ("argument", "argument", old.argument, new.argument),
      ] {
        let changed = before.differing(from: now, in: slots)
        guard let first = changed.ranges.first?.first else { continue }
        report.add(
          new,
          changed,
          field,
          found: "\(name) \(hex(before[first])) before, \(hex(now[first])) now"
            + (changed.count == 1 ? "" : " on vCPU \(first)")
        )
      }
      let either = old.relative.union(new.relative)
      let both = old.relative.intersection(new.relative)
      let changed = either.subtracting(both).intersection(slots)
      guard let first = changed.ranges.first?.first else { continue }
      let kinds = old.relative.contains(first) ? ("relative", "absolute") : ("absolute", "relative")
      report.add(
        new,
        changed,
        "relative",
        found: "entry point \(kinds.0) before, \(kinds.1) now"
          + (changed.count == 1 ? "" : " on vCPU \(first)")
      )
    }
  }

  static let routingKept = PairRule(
    Rule(
      id: "SDEI-V062b",
      kind: .pair,
      severity: .error,
      title: "routing changed",
      source: "DEN0054C 5.1.11, Tables 9 to 14",
      problem: "a shared event's routing has changed while its handler was enabled or ran",
      action: "restore the routing that the client set",
      explanation: """
        ROUTING_SET is denied but in the state registered, neither enabled nor running. So the \
        routing of an event stays as it is as long as something may be delivered or is handled. \
        Routing of private events and of unregistered ones means nothing and may change.
        """,
      example: "0x40400004, enabled: RM_PE with affinity 1 before, RM_ANY one call later"
    )
  ) { pair, report in
    let slot = Bitmap(below: 1)
    for event in pair.events where event.old.isShared && event.registered == slot {
      if event.from[.registered] == slot && event.to[.registered] == slot { continue }
      let (old, new) = (event.old.routing, event.new.routing)
      if old.meaning == new.meaning { continue }
      report.add(
        ModelPath.event(event.number, "routing"),
        found: "\(old.text) before, \(new.text) now"
      )
    }
  }
}

extension Routing {
  /// What the routing says: an affinity counts only with RM_PE, and without the bits that dispatchers
  /// strip.
  fileprivate var meaning: Routing {
    let isPE = mode == .pe
    return Routing(
      mode: mode,
      affinity: Affinity(rawValue: isPE ? affinity.rawValue & Affinity.fieldMask : 0)
    )
  }

  fileprivate var text: String {
    mode == .any
      ? "RM_ANY" : mode == .pe ? "RM_PE \(affinity.rawAndFields)" : "mode \(mode)"
  }
}
