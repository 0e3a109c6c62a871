import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The state of a dump is the engine's at that moment")
struct DumpStateTests {
  /// Keeps the engine's state at each dump.
  private final class DumpStates: StepObserver {
    private(set) var states: [Snapshot] = []
    func before(_ action: Action, _ dispatcher: Dispatcher, _ live: LiveRegisters) {}
    func after(_ observation: StepObservation, place: String) {}
    func note(_ note: StepNote, _ dispatcher: Dispatcher) {
      if case .dumped = note { states.append(dispatcher.snapshot()) }
    }
  }

  @Test(
    "in every recording, but for what no command tells",
    arguments: [(TraceFamily.kvmV4, 96), (.kvmV5, 95), (.kvmV7, 111)]
  )
  func equal(_ family: TraceFamily, _ count: Int) throws {
    var compared = 0
    let traces = try KVMTrace.directories(family).flatMap { try KVMTrace.all(family, in: $0) }
    for (trace, recording) in zip(traces, try Recording.all(family)) {
      try #require(recording.name.hasSuffix("/" + trace.name))
      let observer = DumpStates()
      _ = try Player.play(recording, family, observer)
      let dumps = trace.dumps
      try #require(dumps.count == observer.states.count, "\(recording)")
      for (dump, state) in zip(dumps, observer.states) {
        var expected = state
        expected.vcpus.deliveryRequest = Bitmap()
        if family == .kvmV4 {
          // The kernel's own users of an event are in no SET_EVENT.
          expected.events.updateAll { $0.extras[.notifier] = nil }
        }
        compare(try Codec.decode(dump.transcript).snapshot, expected, "\(family)/\(dump)")
        compared += 1
        guard dump.bareTranscript != dump.transcript else { continue }
        expected.forgetDefinitions()
        compare(try Codec.decode(dump.bareTranscript).snapshot, expected, "\(family)/\(dump) bare")
      }
    }
    print("\(family): \(compared) dumps are the engine's states")
    #expect(compared >= count)
  }

  private func compare(_ found: Snapshot, _ expected: Snapshot, _ place: String) {
    let differences = found == expected ? [] : found.differences(from: expected).map(\.path)
    #expect(found == expected, "\(place): \(differences)")
  }
}

extension Snapshot {
  /// Leaves what a dump without SET_EVENTs tells: no definitions, and no events that nothing else
  /// speaks of.
  fileprivate mutating func forgetDefinitions() {
    let builtIn = EventNumber(0x4040_0000)
    extras.lists[.exposedOrder] = [builtIn]
    let registered = Set(extras.lists[.registeredOrder] ?? [])
    events = EventTable(
      events.compactMap { event in
        if event.number == builtIn { return event }
        var event = event
        event.definition = nil
        let isListed = registered.contains(event.number)
        return isListed || !event.pending.isEmpty || !event.slotExtras.isEmpty ? event : nil
      }
    )
  }
}
