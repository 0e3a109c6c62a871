import SDEIModel

extension RuleCase {
  private static func bound(_ state: inout Snapshot, _ change: (inout Event) -> Void) {
    state.events.update(LegalState.boundPrivate, change)
  }

  /// Event 0 unregisters from inside its handler.
  private static func leave(_ state: inout Snapshot, isTold: Bool) {
    state.events.update(LegalState.zero) { event in
      event.registered.remove(1)
      event.enabled.remove(1)
      if isTold { event.unregisterPending.insert(1) }
    }
  }

  static let handlers: [RuleCase] = states + registrations + slots

  private static let states: [RuleCase] = [
    RuleCase(
      id: "SDEI-V020",
      path: "events[0x40400002].vcpus[2-3].enabled",
      breaks: { state in
        state.events.update(LegalState.privateCritical) {
          $0.enabled.formUnion(Bitmap(IndexRange(2, 3)))
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.enabled = Bitmap() }
      }
    ),
    RuleCase(
      id: "SDEI-V021",
      dialect: .kvmV5,
      start: { LegalState.quiet },
      path: "events[0x40000000].vcpus[0].stateBits",
      found: "0xf8 besides bits 2:0",
      breaks: { bound(&$0) { $0.slotExtras[.stateBits] = Column([0x1F]) } },
      nearMiss: { bound(&$0) { $0.enabled = Bitmap() } }
    ),
    RuleCase(
      id: "SDEI-V022a",
      path: "events[0x40000000].vcpus[2].unregisterPending",
      breaks: { bound(&$0) { $0.unregisterPending.insert(2) } },
      nearMiss: { state in
        state.events.update(LegalState.zero) {
          $0.unregisterPending.insert(1)
          $0.registered.remove(1)
          $0.enabled.remove(1)
        }
      }
    ),
    RuleCase(
      id: "SDEI-V022a",
      dialect: .kvmV5,
      start: { LegalState.quiet },
      path: "events[0x40000000].vcpus[0].unregisterPending",
      breaks: { bound(&$0) { $0.unregisterPending.insert(0) } },
      nearMiss: { _ in }
    ),
    RuleCase(
      id: "SDEI-V022b",
      path: "events[0x0].vcpus[1].unregisterPending",
      breaks: { $0.events.update(LegalState.zero) { $0.unregisterPending.insert(1) } },
      nearMiss: { state in
        state.instance.dialect = .qemuRFC
        state.events.update(LegalState.zero) { $0.unregisterPending.insert(1) }
      }
    ),
    RuleCase(
      id: "SDEI-V022c",
      path: "events[0x0].vcpus[1].unregisterPending",
      breaks: { leave(&$0, isTold: true) },
      nearMiss: { leave(&$0, isTold: false) }
    ),
    RuleCase(
      id: "SDEI-V022c",
      path: "events[0x0].vcpus[1].unregisterPending",
      breaks: { leave(&$0, isTold: true) },
      nearMiss: { state in
        state.instance.dialect = .tfA
        leave(&state, isTold: true)
      }
    ),
    RuleCase(
      id: "SDEI-V023",
      path: "events[0x40000000].vcpus[2-3]",
      found: "entry, argument",
      breaks: { state in
        bound(&state) {
          $0.entry[2] = LegalState.entry
          $0.argument[3] = 1
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.zero) {
          $0.registered.remove(1)
          $0.enabled.remove(1)
        }
      }
    ),
    RuleCase(
      id: "SDEI-V023",
      path: "events[0x40000001]",
      found: "routing",
      breaks: { state in
        state.events.update(LegalState.boundShared) { $0.routing.mode = .pe }
      },
      nearMiss: { state in
        state.events.update(LegalState.boundShared) { $0.routing.mode = .any }
      }
    ),
  ]

