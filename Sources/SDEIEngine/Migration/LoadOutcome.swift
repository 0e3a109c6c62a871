public import SDEIModel

/// What a destination's SET commands do with a state, one after another.
public struct LoadOutcome: Hashable, Sendable {
  /// One command, or one command on some vCPUs, that is refused.
  public struct Refusal: Hashable, Sendable {
    /// The rule that refuses it.
    public var rule: LoadRule
    /// The vCPUs on whose file descriptor the command is issued; nil for the VM's.
    public var vcpus: Bitmap?
    /// The event for which it is refused, nil where it is the list as a whole.
    public var event: EventNumber?
    /// Whether this is the one whose errno the command returns, and not a further reason.
    public var isDeciding: Bool
    /// Whether it is only refused because an earlier command was.
    public var isConsequence: Bool
  }

  /// What is refused and why, in the order in which the commands are issued.
  public var refusals: [Refusal] = []
  /// The vCPUs on which a delivery is requested once the state is loaded.
  public var deliveryRequests = Bitmap()
  /// What the destination does wrong with what it took, in the order of the rules, then of the
  /// events.
  public var hazards: [LoadHazard] = []

  /// Whether every command succeeds.
  public var isLoaded: Bool { refusals.isEmpty }

  /// The errno of a command on the VM (`vcpu` nil) or on a vCPU, nil for success; the first one
  /// where an entry is a command of its own (KVM v2 to v4).
  public func errno(_ command: LoadCommand, _ vcpu: UInt32? = nil) -> Errno? {
    refusals.first { refusal in
      refusal.isDeciding && refusal.rule.command == command
        && (vcpu == nil ? refusal.vcpus == nil : refusal.vcpus?.contains(vcpu ?? 0) == true)
    }?.rule.errno
  }

  /// The errno of the command for one event, where each entry is a command of its own (KVM v2 to
  /// v4); nil for success.
  public func errno(
    _ command: LoadCommand,
    of event: EventNumber,
    _ vcpu: UInt32? = nil
  ) -> Errno? {
    refusals.first { refusal in
      refusal.isDeciding && refusal.rule.command == command && refusal.event == event
        && (vcpu == nil ? refusal.vcpus == nil : refusal.vcpus?.contains(vcpu ?? 0) == true)
    }?.rule.errno
  }
}

/// The commands that load a state into a KVM destination.
public enum LoadCommand: String, CaseIterable, Hashable, Sendable {
  /// `KVM_SDEI_CMD_SET_EXPOSED_EVENT`, on the VM.
  case setExposedEvent = "SET_EXPOSED_EVENT"
  /// `KVM_SDEI_CMD_SET_REGISTERED_EVENT`, on the VM.
  case setRegisteredEvent = "SET_REGISTERED_EVENT"
  /// `KVM_SDEI_CMD_SET_VCPU_EVENT`, on each vCPU.
  case setVCPUEvent = "SET_VCPU_EVENT"
  /// `KVM_SDEI_CMD_SET_VCPU_STATE` of KVM v2 to v5, on each vCPU.
  case setVCPUState = "SET_VCPU_STATE"
  /// KVM v2 to v4's `KVM_SDEI_CMD_SET_EVENT`, on the VM, for each event that the VMM exposes.
  case setEvent = "SET_EVENT"
  /// KVM v2 to v4's `KVM_SDEI_CMD_SET_KEVENT`, on the VM, for each registered event.
  case setKEvent = "SET_KEVENT"
  /// KVM v2 to v4's `KVM_SDEI_CMD_SET_VEVENT`, on each vCPU, for each event in its queue.
  case setVEvent = "SET_VEVENT"
  /// KVM v7's `KVM_SET_ONE_REG` of a pseudo-firmware register, on each vCPU.
  case setOneReg = "KVM_SET_ONE_REG"
}
