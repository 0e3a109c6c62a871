public import SDEIModel

/// What one operation of the engine did: its answer, and its effects in the order they happened.
public struct Outcome: Hashable, Sendable {
  /// What the caller gets.
  public var answer: Answer
  /// What happened besides.
  public var effects: [Effect]

  /// Makes an outcome; by default there are no effects.
  public init(_ answer: Answer, _ effects: [Effect] = []) {
    self.answer = answer
    self.effects = effects
  }

  /// The value that the operation returned, nil where it returned none.
  public var value: Int64? {
    if case .value(let value) = answer { value } else { nil }
  }

  /// The handler that was entered, nil for none.
  public var entry: HandlerEntry? {
    for case .entered(let entry) in effects { return entry }
    return nil
  }
}

/// What the caller of an operation gets.
public enum Answer: Hashable, Sendable {
  /// A value: a call's X0 as a signed number, or 0 or a negative errno of a host operation.
  case value(Int64)
  /// A completion that does not return: the registers now are those that go on.
  case resumes
  /// No value at all: X0 keeps what it had.
  case none
  /// The original would have gone astray here; nothing was changed.
  case undefined(Undefined)
}

/// What an operation did besides its answer.
public enum Effect: Hashable, Sendable {
  /// A handler was entered.
  case entered(HandlerEntry)
  /// A handler ended.
  case completed(vcpu: UInt32, level: Level, event: EventNumber)
  /// An event waits; `slot` is a vCPU, or 0 for a shared event.
  case pended(event: EventNumber, slot: UInt32)
  /// A vCPU is asked to look for an event to deliver.
  case requested(vcpu: UInt32)
  /// Who asked for it is told that an event was delivered or completed.
  case notified(notifier: String, vcpu: UInt32, event: EventNumber, Notification)
  /// The dispatcher takes an interrupt from the client (`vcpu` nil: a shared one).
  case interruptTaken(interrupt: UInt32, vcpu: UInt32?)
  /// The dispatcher gives an interrupt back to the client, disabled.
  case interruptReturned(interrupt: UInt32, vcpu: UInt32?)

  /// What a notifier is told.
  public enum Notification: String, CaseIterable, Hashable, Sendable {
    /// The event's handler was entered.
    case delivered
    /// The event's handler completed.
    case completed
  }
}

/// How a handler was entered (DEN0054C 5.2.1, Table 5).
public struct HandlerEntry: Hashable, Sendable {
  /// The vCPU.
  public var vcpu: UInt32
  /// The event.
  public var event: EventNumber
  /// The level it runs at.
  public var level: Level
  /// X0 to X17, PC and PSTATE at the handler's first instruction.
  public var frame: RegisterFrame

  /// Makes an entry.
  public init(vcpu: UInt32, event: EventNumber, level: Level, frame: RegisterFrame) {
    (self.vcpu, self.event, self.level, self.frame) = (vcpu, event, level, frame)
  }
}

/// Where the original implementation would have crashed, hung or corrupted memory.
public enum Undefined: String, CaseIterable, Hashable, Sendable {
  /// KVM v4 `SDEI_EVENT_STATUS`: `kse` is used unset (traces kvm-v4, fault 01).
  case nullDereference = "null-dereference"
  /// KVM v4 and v5: a handler's event was freed while something still points at it (kvm-v4 fault
  /// 04, kvm-v5 faults 04 and 19).
  case useAfterFree = "use-after-free"
  /// KVM v4 `KVM_SDEI_CMD_INJECT_EVENT`: the vCPU's lock is taken twice (kvm-v4 fault 10).
  case selfDeadlock = "self-deadlock"
  /// KVM v7 ENABLE and DISABLE: a negative number passes the range check (kvm-v7 fault 01).
  case outOfBounds = "out-of-bounds"
  /// KVM v7 delivery: the search for a deliverable event does not advance (kvm-v7 faults 02, 05).
  case endlessLoop = "endless-loop"
  /// KVM v4 and v5: the kernel calls a notifier's address that a SET command brought (kvm-v5 fault
  /// 24).
  case wildPointer = "wild-pointer"
  /// TF-A: event 0's SGI is to be put back while its event can not be dispatched (tf-a faults).
  case assertPending = "assert-set-pending"
  /// TF-A: the priority mask was left at "critical" by a nested completion (tf-a faults).
  case panicPriority = "panic-priority"
  /// TF-A: the interrupt of a running handler was released on another PE (tf-a faults).
  case panicMapping = "panic-mapping"

  /// What happens, in one sentence.
  public var sentence: String {
    switch self {
    case .nullDereference: "the kernel dereferences a null pointer and oopses"
    case .useAfterFree: "the kernel uses an event that it has freed"
    case .selfDeadlock: "the kernel takes a lock that it holds and never returns"
    case .outOfBounds: "the kernel reads or writes a bit up to 512 MiB behind its state"
    case .endlessLoop: "the kernel's search for an event never ends"
    case .wildPointer: "the kernel calls a function pointer that it did not make"
    case .assertPending: "the firmware asserts in plat_ic_set_interrupt_pending"
    case .panicPriority: "the firmware panics in ehf_activate_priority"
    case .panicMapping: "the firmware panics in sdei_intr_handler: invalid SDEI mapping"
    }
  }
}
