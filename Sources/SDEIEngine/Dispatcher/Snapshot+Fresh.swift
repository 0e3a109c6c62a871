public import SDEIModel

extension Snapshot {
  /// The state of a new instance of a dialect, before any call: all vCPUs masked, nothing
  /// registered, and the events that the implementation defines by itself (KVM v4: 0x40400000; v7:
  /// 0 and 1; the specification: 0).
  public static func fresh(_ dialect: Dialect = .specification, vcpus: UInt32) -> Snapshot {
    var result = Snapshot(instance: Instance(dialect: dialect.id))
    result.vcpus.count = vcpus
    result.vcpus.masked = Bitmap(below: vcpus)
    var event = EventDefinition(type: .private, priority: .normal, isSignalable: true)
    switch dialect.id {
    case .specification:
      if dialect.rules.isEventZeroCritical { event.priority = .critical }
      result.events[.softwareSignalled] = Event(.softwareSignalled, definition: event)
      result.instance.features = Features(privateSlots: 2, sharedSlots: 2, relativeMode: true)
      result.vcpus.power = Column(UInt64(PowerState.on.rawValue), at: Bitmap(below: vcpus))
    case .kvmV4:
      result.instance.version = .v1_0
      result.events[KVMv4Rules.builtIn] = Event(
        KVMv4Rules.builtIn,
        definition: KVMv4Rules.builtInDefinition
      )
    case .kvmV5: result.instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D)
    case .kvmV7:
      result.instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9)
      for number in [EventNumber(0), EventNumber(1)] {
        result.events[number] = Event(number, definition: event)
      }
    case .tfA, .qemuRFC: result.instance.version = .v1_0
    }
    return result
  }
}
