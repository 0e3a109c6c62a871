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

  /// Whether every command succeeds.
  public var isLoaded: Bool { refusals.isEmpty }

  /// The errno of a command on the VM (`vcpu` nil) or on a vCPU, nil for success.
  public func errno(_ command: LoadCommand, _ vcpu: UInt32? = nil) -> Errno? {
    refusals.first { refusal in
      refusal.isDeciding && refusal.rule.command == command
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
  /// `KVM_SDEI_CMD_SET_VCPU_STATE`, on each vCPU.
  case setVCPUState = "SET_VCPU_STATE"
}

/// One check of a SET command.
public struct LoadRule: Hashable, Sendable {
  /// What an earlier command must have set up.
  public enum Prerequisite: Hashable, Sendable {
    /// The event is exposed.
    case exposed
    /// The event is registered.
    case registered
    /// The event is in the vCPU's queue.
    case queued
  }

  /// The stable identifier.
  public let id: String
  /// The command that checks it.
  public let command: LoadCommand
  /// What the command returns.
  public let errno: Errno
  /// What is missing when the rule is broken, nil where it looks at the entry alone.
  public let needs: Prerequisite?
  /// The field that is looked at, as a path below the event or context.
  public let field: String
  /// What is wrong, in words.
  public let problem: String
  /// What to do.
  public let action: String

  init(
    id: String,
    command: LoadCommand,
    errno: Errno,
    needs: Prerequisite? = nil,
    field: String,
    problem: String,
    action: String
  ) {
    self.id = id
    self.command = command
    self.errno = errno
    self.needs = needs
    self.field = field
    self.problem = problem
    self.action = action
  }
}
