internal import SDEIModel

extension StateRule {
  static let twoAtOneLevel = StateRule(
    Rule(
      id: "SDEI-V035a",
      kind: .state,
      severity: .error.but(
        nil,
        in: [.kvmV4, .kvmV5],
        "KVM v2 to v5 have one number for each level and no marks: there is no place for a second"
      ),
      title: "two handlers of one priority run on a vCPU",
      source: "DEN0054C 4.3.2.2",
      problem: "more than one handler of one priority runs on a vCPU",
      action:
        "find out at the source which of them the vCPU is in, and clear the marks of the others",
      explanation: """
        Handlers of one priority never preempt one another, so a vCPU runs at most one of each. \
        There is room for one interrupted context for each level: the others would never complete, \
        or would complete with the registers of another. KVM v7 takes any number of running bits \
        (its reviewer asked for an error here) and then completes the lowest one first, with the one \
        context that it has.
        """,
      example: "KVM v7: SDEI_EVENT_RUNNING of vCPU 0 reads 0b11"
    )
  ) { state, report in
    var ranges: [Level: [IndexRange]] = [:]
    for event in state.events {
      ranges[event.definition?.priority == .critical ? .critical : .normal, default: []] +=
        state.runners(event).ranges
    }
    for level in Level.allCases {
      let vcpus = Bitmap(coveredTwice: ranges[level] ?? [])
      guard let first = vcpus.ranges.first?.first else { continue }
      report.add(
        ModelPath.contexts(vcpus, level, "event"),
        found: "events \(state.runningThere(first, level)) on vCPU \(first)"
      )
    }
  }
}

extension CheckedState {
  /// The vCPUs that run an event by its marks; of a shared event, whose mark names none, by contexts.
  fileprivate func runners(_ event: Event) -> Bitmap {
    event.isShared ? named[event.number] : event.running.intersection(existing)
  }

  /// The first events of a priority that run on a vCPU.
  fileprivate func runningThere(_ vcpu: UInt32, _ level: Level) -> String {
    let numbers = events.lazy.filter {
      ($0.definition?.priority == .critical) == (level == .critical)
        && runners($0).contains(vcpu)
    }.map(\.number)
    let first = Array(numbers.prefix(5))
    return first.prefix(4).map(\.description).joined(separator: ", ")
      + (first.count > 4 ? " and more" : "")
  }
}

extension Bitmap {
  /// The indexes that are in more than one of some ranges; O(n log n).
  init(coveredTwice ranges: [IndexRange]) {
    var builder = BitmapBuilder()
    var covered: UInt32?
    for range in ranges.sorted(by: { $0.first < $1.first }) {
      if let last = covered, range.first <= last {
        builder.append(IndexRange(range.first, Swift.min(range.last, last)))
      }
      covered = Swift.max(covered ?? 0, range.last)
    }
    self = builder.finish()
  }
}
