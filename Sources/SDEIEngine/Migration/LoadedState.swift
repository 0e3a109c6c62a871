internal import SDEIModel

/// What a KVM v2 to v5 VM holds after the commands that it did not refuse.
struct LoadedState {
  let snapshot: Snapshot
  /// The exposed events, ascending.
  let exposed: [EventNumber]
  /// The registered events, ascending.
  let registered: [Event]
  /// By event, the vCPUs that have it in their queue.
  let queued: [EventNumber: Bitmap]
  /// The vCPUs whose SET_VCPU_STATE succeeded.
  let states: Bitmap
  /// What the critical levels of those vCPUs are said to run, by event.
  let critical: [EventNumber: Bitmap]
  /// What their normal levels are said to run.
  let normal: [EventNumber: Bitmap]

  init(
    _ snapshot: Snapshot,
    exposed: [EventNumber],
    registered: [EventNumber],
    queued: [EventNumber: Bitmap],
    withoutState: Bitmap
  ) {
    self.snapshot = snapshot
    self.exposed = exposed
    self.registered = registered.map { snapshot.events[$0] ?? Event($0) }
    self.queued = queued
    let states = Bitmap(below: snapshot.vcpus.count).subtracting(withoutState)
    self.states = states
    critical = Self.running(.critical, snapshot, states)
    normal = Self.running(.normal, snapshot, states)
  }

  private static func running(
    _ level: Level,
    _ snapshot: Snapshot,
    _ states: Bitmap
  ) -> [EventNumber: Bitmap] {
    var vcpus: [EventNumber: [UInt32]] = [:]
    for context in snapshot.contexts.level(level) where states.contains(context.vcpu) {
      guard let number = snapshot.runningEvent(of: context) else { continue }
      vcpus[number, default: []].append(context.vcpu)
    }
    return vcpus.mapValues { Bitmap(indexes: $0) }
  }

  /// The vCPUs with a handler at a level.
  static func all(_ running: [EventNumber: Bitmap]) -> Bitmap {
    Bitmap(running.values.flatMap(\.ranges))
  }

  /// The slots of an event that some vCPU's calls act on.
  func slots(_ event: Event) -> Bitmap {
    event.isShared ? Bitmap(below: 1) : Bitmap(below: snapshot.vcpus.count)
  }

  /// The registered bits that the arrays of the ABI have.
  func registeredBits(_ event: Event) -> Bitmap {
    event.registered.below(max(MigrationPort.maxVCPUs, snapshot.vcpus.count))
  }

  /// The vCPUs in whose queue an event stands whose handler there is registered and not enabled.
  func queuedDisabled(_ event: Event) -> Bitmap {
    guard let queue = queued[event.number] else { return Bitmap() }
    if event.definition?.type == .private {
      return queue.intersection(event.registered).subtracting(event.enabled)
    }
    if event.enabled.contains(0) { return Bitmap() }
    if event.isShared { return event.registered.contains(0) ? queue : Bitmap() }
    // Of unknown type: where it is disabled whether slot 0 is all vCPUs' or its own.
    return queue.intersection(event.registered).subtracting(event.enabled)
  }

  /// The vCPUs in whose queue an event stands for more occurrences than handlers of it run.
  ///
  /// An entry with a count of 0 is one that is delivered all the same.
  func waiting(_ event: Event, running levels: [[EventNumber: Bitmap]]) -> Bitmap {
    let queue = queued[event.number] ?? Bitmap()
    let running = levels.map { $0[event.number] ?? Bitmap() }
    var done: [UInt32] = []
    for range in running.reduce(Bitmap(), { $0.union($1) }).ranges {
      for vcpu in range.first...range.last
      where event.pending[vcpu] <= UInt64(running.count { $0.contains(vcpu) }) {
        done.append(vcpu)
      }
    }
    return queue.subtracting(Bitmap(indexes: done))
  }
}
