internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

/// One action of a journal, what was seen of it, and the state before it.
struct ObservedStep {
  let action: Action
  let recorded: Recorded
  /// The engine in the state before the action.
  let before: Dispatcher
  /// The vCPUs that came back and have not unmasked themselves.
  let returned: ReturnedVCPUs

  /// The vCPU that acts, nil where it is the VM.
  var vcpu: UInt32? { action.vcpu }

  /// The call, nil for another action.
  var call: (function: FunctionID, call: Call)? {
    guard case .call(let call, _) = action, let function = FunctionID(rawValue: call.function)
    else { return nil }
    return (function, call)
  }

  /// What was recorded as the call's value, nil where there is none.
  var value: Int64? {
    guard case .value(let value)? = recorded.answer else { return nil }
    return value
  }

  /// Whether the vCPU was unmasked before the step, by what was seen; nil where that does not tell.
  ///
  /// PE_MASK answers it, unless the dialect always answers 0; where one of two equal calls is denied,
  /// that answers it, too. A handler is entered on an unmasked vCPU only, unless the dialect does not
  /// look at the mask.
  var wasUnmasked: Bool? {
    if recorded.entered != nil { return has("delivers-while-masked") ? nil : true }
    guard let value else { return nil }
    let (isDenied, tells) = (value == ReturnCode.denied.rawValue, has("mask-twice-denied"))
    switch call?.function {
    case .peMask:
      if tells && value <= 0 { return isDenied ? false : value == 0 ? true : nil }
      return value == 1 ? true : value == 0 && !has("mask-answers-zero") ? false : nil
    case .peUnmask where tells: return isDenied ? true : value == 0 ? false : nil
    default: return nil
    }
  }

  private func has(_ deviation: String) -> Bool {
    before.dialect.deviations.contains { $0.name == deviation }
  }
}

/// A state that stands in a journal, and the one an operation before it.
struct ObservedState {
  let before: CheckedState
  let after: CheckedState
  /// The operation between the two; nil where there is none.
  let operation: Action?
  /// The vCPUs that came back and have not unmasked themselves.
  let returned: ReturnedVCPUs
}

/// The vCPUs that were reset or woke up from a powerdown state, and have not unmasked themselves
/// since (DEN0054C 6.5.1).
struct ReturnedVCPUs: Sendable {
  private var vcpus: Set<UInt32> = []

  /// Whether a vCPU is one of them.
  func contains(_ vcpu: UInt32) -> Bool { vcpus.contains(vcpu) }

  /// All of them.
  var all: Bitmap { Bitmap(indexes: vcpus) }

  /// Takes note of an action that was done; `power` is the vCPU's before.
  mutating func note(_ action: Action, _ outcome: Outcome, power: PowerState?) {
    guard outcome.answer == .value(0) else { return }
    switch action {
    case .power(.on, let vcpu): vcpus.insert(vcpu)
    case .power(.wake, let vcpu) where power != .standby: vcpus.insert(vcpu)
    case .power(.off, let vcpu): vcpus.remove(vcpu)
    case .call(let call, let vcpu) where call.function == FunctionID.peUnmask.rawValue:
      vcpus.remove(vcpu)
    // What is restored has a history of its own.
    case .restore: vcpus = []
    default: break
    }
  }
}
