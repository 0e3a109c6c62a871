internal import SDEIModel

/// Loads a snapshot into the vCPUs of a fresh KVM v7 VM with KVM_SET_ONE_REG, in the order of
/// KVM_GET_REG_LIST.
///
/// Nothing is refused. What no register holds is dropped without a word.
struct KVMv7Load {
  /// The events that there are: software signalled, and asynchronous page fault.
  private static let numbers = [EventNumber(0), EventNumber(1)]

  private let snapshot: Snapshot
  private let vcpus: Bitmap
  private let masked: Bitmap
  /// By event, of `numbers` only.
  private let events: [Event]
  private var list = HazardList()

  static func load(_ snapshot: Snapshot) -> LoadOutcome {
    var port = KVMv7Load(snapshot)
    let running = port.events.reduce(Bitmap()) { $0.union($1.running) }
    let requests = port.pending(0).union(port.pending(1)).subtracting(port.masked)
    port.findHangs(running)
    port.findGains(requests, running)
    port.findDropped()
    return LoadOutcome(deliveryRequests: requests, hazards: port.list.sorted())
  }

  private init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    vcpus = Bitmap(below: snapshot.vcpus.count)
    masked = snapshot.vcpus.masked.intersection(vcpus)
    events = Self.numbers.map { snapshot.events[$0] ?? Event($0) }
  }

  private func pending(_ event: Int) -> Bitmap { events[event].pending.support.intersection(vcpus) }

  /// By event, the vCPUs on which it is the lowest that is pending: the only one looked at.
  private var lowest: [(event: Event, vcpus: Bitmap)] {
    [(events[0], pending(0)), (events[1], pending(1).subtracting(pending(0)))]
  }

  /// Delivery loops for ever where the lowest pending event is not enabled.
  private mutating func findHangs(_ running: Bitmap) {
    for (event, vcpus) in lowest {
      let stuck = vcpus.subtracting(event.enabled)
      let unmasked = stuck.subtracting(masked)
      list.add(.hangsAtEntry, event.number, unmasked.subtracting(running))
      list.add(.hangsWhenUnmasked, event.number, stuck.intersection(masked))
      list.add(.hangsAfterCompletion, event.number, unmasked.intersection(running))
    }
  }

  /// Requests that the state has not, where they enter a handler.
  private mutating func findGains(_ requests: Bitmap, _ running: Bitmap) {
    let gained = requests.subtracting(snapshot.vcpus.deliveryRequest).subtracting(running)
    for (event, vcpus) in lowest {
      list.add(.requestGained, event.number, vcpus.intersection(event.enabled).intersection(gained))
    }
  }

  /// What no register holds.
  private mutating func findDropped() {
    for event in snapshot.events where !Self.numbers.contains(event.number) {
      if event.hasHandlerState { list.add(.eventDropped, event.number) }
    }
    for event in events {
      list.add(.countDropped, event.number, Self.above1(event.pending).intersection(vcpus))
      let bits = event.unregisterPending.union(event.relative).intersection(vcpus)
      list.add(.bitsDropped, event.number, bits)
    }
    let tail = ExtraField.contextTail.compactMap { snapshot.extras.vcpuValues[$0]?.support }
    list.add(.contextTailDropped, nil, tail.reduce(Bitmap()) { $0.union($1) }.intersection(vcpus))
    let critical = snapshot.contexts.level(.critical).map(\.vcpu)
    list.add(.criticalDropped, nil, Bitmap(indexes: critical).intersection(vcpus))
  }

  /// The indexes with a value above 1; O(runs + literals), as counts are below 2^32.
  private static func above1(_ column: Column) -> Bitmap {
    var ranges: [IndexRange] = []
    var ones: [IndexRange] = []
    for run in column.runs {
      switch run.values {
      case .literal:
        for index in run.range.first...run.range.last where column.value(of: run, at: index) > 1 {
          ranges.append(IndexRange(index, index))
        }
      case .affine(1, 0): break
      case .affine(let base, let stride):
        ranges.append(run.range)
        // A rising progression is 1 at its start or never, a falling one at most once.
        let step = stride >> 63 == 1 ? 0 &- stride : 0
        let steps = step == 0 ? (base == 1 ? 0 : run.range.count) : (base &- 1) / step
        let isExact = step == 0 || (base &- 1) % step == 0
        if isExact, steps < run.range.count {
          let index = run.range.first + UInt32(steps)
          ones.append(IndexRange(index, index))
        }
      }
    }
    return Bitmap(ranges).subtracting(Bitmap(ones))
  }
}

