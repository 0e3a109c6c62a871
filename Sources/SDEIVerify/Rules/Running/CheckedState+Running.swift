internal import SDEIModel

extension CheckedState {
  /// Whether a handler runs at a context's level, so that its registers are those of what the handler
  /// interrupted.
  func runs(_ context: Context) -> Bool {
    guard context.vcpu < vcpus.count else { return false }
    guard dialect.numbersContexts else {
      return context.level == .normal && marked.contains(context.vcpu)
    }
    return snapshot.runningEvent(of: context) != nil
  }

  /// The vCPUs with a handler at a level; KVM v7 has one level.
  func busy(_ level: Level) -> Bitmap {
    dialect.numbersContexts ? named[level] : level == .normal ? marked : Bitmap()
  }

  /// The vCPUs with a handler at both levels: the critical context first.
  var nested: some Sequence<(critical: Context, normal: Context)> {
    contexts.level(.critical).lazy.compactMap { critical in
      guard runs(critical), let normal = contexts[critical.vcpu, .normal], runs(normal) else {
        return nil
      }
      return (critical, normal)
    }
  }

  /// The vCPUs on which a private event is marked and no level names it, and those on which a level
  /// names it and it is not marked.
  func unmatched(_ event: Event) -> (marks: Bitmap, names: Bitmap) {
    let names = named[event.number]
    let marks = event.running.intersection(existing)
    return (marks.subtracting(names), names.subtracting(marks))
  }

  /// The vCPUs in some power states.
  func vcpus(in states: ClosedRange<PowerState.RawValue>) -> Bitmap {
    let values = UInt64(states.lowerBound)...UInt64(states.upperBound)
    return vcpus.power.indexes(in: values).intersection(existing)
  }

  /// The vCPUs that are off.
  var off: Bitmap { vcpus(in: PowerState.off.rawValue...PowerState.off.rawValue) }
}

extension Event {
  /// The level at which the event's handlers run, nil where its priority is unknown.
  var level: Level? {
    switch definition?.priority {
    case .normal?: .normal
    case .critical?: .critical
    default: nil
    }
  }
}
