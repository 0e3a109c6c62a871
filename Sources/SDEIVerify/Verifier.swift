internal import SDEIEngine
public import SDEIFormats
public import SDEIModel

/// Checks a state: never throws, reports all that it finds.
public enum Verifier {
  /// What is wrong with a document, or worth knowing: what is unusual in it, and what the SET
  /// commands of its own dialect would refuse.
  ///
  /// In the order of the bytes, then of the commands.
  public static func verify(_ document: Document) -> [Finding] {
    noticed(document) + loading(document)
  }

  /// What is unusual in a document: what was noticed while it was read, and what its extras tell.
  public static func noticed(_ document: Document) -> [Finding] {
    let decoding = document.findings.sorted {
      ($0.offset ?? 0, $0.path) < ($1.offset ?? 0, $1.path)
    }
    // Those formats tell it while they are read, with its offsets.
    let isTold = document.format == .kvmV5 || document.format == .kvmSplit
    guard !isTold, document.snapshot.instance.dialect == .kvmV5 else { return decoding }
    return decoding + KVMv5Format.noticed(document.snapshot)
  }

  private static func loading(_ document: Document) -> [Finding] {
    // One part says nothing about what a destination that gets all of them would do.
    guard document.scope == .whole, document.snapshot.instance.dialect == .kvmV5 else { return [] }
    return KVMv5Load.load(document.snapshot).refusals.map { finding($0) }
      + beyondArrays(document.snapshot)
  }

  private static func finding(_ refusal: LoadOutcome.Refusal) -> Finding {
    let rule = refusal.rule
    let path: String
    switch (refusal.event, refusal.vcpus) {
    case (_, let vcpus?) where rule.command == .setVCPUState:
      path = "contexts[\(vcpus)].\(rule.field)"
    case (let event?, let vcpus?): path = ModelPath.event(event, vcpus: vcpus, rule.field)
    case (let event?, nil): path = ModelPath.event(event, rule.field)
    case (nil, let vcpus?): path = ModelPath.vcpus(vcpus, rule.field)
    case (nil, nil): path = "events"
    }
    let place = refusal.vcpus.map { " on vCPU\($0.count == 1 ? "" : "s") \($0)" } ?? ""
    let verdict =
      refusal.isDeciding
      ? "\(rule.command.rawValue)\(place) returns \(rule.errno.name)"
      : "a further reason for \(rule.command.rawValue)\(place) to fail"
    let reason =
      refusal.isConsequence
      ? "the command that would have set it up is refused, too: " + rule.problem : rule.problem
    return Finding(
      id: rule.id,
      severity: .error,
      path: path,
      problem: "kvm-v5 refuses the state: \(verdict), "
        + "because \(reason)",
      action: refusal.isConsequence ? "resolve the refusal before it" : rule.action
    )
  }

  /// KVM v5's arrays end at vCPU 511: such a VM can not be moved through its ioctls.
  private static func beyondArrays(_ snapshot: Snapshot) -> [Finding] {
    guard snapshot.vcpus.count > KVMv5Load.maxVCPUs else { return [] }
    return [
      Finding(
        id: "SDEI-T020",
        severity: .note,
        path: "vcpus.count",
        problem:
          "the VM has \(snapshot.vcpus.count) vCPUs, and KVM v5's structures end at "
          + "vCPU \(KVMv5Load.maxVCPUs - 1)",
        action: "use a destination whose ABI has no such limit"
      )
    ]
  }
}
