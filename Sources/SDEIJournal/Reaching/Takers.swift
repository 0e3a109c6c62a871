internal import SDEIModel

/// Which vCPUs can take an event that waits, in a state in the specification's terms (DEN0054C 6.2,
/// Appendix C); found by set algebra, however many vCPUs there are.
struct Takers {
  private let requested: Bitmap
  private let free: [Level: Bitmap]
  /// The vCPUs that are asked to look although nothing that waits in the state asks them.
  private(set) var stale: Bitmap

  init(_ state: Snapshot) {
    let existing = Bitmap(below: state.vcpus.count)
    requested = state.vcpus.deliveryRequest.intersection(existing)
    var awake = existing.subtracting(state.vcpus.masked)
    for asleep in [PowerState.off, .suspended] {
      awake.subtract(state.vcpus.vcpus(in: asleep))
    }
    let critical = Bitmap(indexes: state.contexts.level(.critical).map(\.vcpu))
    let normal = Bitmap(indexes: state.contexts.level(.normal).map(\.vcpu))
    let noCritical = awake.subtracting(critical)
    free = [.critical: noCritical, .normal: noCritical.subtracting(normal)]
    stale = requested
    for event in state.events where !event.pending.isEmpty {
      if let near = near(event) {
        stale.remove(near)
      } else if !event.isShared {
        stale.subtract(takers(of: event))
      }
    }
  }

  /// The vCPUs that can take what waits of a private event.
  private func takers(of event: Event) -> Bitmap {
    event.pending.support.intersection(event.enabled).subtracting(event.running)
      .intersection(free(event))
  }

  /// The vCPU that is asked to take a shared event that may go to any; nil where none is.
  func near(_ event: Event) -> UInt32? {
    guard event.isShared, event.routing.mode == .any, event.enabled.contains(0),
      !event.running.contains(0)
    else { return nil }
    return free(event).intersection(requested).ranges.first?.first
  }

  private func free(_ event: Event) -> Bitmap {
    free[event.definition?.priority == .critical ? .critical : .normal] ?? Bitmap()
  }
}

extension VCPUs {
  /// The vCPUs that are known to be in a power state.
  func vcpus(in state: PowerState) -> Bitmap {
    let value = UInt64(state.rawValue)
    return state == .unknown ? Bitmap() : power.indexes(in: value...value).below(count)
  }
}