  private static let registrations: [RuleCase] = [
    RuleCase(
      id: "SDEI-V024",
      path: "events[0x40000000].vcpus[0].entry",
      breaks: { bound(&$0) { $0.entry = Column() } },
      nearMiss: { state in
        bound(&state) {
          $0.entry = Column()
          $0.relative.insert(0)
        }
      }
    ),
    RuleCase(
      id: "SDEI-V025a",
      path: "events[0x40000000].vcpus[0].entry",
      found: "0xffff800008100002",
      breaks: { bound(&$0) { $0.entry[0] = LegalState.entry + 2 } },
      nearMiss: { bound(&$0) { $0.entry[0] = LegalState.entry + 4 } }
    ),
    RuleCase(
      id: "SDEI-V025b",
      path: "events[0x40000000].vcpus[0].entry",
      found: "0xff800008100000",
      breaks: { bound(&$0) { $0.entry[0] = 0xFF_8000_0810_0000 } },
      nearMiss: { bound(&$0) { $0.entry[0] = 0x7F_FFFF_FFFF_FFFC } }
    ),
    RuleCase(
      id: "SDEI-V025b",
      path: "events[0x0].vcpus[0-3].entry",
      found: "0xffff000000000000",
      breaks: { state in
        state.events.update(LegalState.zero) {
          var builder = ColumnBuilder()
          builder.append(IndexRange(0, 3), base: 0xFFFF << 48, stride: 0 &- 1 << 54)
          $0.entry = builder.finish()
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.zero) {
          var builder = ColumnBuilder()
          builder.append(IndexRange(0, 3), base: 0xFFFF_FFFF_FFFF_FF00, stride: 0xC0)
          $0.entry = builder.finish()
        }
      }
    ),
    RuleCase(
      id: "SDEI-V026a",
      path: "events[0x40000000].vcpus[0].relative",
      breaks: { state in
        state.instance.features.relativeMode = false
        bound(&state) { $0.relative.insert(0) }
      },
      nearMiss: { bound(&$0) { $0.relative.insert(0) } }
    ),
    RuleCase(
      id: "SDEI-V026b",
      path: "events[0x40000000].vcpus[0].entry",
      found: "0x402",
      breaks: { state in
        bound(&state) {
          $0.relative.insert(0)
          $0.entry[0] = 0x402
        }
      },
      nearMiss: { state in
        bound(&state) {
          $0.relative.insert(0)
          $0.entry[0] = 0x404
        }
      }
    ),
  ]

  private static let slots: [RuleCase] = [
    RuleCase(
      id: "SDEI-V028a",
      path: "events[0x40400001].vcpus[5,7]",
      found: "registered, argument",
      breaks: { state in
        state.events.update(LegalState.privateNormal) {
          $0.registered.insert(5)
          $0.argument[7] = 1
        }
      },
      nearMiss: { $0.events.update(LegalState.privateNormal) { $0.argument[3] = 2 } }
    ),
    RuleCase(
      id: "SDEI-V028b",
      path: "vcpus[4-5].masked",
      found: "the VM has 4 vCPUs",
      breaks: { $0.vcpus.masked.formUnion(Bitmap(IndexRange(3, 5))) },
      nearMiss: { $0.vcpus.masked.insert(3) }
    ),
    RuleCase(
      id: "SDEI-V028b",
      path: "vcpus[4].deliveryRequest",
      found: "the VM has 4 vCPUs",
      breaks: { $0.vcpus.deliveryRequest.insert(4) },
      nearMiss: { $0.vcpus.deliveryRequest.insert(0) }
    ),
    RuleCase(
      id: "SDEI-V028b",
      path: "vcpus[4294967295].power",
      found: "the VM has 4 vCPUs",
      breaks: { $0.vcpus.power[.max] = 1 },
      nearMiss: { $0.vcpus.power[3] = 0 }
    ),
    RuleCase(
      id: "SDEI-V028b",
      path: "vcpus[9].affinity",
      found: "the VM has 4 vCPUs",
      breaks: { $0.vcpus.affinityKnown.insert(9) },
      nearMiss: { $0.vcpus.affinity[9] = 5 }
    ),
    RuleCase(
      id: "SDEI-V029a",
      path: "events[0x40400003].vcpus[2]",
      found: "registered",
      breaks: { $0.events.update(LegalState.sharedAny) { $0.registered.insert(2) } },
      nearMiss: { state in
        state.instance.dialect = .kvmV5
        state.events.update(LegalState.sharedAny) { $0.pending[2] = 1 }
      }
    ),
    RuleCase(
      id: "SDEI-V029b",
      dialect: .qemuRFC,
      start: { LegalState.quiet },
      path: "events[0x40000010].type",
      found: "private, in slot 16",
      breaks: { insert(&$0, 0x4000_0010) },
      nearMiss: { insert(&$0, 0x4000_000F) }
    ),
  ]

  private static func insert(_ state: inout Snapshot, _ number: UInt64) {
    let definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
    var event = Event(EventNumber(number), definition: definition)
    event.registered.insert(0)
    event.entry[0] = LegalState.entry
    state.events.insert(event)
  }
}
