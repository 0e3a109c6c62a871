/// The vCPUs (the specification's PEs) of an instance, column by column.
public struct VCPUs: Hashable, Sendable {
  /// How many there are; nothing limits them but the 32 bits of an index.
  public var count: UInt32
  /// The vCPUs with all events masked (DEN0054C 5.1.12).
  public var masked = Bitmap()
  /// The vCPUs that are asked to look for an event to deliver (KVM: `KVM_REQ_SDEI`).
  public var deliveryRequest = Bitmap()
  /// The power states as raw values of `PowerState`.
  public var power = Column()
  /// The vCPUs whose affinity the source of the state told; none is ever invented.
  public var affinityKnown = Bitmap()
  /// The affinities; an index outside `affinityKnown` means nothing.
  public var affinity = Column()

  /// Makes vCPUs of which nothing is known, all unmasked.
  public init(count: UInt32 = 0) { self.count = count }

  /// The affinity of a vCPU, nil when unknown.
  public func affinity(of vcpu: UInt32) -> Affinity? {
    affinityKnown.contains(vcpu) ? Affinity(rawValue: affinity[vcpu]) : nil
  }

  /// The power state of a vCPU.
  public func powerState(of vcpu: UInt32) -> PowerState {
    PowerState(rawValue: UInt8(truncatingIfNeeded: power[vcpu])) ?? .unknown
  }
}
