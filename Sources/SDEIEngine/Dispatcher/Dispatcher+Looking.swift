public import SDEIModel

/// Looking at one thing of the state, without a snapshot of all of it; O(log events) at most.
extension Dispatcher {
  /// What a client gave when it registered a handler.
  public struct Registration: Hashable, Sendable {
    /// The entry point, or its offset from VBAR_EL_C.
    public var entry: UInt64
    /// Whether the entry point is an offset.
    public var isRelative: Bool
    /// The argument.
    public var argument: UInt64
  }

  /// The exception level of the client, EL_C.
  public var clientEL: UInt8 { instance.clientEL }

  /// What is stored of the registration that a vCPU's calls act on, nil where no event has the
  /// number.
  public func registration(of number: EventNumber, on vcpu: UInt32) -> Registration? {
    let event = position(of: number)
    guard event >= 0 else { return nil }
    let slot = events[event][events[event].slot(of: vcpu)]
    return Registration(
      entry: slot.entry,
      isRelative: slot.marks.contains(.relative),
      argument: slot.argument
    )
  }

  /// What an event is, nil where no event has the number or nobody told.
  public func definition(of number: EventNumber) -> EventDefinition? {
    let event = position(of: number)
    return event >= 0 ? events[event].definition : nil
  }

  /// Whether a vCPU has all events masked, nil where there is no such vCPU.
  public func isMasked(_ vcpu: UInt32) -> Bool? {
    vcpu < vcpuCount ? vcpus[Int(vcpu)].isMasked : nil
  }

  /// The power state of a vCPU, nil where there is no such vCPU.
  public func powerState(of vcpu: UInt32) -> PowerState? {
    vcpu < vcpuCount ? vcpus[Int(vcpu)].power : nil
  }

  /// What the innermost handler of a vCPU interrupted, nil where none runs; O(events) in KVM v7.
  public func interruptedFrame(_ vcpu: UInt32) -> RegisterFrame? {
    guard vcpu < vcpuCount else { return nil }
    return innermost(vcpu).map { vcpus[Int(vcpu)][$0].frame }
  }
}
