internal import SDEIModel

extension CheckedState {
  /// Whether the dialect's forms tell what the events are: those of KVM v2 to v4 need not.
  var knowsDefinitions: Bool { dialect != .kvmV4 }

  /// Whether occurrences of shared events wait for one vCPU, as those of private events do.
  var sharedWaitsPerVCPU: Bool { dialect.pendingIncludesRunning }

  /// The slots in which more occurrences of an event wait than so many, without those that are being
  /// handled; slots that the event can not have are left out.
  ///
  /// O(runs + literals of the event, and the vCPUs that run it).
  func waiting(_ event: Event, moreThan count: UInt64 = 0) -> Bitmap {
    func above(_ count: UInt64) -> Bitmap { event.pending.indexes(in: count + 1...UInt64.max) }
    let slots = sharedWaitsPerVCPU ? existing : slots(of: event)
    guard dialect.pendingIncludesRunning else { return above(count).intersection(slots) }
    let (normal, critical) = (named[event.number, .normal], named[event.number, .critical])
    let (once, twice) = (normal.union(critical), normal.intersection(critical))
    return above(count).subtracting(once)
      .union(above(count + 1).intersection(once.subtracting(twice)))
      .union(above(count + 2).intersection(twice))
      .intersection(slots)
  }

  /// How many occurrences of an event wait in the first of some slots that are not empty, and what the
  /// count is where it includes those that are being handled.
  func occurrences(of event: Event, on slots: Bitmap) -> String {
    guard let first = slots.ranges.first?.first else { return "" }
    let count = event.pending[first]
    let levels = dialect.pendingIncludesRunning ? Level.allCases : []
    let running = UInt64(levels.count { named[event.number, $0].contains(first) })
    let rest = slots.count - 1
    return "\(count - min(running, count)) occurrences wait on vCPU \(first)"
      + (running == 0 ? "" : " (count \(count) includes the one that runs)")
      + (rest == 0 ? "" : ", and the like on \(rest) more")
  }

  /// The slots in which an event waits and nothing of the event's own is in the way: it is
  /// registered, enabled and not running there.
  func ready(_ event: Event) -> Bitmap {
    let waiting = waiting(event)
    if waiting.isEmpty { return waiting }
    let open = registered(event).intersection(event.enabled).subtracting(running(event))
    guard event.isShared, sharedWaitsPerVCPU else { return waiting.intersection(open) }
    return open.contains(0) ? waiting : Bitmap()
  }

  /// The vCPUs that can enter a handler at a level now: unmasked, not known to be off or suspended, and
  /// with no handler in the way (DEN0054C 6.2).
  func takers(_ level: Level) -> Bitmap {
    let down = vcpus(in: PowerState.off.rawValue...PowerState.suspended.rawValue)
    let awake = existing.subtracting(vcpus.masked).subtracting(down)
    let free = awake.subtracting(busy(.critical))
    // KVM v7 has one level: nothing preempts.
    return level == .critical && dialect != .kvmV7 ? free : free.subtracting(busy(.normal))
  }
}
