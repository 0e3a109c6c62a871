internal import SDEIModel

/// A state as the rules look at it: the snapshot, and what several rules ask of it, made once.
struct CheckedState: Sendable {
  let snapshot: Snapshot
  /// Whether the state was taken at rest: nothing under way, everything due delivered.
  let isAtRest: Bool
  /// The vCPUs that exist.
  let existing: Bitmap
  /// The handlers that run by the contexts, as the dialect reads them; none in KVM v7.
  let handlers: [(context: Context, number: EventNumber)]
  /// On which vCPUs contexts name which events; nothing in KVM v7.
  let named: NamedHandlers
  /// The vCPUs on which a mark alone tells that a handler runs: KVM v7's, whose contexts have no
  /// numbers.
  let marked: Bitmap
  /// The slots of each event in which its handler runs, by marks and by contexts.
  private let runningSlots: [EventNumber: Bitmap]

  /// O(events + contexts).
  init(_ snapshot: Snapshot, isAtRest: Bool = false) {
    self.snapshot = snapshot
    self.isAtRest = isAtRest
    existing = Bitmap(below: snapshot.vcpus.count)
    runningSlots = snapshot.runningSlots()
    let numbers = snapshot.instance.dialect.numbersContexts
    named = numbers ? NamedHandlers(snapshot) : NamedHandlers()
    let marks = numbers ? [] : snapshot.events.flatMap { $0.running.ranges }
    marked = Bitmap(marks).intersection(existing)
    handlers =
      numbers
      ? snapshot.contexts.compactMap { context in
        snapshot.runningEvent(of: context).map { (context, $0) }
      } : []
  }

  var dialect: DialectID { snapshot.instance.dialect }
  var instance: Instance { snapshot.instance }
  var vcpus: VCPUs { snapshot.vcpus }
  var events: EventTable { snapshot.events }
  var contexts: ContextTable { snapshot.contexts }

  /// The slots that an event can have: slot 0 of a shared one, else one for each vCPU.
  func slots(of event: Event) -> Bitmap { event.isShared ? Bitmap(below: 1) : existing }

  /// The slots in which an event's handler runs, by marks and by contexts.
  func running(_ event: Event) -> Bitmap { runningSlots[event.number] ?? Bitmap() }

  /// The slots in which an event is registered and stays so: not those of an unregistration that
  /// waits, in the dialects that keep the bit meanwhile.
  func registered(_ event: Event) -> Bitmap {
    guard dialect.keepsRegisteredWhilePending else { return event.registered }
    return event.registered.subtracting(event.unregisterPending.intersection(running(event)))
  }

  /// Whether the dialect's form tells affinities at all for some vCPU.
  var knowsAffinities: Bool { !vcpus.affinityKnown.isEmpty }
}
