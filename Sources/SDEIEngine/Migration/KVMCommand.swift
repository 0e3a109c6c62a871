public import SDEIModel

/// A command by which a VMM puts state into a KVM instance: the SET half of its migration ABI.
public enum KVMCommand: Hashable, Sendable {
  /// v4 SET_EVENT with one entry, v5 SET_EXPOSED_EVENT.
  case setExposed([ExposedEntry])
  /// v4 SET_KEVENT with one entry, v5 SET_REGISTERED_EVENT.
  case setRegistered([RegisteredEntry])
  /// v4 SET_VEVENT with one entry, v5 SET_VCPU_EVENT.
  case setQueue([QueuedEntry], vcpu: UInt32)
  /// v4 and v5 SET_VCPU_STATE.
  case setState(StateEntry, vcpu: UInt32)
  /// v7 KVM_SET_ONE_REG.
  case setRegister(KVMv7Register, vcpu: UInt32)
  /// v4 and v5 INJECT_EVENT.
  case inject(EventNumber, vcpu: UInt32)

  /// `struct kvm_sdei_event_state` (v4), `struct kvm_sdei_exposed_event_state` (v5).
  public struct ExposedEntry: Hashable, Sendable {
    /// The number.
    public var number: EventNumber
    /// The type as given.
    public var type: EventType
    /// The `signaled` byte.
    public var signaled: UInt8
    /// The priority as given.
    public var priority: EventPriority
    /// v5's `padding[5]`.
    public var padding: UInt64
    /// The kernel's function pointer.
    public var notifier: UInt64

    /// Makes an entry.
    public init(
      number: EventNumber,
      type: EventType,
      signaled: UInt8,
      priority: EventPriority,
      padding: UInt64 = 0,
      notifier: UInt64 = 0
    ) {
      (self.number, self.type, self.signaled) = (number, type, signaled)
      (self.priority, self.padding, self.notifier) = (priority, padding, notifier)
    }
  }

  /// `struct kvm_sdei_kvm_event_state` (v4), `struct kvm_sdei_registered_event_state` (v5).
  public struct RegisteredEntry: Hashable, Sendable {
    /// The number; routing, handler bitmaps and columns; padding and hole as extras.
    public var event: Event
    /// v4's refcount.
    public var refcount: UInt32

    /// Makes an entry.
    public init(event: Event, refcount: UInt32 = 0) {
      (self.event, self.refcount) = (event, refcount)
    }
  }

  /// `struct kvm_sdei_vcpu_event_state`.
  public struct QueuedEntry: Hashable, Sendable {
    /// The number.
    public var number: EventNumber
    /// v4's refcount, v5's event_count.
    public var count: UInt32
    /// v5's padding.
    public var padding: UInt32

    /// Makes an entry.
    public init(number: EventNumber, count: UInt32, padding: UInt32 = 0) {
      (self.number, self.count, self.padding) = (number, count, padding)
    }
  }

  /// `struct kvm_sdei_vcpu_state`.
  public struct StateEntry: Hashable, Sendable {
    /// The `masked` byte.
    public var masked: UInt8
    /// `padding[7]`, little-endian.
    public var padding: UInt64
    /// `critical_num`, nil for the ABI's "none" (v4: 0, v5: 0xffffffff).
    public var critical: EventNumber?
    /// `normal_num`.
    public var normal: EventNumber?
    /// `critical_regs`.
    public var criticalFrame: RegisterFrame
    /// `normal_regs`.
    public var normalFrame: RegisterFrame

    /// Makes an entry.
    public init(
      masked: UInt8,
      padding: UInt64 = 0,
      critical: EventNumber? = nil,
      normal: EventNumber? = nil,
      criticalFrame: RegisterFrame = .zero,
      normalFrame: RegisterFrame = .zero
    ) {
      (self.masked, self.padding, self.critical, self.normal) = (masked, padding, critical, normal)
      (self.criticalFrame, self.normalFrame) = (criticalFrame, normalFrame)
    }
  }
}

/// A pseudo-firmware register of KVM v7 and what is written to it (patch v7-19).
public enum KVMv7Register: Hashable, Sendable {
  /// SDEI_EVENT_HANDLER_n: entry point and argument; 2 and 3 are reserved.
  case handler(Int, entry: UInt64, argument: UInt64)
  /// SDEI_EVENT_REGISTERED.
  case registered(UInt64)
  /// SDEI_EVENT_ENABLED.
  case enabled(UInt64)
  /// SDEI_EVENT_RUNNING.
  case running(UInt64)
  /// SDEI_EVENT_PENDING.
  case pending(UInt64)
  /// SDEI_EVENT_CONTEXT.
  case context(RegisterFrame)
  /// SDEI_PE_STATE: 0 unmasked, anything else masked.
  case peState(UInt64)
}
