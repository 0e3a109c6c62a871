internal import SDEIModel

/// What a KVM v5 transcript does not say, or says otherwise, item by item.
///
/// The bytes themselves are asked: what reading them does not give back is lost. So the account is
/// exact, and holds for what nobody thought of.
enum KVMv5Losses {
  static func of(_ document: Document, readBack: Snapshot) -> [Finding] {
    let snapshot = document.snapshot
    let losses = Set(KVMLists.stored(snapshot).differences(from: readBack))
    // A list that was implied is stored when it is read back: another snapshot with the same meaning.
    return snapshot.differences(from: readBack).map {
      losses.contains($0) ? finding($0) : storedList($0)
    }
      + document.unknownRecords.map {
        Finding(
          id: "SDEI-C010",
          severity: .error,
          problem: "kvm-v5 has no place for the unknown record of type \($0.type)",
          action: advice
        )
      }
  }

  private static let advice = "use sdei, or accept it with convert --allow-loss"

  private static func storedList(_ difference: Difference) -> Finding {
    Finding(
      id: "SDEI-C012",
      severity: .note,
      path: difference.path,
      problem: "the list was implied; a transcript spells it out, so it reads back as stored",
      action: "nothing is lost"
    )
  }

  private static func finding(_ difference: Difference) -> Finding {
    let why = reason(difference.path).map { ": " + $0 } ?? ""
    return difference.isMissing
      ? Finding(
        id: "SDEI-C010",
        severity: .error,
        path: difference.path,
        problem: "kvm-v5 does not keep it" + why,
        action: advice
      )
      : Finding(
        id: "SDEI-C011",
        severity: .error,
        path: difference.path,
        problem: "kvm-v5 gives it back changed" + why,
        action: advice
      )
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  private static func reason(_ path: String) -> String? {
    switch path.split(separator: ".").last ?? "" {
    case "dialect": "a transcript is read as kvm-v5, whose bits and counts mean other things"
    case "version", "clientEL", "features":
      "every v5 guest sees SDEI 1.1 of vendor 0x4b564d at EL1, without slots"
    case "producer": "there is room for \(TranscriptHeader.producerSize) bytes"
    case "power", "deliveryRequest": "the ioctls do not tell it"
    case "affinity":
      "a transcript has the MPIDRs of all vCPUs or of none, and keeps reserved bits apart"
    case "running": "contexts tell what runs"
    case "relative", "trigger", "origin", "interrupt", "notifier", "refcount", "registrationCount":
      "v5 does not have it"
    case "definition": "the event is not in the exposed list"
    case "surplusExposed", "surplusRegistered", "surplusQueued":
      "a structure of zeros at the end of a list counts as surplus"
    case "entry", "argument", "registered", "enabled", "unregisterPending", "routing":
      "the event is not in the registered list"
    default: nil
    }
  }
}
