import SDEIModel

/// A rule that no state reachable through the interface breaks (sdei-spec section 8, severity E).
package struct StateInvariant: Sendable {
  /// The number in section 8, or the section it comes from.
  package let rule: String
  package let name: String
  /// Whether the rule is broken.
  package let isBroken: @Sendable (StateFacts) -> Bool

  init(_ rule: String, _ name: String, _ isBroken: @escaping @Sendable (StateFacts) -> Bool) {
    (self.rule, self.name, self.isBroken) = (rule, name, isBroken)
  }

  /// The rules that a state breaks.
  package static func broken(by facts: StateFacts) -> [String] {
    all.filter { $0.isBroken(facts) }.map { "\($0.rule) \($0.name)" }
  }

  // Not asked, since a snapshot can not say it: 2 and 3 (fields of 16 bits and a Bool; the rest of
  // 3 is below), 4's EL_D, 7 (a table by number), the second half of 15 (an event has one
  // interrupt), 19 (a binding is part of a definition), 21 and 27 (no words of status and flags),
  // 39 (the order is that of the levels), 40 (none is nil), 43 (a frame has all), 46's boolean, and
  // 57 (which bits a core has). 45, 60 to 66 and the rest of 46 need two states. 13, 24, 25, 33,
  // 49, 52, 55, 56, 58 and 59 are warnings.
  package static let all: [StateInvariant] =
    instance + definitions + bindings + handlers + routing + running + waiting + contexts

  private static let instance = [
    StateInvariant("1", "the version is 1.0 or 1.1") {
      let version = $0.snapshot.instance.version.rawValue
      return version >> 63 != 0 || version >> 48 != 1 || version >> 32 & 0xFFFF > 1
    },
    StateInvariant("3", "relative mode is of 1.1") {
      let instance = $0.snapshot.instance
      return instance.features.relativeMode && instance.version.rawValue >> 32 & 0xFFFF == 0
    },
    StateInvariant("4", "EL_C is EL1 or EL2") { !(1...2).contains($0.snapshot.instance.clientEL) },
    StateInvariant("5", "affinities are unique and have no other bits") {
      let known = $0.vcpus.compactMap(\.affinity)
      return Set(known).count != known.count || known.contains { $0 & ~Affinity.fieldMask != 0 }
    },
  ]

  private static let definitions = [
    StateInvariant("6", "event numbers are in a number space") { facts in
      facts.events.contains { $0.number.space == .invalid }
    },
    StateInvariant("8, 9", "event 0 exists, is private and signalable") {
      guard let zero = $0.events.first, zero.number == .softwareSignalled else { return true }
      return zero.definition?.type != .private || zero.definition?.isSignalable != true
    },
    StateInvariant("10", "no other event is signalable") { facts in
      facts.events.dropFirst().contains { $0.definition?.isSignalable != false }
    },
    StateInvariant("11", "types and priorities are known ones") { facts in
      facts.events.contains { event in
        guard let definition = event.definition else { return true }
        return definition.type.rawValue > 1 || definition.priority.rawValue > 1
      }
    },
  ]

  private static let bindings = [
    StateInvariant("12", "bound events are normal and in the vendor space") { facts in
      facts.events.contains {
        $0.isBound && ($0.definition?.priority != .normal || $0.number.space != .vendor)
      }
    },
    StateInvariant("14", "event 0 is no bind slot") {
      guard let zero = $0.events.first, zero.number == .softwareSignalled else { return false }
      return zero.definition?.origin == .slot
    },
    StateInvariant("15", "an interrupt has one event") { facts in
      let interrupts = facts.events.compactMap { $0.definition?.interrupt }
      return Set(interrupts).count != interrupts.count
    },
    StateInvariant("16", "PPIs are bound to private events, SPIs to shared ones") { facts in
      facts.events.contains { event in
        guard event.isBound, let interrupt = event.definition?.interrupt else { return false }
        let isPPI = (16...31).contains(interrupt) || (1056...1119).contains(interrupt)
        let isSPI = (32...1019).contains(interrupt) || (4096...5119).contains(interrupt)
        return event.isShared ? !isSPI : !isPPI
      }
    },
    StateInvariant("17", "bound events have slots") { facts in
      let features = facts.snapshot.instance.features
      let bound = facts.events.filter(\.isBound)
      let shared = bound.count(where: \.isShared)
      return shared > Int(features.sharedSlots) || bound.count - shared > Int(features.privateSlots)
    },
    StateInvariant("18", "a slot to which nothing is bound has no state") { facts in
      facts.events.contains { event in
        event.definition?.origin == .slot && !event.isBound
          && event.slots.contains {
            $0.isRegistered || $0.isEnabled || $0.isRunning || $0.isUnregisterPending
              || $0.pending > 0
          }
      }
    },
  ]

  private static let handlers = [
    StateInvariant("20", "enabled is registered") { facts in
      facts.anySlot { _, slot, _ in slot.state == nil }
    },
    StateInvariant("22", "(0,0,1) alone says that an unregistration waits") { facts in
      facts.anySlot { _, slot, _ in slot.isUnregisterPending }
    },
    StateInvariant("23", "what is unregistered has no entry, argument or routing") { facts in
      facts.anySlot { event, slot, _ in
        guard slot.state == .unregistered else { return false }
        return slot.entry != 0 || slot.argument != 0 || slot.isRelative
          || event.isShared && event.routing != Routing()
      }
    },
    StateInvariant("26", "relative entries need relative mode") { facts in
      !facts.snapshot.instance.features.relativeMode
        && facts.anySlot { _, slot, _ in slot.isRelative }
    },
    StateInvariant("28, 29, 47", "slots are those of vCPUs, of a shared event one") { facts in
      facts.events.contains(where: \.hasForeignSlots)
    },
  ]

  private static let routing = [
    StateInvariant("30", "a registered shared event is routed to any PE or to one") { facts in
      facts.events.contains {
        $0.isShared && $0.slots[0].isRegistered && $0.routing.mode.rawValue > 1
      }
    },
    StateInvariant("31", "the affinity of RM_PE names a PE") { facts in
      facts.events.contains { event in
        guard event.isShared, event.slots[0].isRegistered, event.routing.mode == .pe else {
          return false
        }
        return !facts.vcpus.contains { $0.affinity == event.routing.affinity.rawValue }
      }
    },
    StateInvariant("32", "an affinity is RM_PE's, and routing a shared event's") { facts in
      facts.events.contains {
        $0.routing.mode != .pe && $0.routing.affinity.rawValue != 0
          || !$0.isShared && $0.routing != Routing()
      }
    },
  ]
}

extension StateFacts {
  /// Whether something holds of some slot.
  func anySlot(_ holds: (Event, Slot, Int) -> Bool) -> Bool {
    for event in events {
      for index in event.slots.indices where holds(event, event.slots[index], index) {
        return true
      }
    }
    return false
  }
}
