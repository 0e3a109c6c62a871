/// The SDEI state of a VM at one moment: the canonical form that every format is read into and
/// written from.
///
/// A snapshot holds whatever an ABI can carry, also what no guest can reach and a kernel bug left
/// behind. Import never normalises; `canonical()` is a separate, explicit operation. Nothing limits
/// the number of vCPUs or events, and columns stay folded, so memory follows what differs.
public struct Snapshot: Hashable, Sendable {
  /// The instance as the guest saw it.
  public var instance: Instance
  /// The vCPUs.
  public var vcpus: VCPUs
  /// The events and their handlers.
  public var events: EventTable
  /// The contexts of vCPUs that run a handler or have registers left over from one.
  public var contexts: ContextTable
  /// The dialect's extras that belong to no event.
  public var extras: Extras

  /// Makes a snapshot.
  public init(
    instance: Instance = Instance(),
    vcpus: VCPUs = VCPUs(),
    events: EventTable = EventTable(),
    contexts: ContextTable = ContextTable(),
    extras: Extras = Extras()
  ) {
    self.instance = instance
    self.vcpus = vcpus
    self.events = events
    self.contexts = contexts
    self.extras = extras
  }

  /// Whether the snapshot carries extras of its dialect, those of events included.
  public var hasExtras: Bool {
    !extras.isEmpty || events.contains { !$0.extras.isEmpty || !$0.slotExtras.isEmpty }
  }
}
