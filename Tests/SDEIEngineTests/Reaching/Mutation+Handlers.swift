import SDEIModel
import SDEITestSupport

extension Mutation {
  static let handlers = [
    Mutation("registered") { site in
      site.changeSlot { event, slot, _ in event.registered.toggle(slot) }
    },
    Mutation("enabled") { site in site.changeSlot { event, slot, _ in event.enabled.toggle(slot) }
    },
    Mutation("running") { site in site.changeSlot { event, slot, _ in event.running.toggle(slot) }
    },
    Mutation("unregister pending") { site in
      site.changeSlot { event, slot, _ in event.unregisterPending.toggle(slot) }
    },
    Mutation("relative") { site in site.changeSlot { event, slot, _ in event.relative.toggle(slot) }
    },
    Mutation("pending") { site in
      site.changeSlot { event, slot, random in
        event.pending[slot] = random.oneIn(3) ? random.below(4) : 1 - min(event.pending[slot], 1)
      }
    },
    Mutation("entry") { site in
      let word = site.word()
      site.changeSlot { event, slot, _ in event.entry[slot] = word }
    },
    Mutation("argument") { site in
      let word = site.word()
      site.changeSlot { event, slot, _ in event.argument[slot] = word }
    },
    Mutation("foreign slot") { site in
      guard let event = site.event() else { return }
      let first: UInt32 = event.isShared ? 1 : site.count
      site.change(event) { event, random in
        let slot = random.oneIn(2) ? first : first + UInt32(random.below(1 << 20))
        if random.oneIn(2) {
          event[keyPath: random.pick(Event.bitmaps.map(\.path))].insert(slot)
        } else {
          event[keyPath: random.pick(Event.columns.map(\.path))][slot] = 1 + random.below(3)
        }
      }
    },
  ]

  static let contexts = [
    Mutation("context removed") { site in
      guard !site.state.contexts.isEmpty else { return }
      let context = site.random.pick(Array(site.state.contexts))
      site.state.contexts[context.vcpu, context.level] = nil
    },
    Mutation("context added") { site in
      let (vcpu, level) = (site.vcpu(), site.random.pick(Level.allCases))
      guard site.state.contexts[vcpu, level] == nil else { return }
      let number = site.random.oneIn(3) ? nil : site.number()
      let frame = RegisterFrame(pc: site.word(), pstate: 0x3C5)
      site.state.contexts.insert(Context(vcpu: vcpu, level: level, event: number, frame: frame))
    },
    Mutation("context number") { site in
      site.changeContext { $0.event = $1.random.oneIn(4) ? nil : $1.number() }
    },
    Mutation("context level") { site in
      site.changeContext { context, _ in
        context.level = context.level == .normal ? .critical : .normal
      }
    },
    Mutation("context vCPU") { site in
      site.changeContext { $0.vcpu = UInt32($1.random.below(UInt64($1.count) + 1)) }
    },
    Mutation("register") { site in
      site.changeContext { context, site in
        context.frame[word: Int(site.random.below(18))] = site.word()
      }
    },
    Mutation("PC") { site in site.changeContext { $0.frame.pc = $1.word() } },
    Mutation("PSTATE mode") { site in
      site.changeContext { $0.frame.pstate = $0.frame.pstate & ~0x1F | $1.random.below(32) }
    },
    Mutation("PSTATE bits") { site in
      site.changeContext { $0.frame.pstate ^= 1 << (5 + $1.random.below(59)) }
    },
  ]

  /// What no model of the specification's dialect has a use for.
  static let beyond = [
    Mutation("foreign vCPU") { site in
      let vcpu = site.count + UInt32(site.random.below(1 << 10))
      switch site.random.below(4) {
      case 0: site.state.vcpus.masked.insert(vcpu)
      case 1: site.state.vcpus.deliveryRequest.insert(vcpu)
      case 2: site.state.vcpus.power[vcpu] = 1 + site.random.below(4)
      default:
        site.state.vcpus.affinityKnown.insert(vcpu)
        site.state.vcpus.affinity[vcpu] = 1 << 32 | UInt64(vcpu)
      }
    },
    Mutation("extra of the VM") { site in
      let value = 1 + site.random.below(4)
      let field = site.random.pick([ExtraField.vcpuPadding, .mpidrFlags, .surplusQueued])
      site.state.extras.vcpuValues[field] = Column(
        field == .mpidrFlags ? 1 << 31 : value,
        at: Bitmap(below: site.count)
      )
    },
    Mutation("extra of an event") { site in
      guard let event = site.event() else { return }
      site.change(event) { event, random in
        let field = random.pick([ExtraField.notifier, .signaled, .registrationCount])
        event.extras[field] = 2 + random.below(4)
      }
    },
  ]
}
