import SDEIModel
import SDEITestSupport

extension Mutation {
  static let instance = [
    Mutation("version") { site in
      let version = site.state.instance.version.rawValue
      site.state.instance.version =
        site.random.oneIn(3)
        ? SDEIVersion(
          major: UInt16(site.random.below(3)),
          minor: UInt16(site.random.below(3))
        ) : SDEIVersion(rawValue: version ^ 1 << site.random.below(64))
    },
    Mutation("client EL") { site in
      site.state.instance.clientEL = UInt8(site.random.below(4))
    },
    Mutation("private slots") { site in
      let slots = site.random.oneIn(2) ? site.random.below(5) : site.random.below(1 << 16)
      site.state.instance.features.privateSlots = UInt16(slots)
    },
    Mutation("shared slots") { site in
      let slots = site.random.oneIn(2) ? site.random.below(5) : site.random.below(1 << 16)
      site.state.instance.features.sharedSlots = UInt16(slots)
    },
    Mutation("relative feature") { $0.state.instance.features.relativeMode.toggle() },
  ]

  static let vcpus = [
    Mutation("vCPU count") { site in
      site.state.vcpus.count = site.random.oneIn(2) ? site.count + 1 : site.count - 1
    },
    Mutation("mask") { site in
      let vcpu = site.vcpu()
      site.state.vcpus.masked.toggle(vcpu)
    },
    Mutation("delivery request") { site in
      let vcpu = site.vcpu()
      site.state.vcpus.deliveryRequest.toggle(vcpu)
    },
    Mutation("power") { site in
      let state = site.random.pick(PowerState.allCases)
      site.state.vcpus.power[site.vcpu()] = UInt64(state.rawValue)
    },
    Mutation("affinity") { site in
      let (one, other) = (site.vcpu(), site.vcpu())
      let affinity = site.state.vcpus.affinity[one]
      site.state.vcpus.affinity[one] =
        site.random.oneIn(3)
        ? site.state.vcpus.affinity[other] : affinity ^ 1 << site.random.below(64)
    },
    Mutation("affinity unknown") { site in
      let vcpu = site.vcpu()
      site.state.vcpus.affinityKnown.remove(vcpu)
      site.state.vcpus.affinity[vcpu] = 0
    },
  ]

  static let definitions = [
    Mutation("event removed") { site in
      guard let event = site.event() else { return }
      site.state.events[event.number] = nil
    },
    Mutation("event added") { site in
      let number = EventNumber((site.random.oneIn(4) ? 0x320 : 0x4000_0000) + site.random.below(12))
      guard site.state.events[number] == nil else { return }
      let definition = EventDefinition(
        type: site.random.oneIn(2) ? .shared : .private,
        priority: site.random.oneIn(2) ? .critical : .normal,
        isSignalable: false
      )
      site.state.events.insert(Event(number, definition: definition))
    },
    Mutation("event number") { site in
      guard let event = site.event() else { return }
      let near = event.number.rawValue &+ site.random.below(5) &- 2
      let far = event.number.rawValue ^ 1 << site.random.below(40)
      let number = EventNumber(site.random.oneIn(2) ? near : far)
      guard site.state.events[number] == nil else { return }
      var renumbered = Event(number, definition: event.definition)
      renumbered.routing = event.routing
      for (_, path) in Event.bitmaps { renumbered[keyPath: path] = event[keyPath: path] }
      for (_, path) in Event.columns { renumbered[keyPath: path] = event[keyPath: path] }
      site.state.events[event.number] = nil
      site.state.events.insert(renumbered)
    },
    Mutation("definition removed") { site in
      guard let event = site.event() else { return }
      site.change(event) { event, _ in event.definition = nil }
    },
    Mutation("type") { site in
      site.changeDefinition { $0.type = EventType(rawValue: UInt8($1.oneIn(4) ? 2 : $1.below(2))) }
    },
    Mutation("priority") { site in
      site.changeDefinition {
        $0.priority = EventPriority(rawValue: UInt8($1.oneIn(4) ? 2 : $1.below(2)))
      }
    },
    Mutation("signalable") { site in
      site.changeDefinition { definition, _ in definition.isSignalable.toggle() }
    },
    Mutation("trigger") { site in
      site.changeDefinition { definition, _ in
        definition.trigger = definition.trigger == .edge ? .level : .edge
      }
    },
    Mutation("origin") { site in
      site.changeDefinition { $0.origin = $1.pick(EventOrigin.allCases) }
    },
    Mutation("interrupt") { site in
      let others = site.state.events.compactMap { $0.definition?.interrupt }
      site.changeDefinition { definition, random in
        switch random.below(4) {
        case 0: definition.interrupt = nil
        case 1: definition.interrupt = others.isEmpty ? 3 : random.pick(others)
        default: definition.interrupt = UInt32(random.below(1200))
        }
      }
    },
    Mutation("notifier") { site in
      site.changeDefinition { definition, _ in
        definition.notifier = definition.notifier == nil ? "async-pf" : nil
      }
    },
  ]

  static let routing = [
    Mutation("routing mode") { site in
      let event = site.event { $0.isShared && !$0.registered.isEmpty } ?? site.event()
      guard let event else { return }
      site.change(event) { event, random in
        event.routing.mode = RoutingMode(rawValue: UInt8(random.oneIn(4) ? 2 : random.below(2)))
      }
    },
    Mutation("routing affinity") { site in
      let vcpu = site.vcpu()
      let other = site.state.vcpus.affinity[vcpu]
      let event = site.event { $0.routing.mode == .pe } ?? site.event()
      guard let event else { return }
      site.change(event) { event, random in
        let affinity = event.routing.affinity.rawValue
        event.routing.affinity = Affinity(
          rawValue: random.oneIn(2) ? other : affinity ^ 1 << random.below(64)
        )
      }
    },
  ]
}
