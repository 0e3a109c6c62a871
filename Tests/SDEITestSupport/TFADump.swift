import Foundation
import SDEIModel

/// A dump of a recording of TF-A, as a state in its dialect: TF-A has no byte form.
///
/// What is not SDEI's is left out: the interrupt controller, and so what is pending.
package struct TFADump: Sendable, CustomStringConvertible {
  package let name: String
  package let snapshot: Snapshot

  package var description: String { name }

  /// The dumps in a directory; none is an error.
  package static func all(in directory: String) throws -> [TFADump] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
    let all = try names.flatMap { name in
      try dumps(of: Recording(name: name, text: Gzip.bytes(of: directory + "/" + name)))
    }
    guard !all.isEmpty else { throw NothingToTest(what: "dump in \(directory)") }
    return all
  }

  private static func dumps(of recording: Recording) -> [TFADump] {
    var platform: TraceValue?
    var dumps: [TFADump] = []
    for (number, step) in recording.steps.enumerated() {
      if step.name == "platform" { platform = step.op }
      guard step.name == "dump", let platform else { continue }
      let snapshot = snapshot(step.result, platform)
      dumps.append(TFADump(name: "\(recording.name)/\(number)", snapshot: snapshot))
    }
    return dumps
  }

  /// The state that a dump tells, on the platform that the recording's first line tells.
  package static func snapshot(_ dump: TraceValue, _ platform: TraceValue) -> Snapshot {
    let pes = dump["pes"]?.items ?? []
    var snapshot = Snapshot(
      instance: Instance(
        version: .v1_0,
        clientEL: UInt8(platform["client_el"]?.number ?? 2),
        dialect: .tfA
      ),
      vcpus: vcpus(pes, mpidrs: platform["mpidr"]?.items ?? [])
    )
    snapshot.events = EventTable((dump["events"]?.items ?? []).map(event))
    func slots(_ type: EventType) -> UInt16 {
      let slots = snapshot.events.filter {
        $0.definition?.origin == .slot && $0.definition?.type == type
      }
      return UInt16(slots.count)
    }
    (snapshot.instance.features.privateSlots, snapshot.instance.features.sharedSlots) = (
      slots(.private), slots(.shared)
    )
    for pe in pes {
      for item in pe["stack"]?.items ?? [] {
        snapshot.contexts.insert(context(item, of: pe, snapshot.events))
      }
    }
    return snapshot
  }

  private static func vcpus(_ pes: [TraceValue], mpidrs: [TraceValue]) -> VCPUs {
    var vcpus = VCPUs(count: UInt32(pes.count))
    vcpus.affinityKnown = Bitmap(below: vcpus.count)
    vcpus.affinity = Column(mpidrs.map { ($0.number ?? 0) & Affinity.fieldMask })
    for (index, pe) in pes.enumerated() {
      let vcpu = UInt32(index)
      if pe["masked"]?.isTrue == true { vcpus.masked.insert(vcpu) }
      if pe["pending_enables"]?.isTrue == true { vcpus.deliveryRequest.insert(vcpu) }
      let power: PowerState = pe["on"]?.isTrue == true ? .on : .off
      vcpus.power[vcpu] = UInt64(power.rawValue)
    }
    return vcpus
  }

  private static func event(_ entry: TraceValue) -> Event {
    let number = EventNumber(entry["ev"]?.number ?? 0)
    func flag(_ key: String) -> Bool { entry[key]?.isTrue ?? false }
    let interrupt = entry["intr"]?.number ?? 0
    var event = Event(
      number,
      definition: EventDefinition(
        type: flag("shared") ? .shared : .private,
        priority: flag("critical") ? .critical : .normal,
        isSignalable: flag("signalable"),
        origin: flag("dynamic") ? .slot : flag("explicit") ? .firmware : .platform,
        interrupt: interrupt == 0 ? nil : UInt32(interrupt)
      )
    )
    for item in (entry["entries"]?.items ?? []) + [entry["entry"]].compactMap(\.self) {
      let slot = UInt32(item["pe"]?.number ?? 0)
      let state = item["state"]?.number ?? 0
      if state & 1 != 0 { event.registered.insert(slot) }
      if state & 2 != 0 { event.enabled.insert(slot) }
      if state & 4 != 0 { event.running.insert(slot) }
      event.entry[slot] = item["ep"]?.number ?? 0
      event.argument[slot] = item["arg"]?.number ?? 0
    }
    // A private event is always routed to its own PE, which is no routing.
    if event.isShared {
      event.routing.mode = RoutingMode(rawValue: UInt8(entry["entry"]?["flags"]?.number ?? 0))
      event.routing.affinity = Affinity(rawValue: entry["entry"]?["affinity"]?.number ?? 0)
    }
    let count = entry["reg_count"]?.number ?? 0
    if count != event.registered.count { event.extras[.registrationCount] = count + 1 }
    return event
  }

  private static func context(
    _ item: TraceValue,
    of pe: TraceValue,
    _ events: EventTable
  ) -> Context {
    let number = EventNumber(item["ev"]?.number ?? 0)
    var frame = RegisterFrame(pc: item["pc"]?.number ?? 0, pstate: item["pstate"]?.number ?? 0)
    for (index, word) in (item["x"]?.items ?? []).enumerated() {
      frame.x[index] = word.number ?? 0
    }
    return Context(
      vcpu: UInt32(pe["pe"]?.number ?? 0),
      level: events[number]?.definition?.priority == .critical ? .critical : .normal,
      event: number,
      frame: frame
    )
  }
}
