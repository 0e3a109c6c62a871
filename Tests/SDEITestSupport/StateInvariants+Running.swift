import SDEIModel

extension StateInvariant {
  static let running = [
    StateInvariant("34", "a shared event runs on one PE") { facts in
      let shared = facts.running.filter { facts.event($0.number)?.isShared == true }
      return Dictionary(grouping: shared, by: \.number).values.contains {
        Set($0.map(\.context.vcpu)).count > 1
      }
    },
    StateInvariant("35", "one normal and one critical handler on a PE at most") { facts in
      facts.vcpus.indices.contains { vcpu in
        let marked = facts.events.filter { event in
          event.isShared
            ? facts.running.contains { $0.number == event.number && $0.context.vcpu == vcpu }
            : event.slots[vcpu].isRunning
        }
        return marked.count(where: \.isCritical) > 1 || marked.count { !$0.isCritical } > 1
      }
    },
    StateInvariant("36", "a level runs an event of its priority that is marked there") { facts in
      facts.running.contains { context, number in
        guard let event = facts.event(number) else { return true }
        return event.isCritical != (context.level == .critical)
          || !event.slots[event.slot(of: Int(context.vcpu))].isRunning
      }
    },
    StateInvariant("37", "a running event is some level's") { facts in
      let running = facts.running
      return facts.anySlot { event, slot, index in
        slot.isRunning
          && !running.contains {
            $0.number == event.number && (event.isShared || Int($0.context.vcpu) == index)
          }
      }
    },
    StateInvariant("38", "an event runs at one level") { facts in
      facts.vcpus.contains { $0.normal?.event != nil && $0.normal?.event == $0.critical?.event }
    },
    StateInvariant("42", "registers are saved for running levels only") { facts in
      facts.snapshot.contexts.contains { $0.event == nil || $0.vcpu >= facts.vcpus.count }
    },
    StateInvariant("44", "no handler runs on a PE that is off") { facts in
      facts.vcpus.contains { $0.power == .off && $0.innermost != nil }
    },
    StateInvariant("51", "RM_PE runs on its PE") { facts in
      facts.running.contains { context, number in
        guard let event = facts.event(number), event.isShared, event.routing.mode == .pe else {
          return false
        }
        // In UP what is left of the registration is stale.
        return event.slots[0].isRegistered
          && facts.vcpus[Int(context.vcpu)].affinity != event.routing.affinity.rawValue
      }
    },
  ]

  static let waiting = [
    StateInvariant("48", "occurrences collapse into one") { facts in
      facts.anySlot { _, slot, _ in slot.pending > 1 }
    },
    StateInvariant("49", "nothing waits for what is not registered (A-19)") { facts in
      facts.anySlot { _, slot, _ in slot.pending > 0 && !slot.isRegistered }
    },
    StateInvariant("4.6", "of the PEs that can take what waits, one is asked to") { facts in
      facts.events.contains { event in
        let takers = facts.takers(of: event)
        return event.isShared
          ? !takers.isEmpty && !takers.contains { facts.vcpus[$0].isRequested }
          : takers.contains { !facts.vcpus[$0].isRequested }
      }
    },
  ]

  /// Rule 50, of states in which everything due was delivered.
  package static let quiescent = StateInvariant("50", "nothing is due") { facts in
    facts.events.contains { !facts.takers(of: $0).isEmpty }
  }

  static let contexts = [
    StateInvariant("53, 54", "interrupted modes are the client's or below") { facts in
      let isEL2 = facts.snapshot.instance.clientEL == 2
      return facts.running.contains { context, _ in
        switch context.frame.pstate & 0x1F {
        case 0x0, 0x4, 0x5, 0x10: false
        case 0x8, 0x9, 0x11, 0x12, 0x13, 0x17, 0x1B, 0x1F: !isEL2
        default: true
        }
      }
    }
  ]
}
