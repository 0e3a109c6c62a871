internal import SDEIModel

/// What KVM v2 to v4 have otherwise than v5 (schemas/kvm_sdei_v4.h; KVM/arm64 SDEI series v2 to v4,
/// arch/arm64/include/uapi/asm/kvm_sdei.h), LP64, little-endian.
enum KVMv4Layout {
  /// `struct kvm_sdei_kvm_event_state`; bytes 13 to 15 have no name.
  enum Registered {
    static let size = 8344
    static let refcount = 8
    static let routeMode = 12
    static let padding = 13
  }

  /// `KVM_SDEI_DEFAULT_NUM`: the event that the kernel exposes by itself.
  static let builtIn = EventNumber(0x4040_0000)

  /// The built-in event as the kernel defines it.
  static let builtInDefinition = EventDefinition(
    type: .private,
    priority: .critical,
    isSignalable: true
  )

  /// The events that a VMM exposed by SET_EVENT, in their order.
  static func exposed(_ snapshot: Snapshot) -> [EventNumber] {
    KVMLists.exposed(snapshot).filter { $0 != builtIn }
  }

  /// The occurrences of an event on all vCPUs, as the kernel's 32 bits count them; O(vCPUs that have
  /// some): callers bound their number first.
  static func queuedCount(_ event: Event, vcpus: UInt32) -> UInt32 {
    var count: UInt32 = 0
    event.pending.restricted(to: Bitmap(below: vcpus)).forEachValue { _, value in
      count &+= UInt32(truncatingIfNeeded: value)
    }
    return count
  }

  /// The count of a registered event where it is not the one of the queues, as the extra has it.
  static func refcount(_ stored: UInt32, _ event: Event, vcpus: UInt32) -> UInt64? {
    let isUsual = stored == queuedCount(event, vcpus: vcpus)
    return isUsual ? nil : UInt64(stored) + ExtraField.refcount.addend
  }

  /// The state as the reader stores it: with all lists, and without counts that are the queues'.
  static func stored(_ snapshot: Snapshot) -> Snapshot {
    var result = snapshot
    result.events.updateAll { event in
      guard let extra = event.extras[.refcount] else { return }
      let stored = UInt32(truncatingIfNeeded: extra &- ExtraField.refcount.addend)
      event.extras[.refcount] = refcount(stored, event, vcpus: snapshot.vcpus.count)
    }
    if result.extras.lists[.exposedOrder] == nil {
      result.extras.lists[.exposedOrder] = [builtIn] + exposed(snapshot)
    }
    return KVMLists.stored(result)
  }
}

/// The commands of `KVM_ARM_SDEI_COMMAND` that a transcript has frames of.
enum KVMv4Command: UInt32, TranscriptCommand {
  case getVersion = 0
  case setEvent = 1
  case getKEvent = 3
  case getVEvent = 6
  case getVCPUState = 8

  /// The name in the ABI.
  var name: String {
    switch self {
    case .getVersion: "GET_VERSION"
    case .setEvent: "SET_EVENT"
    case .getKEvent: "GET_KEVENT"
    case .getVEvent: "GET_VEVENT"
    case .getVCPUState: "GET_VCPU_STATE"
    }
  }

  /// Whether a frame holds exactly one structure.
  var isSingle: Bool { self == .getVCPUState }

  /// Whether a list without entries has no frame.
  var isOmittedWhenEmpty: Bool { self == .setEvent || self == .getVEvent }

  /// The size of one structure in its payload.
  var structSize: Int {
    switch self {
    case .getVersion: 0
    case .setEvent: KVMLayout.Exposed.size
    case .getKEvent: KVMv4Layout.Registered.size
    case .getVEvent: KVMLayout.Queued.size
    case .getVCPUState: KVMLayout.VCPUState.size
    }
  }
}
