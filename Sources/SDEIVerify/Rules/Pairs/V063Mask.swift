internal import SDEIModel

extension PairRule {
  static let maskCleared = PairRule(
    Rule(
      id: "SDEI-V063a",
      kind: .pair,
      severity: .error,
      title: "unmasked from outside",
      source: "DEN0054C 5.1.13",
      problem: "a vCPU was unmasked by something other than its own PE_UNMASK",
      action: "mask the vCPU again; only the code that runs there may unmask it",
      explanation: """
        A client masks a PE where an event would find it unprepared. Only that PE unmasks itself: \
        one operation unmasks at most one vCPU; that vCPU is powered on, and no other vCPU changes. \
        A journal tells more: the answers of PE_MASK and the deliveries show which mask the \
        original had. KVM's SET commands take any mask for any vCPU.
        """,
      example: "vCPUs 2 and 3 masked, one call later both unmasked"
    )
  ) { pair, report in
    let cleared = pair.before.masked.subtracting(pair.after.masked)
    let set = pair.after.masked.subtracting(pair.before.masked)
    guard let vcpu = cleared.max else { return }
    if cleared.count > 1 || !set.isEmpty {
      report.add(
        ModelPath.vcpus(cleared, "masked"),
        found: "one operation changes one mask, and \(cleared.count + set.count) have changed"
      )
    } else if let state = pair.before.sleeping(vcpu) ?? pair.after.sleeping(vcpu) {
      report.add(ModelPath.vcpus(cleared, "masked"), found: "it is \(state.name)")
    }
  }

  static let maskSet = PairRule(
    Rule(
      id: "SDEI-V063b",
      kind: .pair,
      severity: .error,
      title: "masked from outside",
      source: "DEN0054C 5.1.12, 6.5.1",
      problem: "a vCPU was masked by something other than PE_MASK, a reset, CPU_ON or its wake-up",
      action: "unmask the vCPU again, or look for the operations between the two states",
      explanation: """
        What masks concerns one PE: its own PE_MASK, its reset, CPU_ON, and the wake-up from a \
        powerdown state. A vCPU that is masked otherwise gets no event, and its client does not \
        know it. A journal tells more: PE_MASK answers whether the PE was masked already.
        """,
      example: "no vCPU masked, one call later vCPUs 0 to 3"
    )
  ) { pair, report in
    let set = pair.after.masked.subtracting(pair.before.masked)
    guard set.count > 1 else { return }
    report.add(
      ModelPath.vcpus(set, "masked"),
      found: "one operation changes one mask, and \(set.count) were set"
    )
  }
}

extension CheckedState {
  /// The vCPUs that exist and are masked.
  fileprivate var masked: Bitmap { vcpus.masked.intersection(existing) }

  /// The power state of a vCPU that runs nothing, nil where it is on or nobody told.
  fileprivate func sleeping(_ vcpu: UInt32) -> PowerState? {
    let state = vcpus.powerState(of: vcpu)
    return state == .off || state == .suspended ? state : nil
  }
}