/// The hazards of KVM v7.
extension HazardRule {
  static let hangsAtEntry = HazardRule(
    id: "SDEI-T131",
    severity: .error,
    place: .event,
    field: "pending",
    problem: "the lowest pending event is not enabled and the vCPU is not masked: loading asks for "
      + "a delivery, which at the next entry loops in the host's kernel for ever",
    action: "clear the pending bit, or enable the event",
    source: "fixtures/traces/kvm-v7/faults/02_* and 05_*"
  )

  static let hangsWhenUnmasked = HazardRule(
    id: "SDEI-T132",
    severity: .warning,
    place: .event,
    field: "pending",
    problem: "the lowest pending event is not enabled: if it still is not when the guest calls "
      + "PE_UNMASK, delivery loops in the host's kernel for ever",
    action: "clear the pending bit, or enable the event",
    source: "fixtures/traces/kvm-v7/faults/02_* and 04_*"
  )

  static let hangsAfterCompletion = HazardRule(
    id: "SDEI-T133",
    severity: .warning,
    place: .event,
    field: "pending",
    problem: "the lowest pending event is not enabled: the first delivery that is asked for after "
      + "the running handler's completion loops in the host's kernel for ever",
    action: "clear the pending bit, or enable the event",
    source: "fixtures/traces/kvm-v7/faults/02_* and 05_*"
  )

  static let requestGained = HazardRule(
    id: "SDEI-T134",
    severity: .note,
    place: .event,
    field: "pending",
    problem: "loading asks for a delivery that the state has no request for, because its ABI does "
      + "not tell, or because its source lost it: then an event that was stuck is delivered",
    action: "expect its handler to run: the event is due",
    source: "fixtures/traces/kvm-v7/faults/03_*"
  )

  static let eventDropped = HazardRule(
    id: "SDEI-T135",
    severity: .warning,
    place: .event,
    field: "",
    problem: "only events 0 and 1 exist there: handlers 2 and 3 and the bits above event 1 are "
      + "written and dropped without an error, and other numbers have no register",
    action: "unregister the event before the move",
    source: "recorded with series v7, KVM_SET_ONE_REG"
  )

  static let countDropped = HazardRule(
    id: "SDEI-T136",
    severity: .warning,
    place: .event,
    field: "pending",
    problem: "a pending event is one bit there: of several occurrences one is delivered",
    action: "let the guest handle the others before the move",
    source: "recorded with series v7, KVM_SET_ONE_REG"
  )

  static let criticalDropped = HazardRule(
    id: "SDEI-T137",
    severity: .warning,
    place: .context,
    field: "critical",
    problem: "there is one context, the normal level's: this one has no register",
    action: "move when no critical handler runs",
    source: "recorded with series v7, KVM_SET_ONE_REG"
  )

  static let bitsDropped = HazardRule(
    id: "SDEI-T138",
    severity: .warning,
    place: .event,
    field: "",
    problem: "relative mode and waiting unregistrations have no register",
    action: "register the handler with an absolute entry point, or move when none is pending",
    source: "recorded with series v7, KVM_SET_ONE_REG"
  )

  static let contextTailDropped = HazardRule(
    id: "SDEI-T139",
    severity: .note,
    place: .context,
    field: "normal",
    problem: "of the 256 bytes of SDEI_EVENT_CONTEXT the kernel reads 160: the others are dropped",
    action: "expect them to be gone: SDEI does not use them",
    source: "recorded with series v7, KVM_SET_ONE_REG"
  )
}
