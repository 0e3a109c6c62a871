internal import SDEIEngine
public import SDEIFormats
public import SDEIModel

/// Checks a state: never throws, reports all that it finds.
public enum Verifier {
  /// What is wrong with a document, or worth knowing: what is unusual in it, the rules that it
  /// breaks, and what the SET commands of its own dialect would refuse or harm.
  ///
  /// In the order of the bytes, then of the rules, then of the commands. Cost follows what is stored
  /// and not the number of vCPUs; `isAtRest` turns on the rules that hold only at rest.
  public static func findings(
    _ document: Document,
    isAtRest: Bool = false,
    judge: (any FindingJudge)? = nil
  ) -> Findings {
    var findings = Findings(judge: judge)
    findings.add(noticed(document))
    // A part lacks what the rules compare, and a file without SDEI state has nothing to check.
    if document.scope == .whole && document.hasState {
      let state = CheckedState(document.snapshot, isAtRest: isAtRest)
      StateRule.check(state, into: &findings)
    }
    findings.add(loading(document))
    return findings
  }

  /// The findings that are listed.
  public static func verify(_ document: Document) -> [Finding] { findings(document).listed }

  /// What is unusual in a document: what was noticed while it was read, and what its extras tell.
  public static func noticed(_ document: Document) -> [Finding] {
    let decoding = document.findings.sorted {
      ($0.offset ?? 0, $0.path) < ($1.offset ?? 0, $1.path)
    }
    // Those formats tell it while they are read, with its offsets.
    if document.format.noticesWhileRead { return decoding }
    return decoding + KVMTranscripts.noticed(document.snapshot)
  }

  private static func loading(_ document: Document) -> [Finding] {
    // One part says nothing about what a destination that gets all of them would do.
    let (snapshot, dialect) = (document.snapshot, document.snapshot.instance.dialect)
    guard document.scope == .whole, let outcome = MigrationPort.load(snapshot, into: dialect) else {
      return []
    }
    // What is only worth knowing about a destination is told to who asks for one.
    let findings = DestinationFindings.findings(outcome, destination: dialect.name)
    return findings.filter { $0.severity > .note } + beyondArrays(snapshot)
  }

  /// The arrays of KVM v2 to v5 end at vCPU 511: such a VM can not be moved through their ioctls.
  private static func beyondArrays(_ snapshot: Snapshot) -> [Finding] {
    let hasArrays = [.kvmV4, .kvmV5].contains(snapshot.instance.dialect)
    guard hasArrays, snapshot.vcpus.count > MigrationPort.maxVCPUs else { return [] }
    return [
      Finding(
        id: "SDEI-T020",
        severity: .note,
        path: "vcpus.count",
        problem:
          "the VM has \(snapshot.vcpus.count) vCPUs, and the structures of "
          + "\(snapshot.instance.dialect.name) end at vCPU \(MigrationPort.maxVCPUs - 1)",
        action: "use a destination whose ABI has no such limit"
      )
    ]
  }
}
