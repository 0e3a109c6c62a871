internal import SDEIModel

/// What a KVM v5 transcript can not hold, item by item.
enum KVMv5Losses {
  static func of(_ document: Document) -> [Finding] {
    let snapshot = document.snapshot
    return instance(snapshot.instance) + vcpus(snapshot)
      + snapshot.events.flatMap {
        event($0, snapshot)
      } + contexts(snapshot) + extras(snapshot) + unknown(document.unknownRecords)
  }

  private static func lost(_ path: String, _ what: String) -> Finding {
    Finding(
      id: "SDEI-C010",
      severity: .error,
      path: path,
      problem: "kvm-v5 has no field for it: \(what)",
      action: "use sdei, or accept the loss with --allow-loss"
    )
  }

  private static func changed(_ path: String, _ what: String) -> Finding {
    Finding(
      id: "SDEI-C011",
      severity: .error,
      path: path,
      problem: "kvm-v5 changes it: \(what)",
      action: "use sdei, or accept the change with --allow-loss"
    )
  }

  private static func instance(_ instance: Instance) -> [Finding] {
    var result: [Finding] = []
    if instance.dialect != .kvmV5 {
      result.append(
        changed(
          "instance.dialect",
          "\(instance.dialect.name) reads back as kvm-v5, whose bits and "
            + "counts mean other things"
        )
      )
    }
    if instance.version != SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D) {
      result.append(
        changed(
          "instance.version",
          "\(instance.version) vendor \(hex(UInt64(instance.version.vendor)))"
            + " reads back as 1.1 vendor 0x4b564d"
        )
      )
    }
    if instance.clientEL != 1 {
      result.append(changed("instance.clientEL", "\(instance.clientEL) reads back as 1"))
    }
    if instance.features != Features() {
      result.append(lost("instance.features", "slots and relative mode"))
    }
    if instance.producer.utf8.count > TranscriptHeader.producerSize {
      result.append(
        lost("instance.producer", "more than \(TranscriptHeader.producerSize) bytes of text")
      )
    }
    return result
  }

  private static func vcpus(_ snapshot: Snapshot) -> [Finding] {
    let vcpus = snapshot.vcpus
    let existing = Bitmap(below: vcpus.count)
    var result: [Finding] = []
    if !vcpus.power.isEmpty { result.append(lost("vcpus.power", "power states")) }
    if !vcpus.deliveryRequest.isEmpty {
      result.append(
        lost(ModelPath.vcpus(vcpus.deliveryRequest, "deliveryRequest"), "delivery requests")
      )
    }
    let missing = existing.subtracting(vcpus.affinityKnown)
    if !vcpus.affinityKnown.isEmpty, !missing.isEmpty {
      result.append(
        lost(
          ModelPath.vcpus(vcpus.affinityKnown, "affinity"),
          "affinities of some vCPUs, when those of \(missing) are unknown"
        )
      )
    }
    let reserved =
      vcpus.affinity.literals.contains { $0 & ~Affinity.fieldMask != 0 }
      || vcpus.affinity.bounds.upperBound > Affinity.fieldMask
    if reserved {
      result.append(changed("vcpus.affinity", "reserved bits read back as extras"))
    }
    for (name, set) in [("masked", vcpus.masked), ("affinity", vcpus.affinityKnown)] {
      let beyond = set.subtracting(existing)
      if !beyond.isEmpty { result.append(lost(ModelPath.vcpus(beyond, name), "no such vCPU")) }
    }
    return result
  }

  private static func event(_ event: Event, _ snapshot: Snapshot) -> [Finding] {
    var result: [Finding] = []
    func lose(_ field: String, _ what: String) {
      result.append(lost(ModelPath.event(event.number, field), what))
    }
    if !event.running.isEmpty { lose("running", "running marks; contexts tell what runs") }
    if !event.relative.isEmpty { lose("relative", "relative mode") }
    if event.definition?.trigger == .level { lose("trigger", "level-triggered sources") }
    if event.definition?.interrupt != nil { lose("interrupt", "bound interrupts") }
    if event.definition?.notifier != nil { lose("notifier", "symbolic notifiers") }
    let exposed = snapshot.extras.lists[.exposedOrder]
    if event.definition != nil, exposed?.contains(event.number) == false {
      lose("definition", "definitions of events that are not exposed")
    }
    let registered = snapshot.extras.lists[.registeredOrder]
    let isRegistered = registered?.contains(event.number) ?? !event.registered.isEmpty
    let hasHandlers =
      !event.registered.isEmpty || !event.enabled.isEmpty || !event.unregisterPending.isEmpty
      || !event.entry.isEmpty || !event.argument.isEmpty || event.routing != Routing()
    if !isRegistered, hasHandlers {
      lose("handlers", "handlers and routing of an event that is registered nowhere")
    }
    let beyond = event.pending.support.subtracting(Bitmap(below: snapshot.vcpus.count))
    if !beyond.isEmpty { lose("pending", "occurrences for vCPUs \(beyond), which do not exist") }
    if event.definition == nil, !isRegistered, event.pending.isEmpty {
      lose("", "an event without definition, handlers or occurrences")
    }
    return result
  }

  private static func contexts(_ snapshot: Snapshot) -> [Finding] {
    snapshot.contexts.compactMap { context in
      let path = ModelPath.context(context.vcpu, context.level)
      if context.vcpu >= snapshot.vcpus.count { return lost(path, "no such vCPU") }
      if context.event?.rawValue == KVMv5Layout.invalidEvent {
        return changed(path + ".event", "0xffffffff reads back as none")
      }
      return nil
    }
  }

  private static func extras(_ snapshot: Snapshot) -> [Finding] {
    var result: [Finding] = []
    let existing = Bitmap(below: snapshot.vcpus.count)
    for item in snapshot.extras.vcpuValues.items {
      let beyond = item.value.support.subtracting(existing)
      if !beyond.isEmpty {
        result.append(lost(ModelPath.vcpus(beyond, item.field.name), "no such vCPU"))
      }
    }
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      let beyond = Bitmap(item.vcpus).subtracting(existing)
      if !beyond.isEmpty {
        result.append(lost(ModelPath.vcpus(beyond, "queueOrder"), "no such vCPU"))
      }
    }
    if snapshot.extras.vcpuValues[.mpidrFlags] != nil, snapshot.vcpus.affinityKnown != existing {
      result.append(lost("extras.mpidrFlags", "bits of an MPIDR whose affinity is unknown"))
    }
    return result
  }

  private static func unknown(_ records: [UnknownRecord]) -> [Finding] {
    records.map { lost("", "the unknown record of type \($0.type)") }
  }
}
