internal import SDEIFormats
internal import SDEIModel

/// What a destination's own form can not hold: the state is written in it and read back.
enum FormCheck {
  static func findings(
    _ document: Document,
    _ state: TravellingState,
    _ profile: Profile,
    _ options: EncodeOptions,
    _ list: inout FindingList
  ) {
    guard let abi = profile.abi else { return }
    // A form that ends before the last vCPU has no more to tell than that.
    if let limit = profile.limits.vcpus, state.snapshot.vcpus.count > limit { return }
    var moved = document
    moved.snapshot = document.snapshot
    do throws(EncodeError) {
      let encoded = try FormatRegistry.format(abi).encode(moved, options)
      for loss in encoded.losses where loss.severity != .note { add(loss, abi, &list) }
    } catch {
      list.add(failure(error, abi))
    }
  }

  private static func failure(_ error: EncodeError, _ abi: FormatID) -> Finding {
    let isSize = error.id == "SDEI-C002"
    return Finding(
      id: isSize ? "SDEI-T254" : error.id,
      severity: isSize ? .warning : .error,
      path: error.path,
      problem: isSize
        ? "whether \(abi.name) can hold the state was not tried: \(error.problem)" : error.problem,
      action: error.action
    )
  }

  private static func add(_ loss: Finding, _ abi: FormatID, _ list: inout FindingList) {
    // The instance is the destination's own, and is compared with what the guest saw elsewhere.
    if loss.path.hasPrefix("instance.") { return }
    switch loss.path.split(separator: ".").last ?? "" {
    case "power", "affinity", "deliveryRequest", "mpidrFlags":
      list.add(
        "SDEI-T252",
        .note,
        loss.path,
        "\(abi.name) does not carry it",
        "nothing: it moves with the vCPU itself, or follows from what is loaded"
      )
    case "trigger", "origin", "interrupt", "notifier":
      list.add(
        "SDEI-T253",
        .note,
        loss.path,
        "\(abi.name) does not carry it",
        "make sure that the destination's host produces the event in the same way"
      )
    default: list.add(loss)
    }
  }
}
