internal import SDEIModel

/// What keeps a state from being written as a KVM v5 transcript at all.
enum KVMv5Limits {
  static func check(_ snapshot: Snapshot) throws(EncodeError) {
    for event in snapshot.events { try checkSlots(event) }
    guard snapshot.vcpus.count <= KVMv5Layout.maxVCPUs else {
      throw beyondArrays(
        ModelPath.vcpus(Bitmap(indexes: [KVMv5Layout.maxVCPUs]), "state"),
        KVMv5Layout.maxVCPUs,
        "every array of kvm_sdei_registered_event_state"
      )
    }
    try checkExtras(snapshot)
  }

  private static func beyondArrays(_ path: String, _ vcpu: UInt32, _ field: String) -> EncodeError {
    EncodeError(
      path,
      problem: "vCPU \(vcpu) has no place: \(field) ends at vCPU \(KVMv5Layout.maxVCPUs - 1)",
      action: "use sdei, which has no limit"
    )
  }

  private static func checkSlots(_ event: Event) throws(EncodeError) {
    let limit = Bitmap(below: KVMv5Layout.maxVCPUs)
    let arrays: [(name: String, field: String, slots: Bitmap)] = [
      ("entry", "ep_address[512]", event.entry.support),
      ("argument", "ep_arg[512]", event.argument.support),
      ("registered", "registered[8]", event.registered),
      ("enabled", "enabled[8]", event.enabled),
      ("unregisterPending", "unregister_pending[8]", event.unregisterPending),
    ]
    for array in arrays {
      guard let first = array.slots.subtracting(limit).ranges.first?.first else { continue }
      let slot = Bitmap(indexes: [first])
      throw beyondArrays(
        ModelPath.event(event.number, vcpus: slot, array.name),
        first,
        "kvm_sdei_registered_event_state.\(array.field)"
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
  private static func checkExtras(_ snapshot: Snapshot) throws(EncodeError) {
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
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      let vcpus = Bitmap(item.vcpus)
      for event in snapshot.events where !item.events.contains(event.number) {
        let left = event.pending.support.intersection(vcpus)
        guard left.isEmpty else {
          throw contradiction(
            ModelPath.vcpus(left, "queueOrder"),
            "event \(event.number) is pending and not in it"
          )
        }
      }
    }
  }

  private static func contradiction(_ path: String, _ fact: String) -> EncodeError {
    EncodeError(
      id: "SDEI-C004",
      path,
      problem: "the extra contradicts the state: \(fact)",
      action: "change one of the two"
    )
  }
}
