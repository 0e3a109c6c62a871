internal import SDEIModel

/// What keeps a state from being written as a transcript of KVM v4 or v5 at all.
struct TranscriptLimits {
  /// The name of the registered event's structure.
  let structure: String
  /// Its arrays: the model's name of each, the ABI's, and which slots it holds.
  let arrays: [(name: String, field: String, slots: @Sendable (Event) -> Bitmap)]

  func check(_ snapshot: Snapshot) throws(EncodeError) {
    for event in snapshot.events { try checkSlots(event) }
    guard snapshot.vcpus.count <= KVMLayout.maxVCPUs else {
      throw beyondArrays(
        ModelPath.vcpus(Bitmap(indexes: [KVMLayout.maxVCPUs]), "state"),
        KVMLayout.maxVCPUs,
        "every array of \(structure)"
      )
    }
    try checkExtras(snapshot)
  }

  private func beyondArrays(_ path: String, _ vcpu: UInt32, _ field: String) -> EncodeError {
    EncodeError(
      path,
      problem: "vCPU \(vcpu) has no place: \(field) ends at vCPU \(KVMLayout.maxVCPUs - 1)",
      action: "use sdei, which has no limit"
    )
  }

  private func checkSlots(_ event: Event) throws(EncodeError) {
    let limit = Bitmap(below: KVMLayout.maxVCPUs)
    for array in arrays {
      guard let first = array.slots(event).subtracting(limit).ranges.first?.first else { continue }
      let slot = Bitmap(indexes: [first])
      throw beyondArrays(
        ModelPath.event(event.number, vcpus: slot, array.name),
        first,
        "\(structure).\(array.field)"
      )
    }
    if let first = event.pending.support.subtracting(limit).ranges.first?.first {
      throw beyondArrays(
        ModelPath.event(event.number, vcpus: Bitmap(indexes: [first]), "pending"),
        first,
        "the list of vCPUs"
      )
    }
  }

  /// Refuses extras that say something else than the field that they refine.
  private func checkExtras(_ snapshot: Snapshot) throws(EncodeError) {
    for event in snapshot.events where event.extras[.signaled] != nil {
      guard event.definition?.isSignalable == true else {
        throw contradiction(ModelPath.event(event.number, "signaled"), "signalable is not true")
      }
    }
    for number in snapshot.extras.lists[.exposedOrder] ?? [] {
      guard snapshot.events[number]?.definition != nil else {
        throw contradiction("extras.exposedOrder", "event \(number) has no definition")
      }
    }
    if let raw = snapshot.extras.vcpuValues[.masked] {
      let unmasked = raw.support.subtracting(snapshot.vcpus.masked)
      guard unmasked.isEmpty else {
        throw contradiction(ModelPath.vcpus(unmasked, "masked"), "vcpus.masked has them unmasked")
      }
    }
    try checkQueues(snapshot)
  }

  /// Refuses an event that is pending on a vCPU whose stored queue does not have it; O(items + runs).
  private func checkQueues(_ snapshot: Snapshot) throws(EncodeError) {
    let items = snapshot.extras.vcpuLists[.queueOrder]?.items ?? []
    if items.isEmpty { return }
    let told = Bitmap(items.map(\.vcpus))
    var ranges: [EventNumber: [IndexRange]] = [:]
    for item in items {
      for number in item.events { ranges[number, default: []].append(item.vcpus) }
    }
    for event in snapshot.events where !event.pending.isEmpty {
      let left = event.pending.support.intersection(told)
        .subtracting(Bitmap(ranges[event.number] ?? []))
      guard left.isEmpty else {
        throw contradiction(
          ModelPath.vcpus(left, "queueOrder"),
          "event \(event.number) is pending and not in it"
        )
      }
    }
  }

  private func contradiction(_ path: String, _ fact: String) -> EncodeError {
    EncodeError(
      id: "SDEI-C004",
      path,
      problem: "the extra contradicts the state: \(fact)",
      action: "change one of the two"
    )
  }
}
