internal import SDEIModel

/// One vCPU as the engine works on it.
struct VCPUState: Hashable, Sendable {
  /// One level: what runs, what an ABI stores for it, and the interrupted registers.
  struct LevelState: Hashable, Sendable {
    /// The event whose handler runs.
    var running: EventNumber?
    /// The number as an ABI has it; KVM v4 can lose the handler and keep the number.
    var stored: EventNumber?
    var frame = RegisterFrame.zero
  }

  /// One entry of a KVM queue.
  struct Queued: Hashable, Sendable {
    var number: EventNumber
    var padding: UInt32 = 0
  }

  /// 0 unmasked, 1 masked; KVM's SET commands take any byte.
  var masked: UInt8 = 1
  var isRequested = false
  var power = PowerState.on
  var affinity: Affinity?
  var normal = LevelState()
  var critical = LevelState()
  /// KVM's queues, the critical one and the normal one.
  var criticalQueue: [Queued] = []
  var normalQueue: [Queued] = []
  /// TF-A's priority mask was left at "critical" by a nested completion.
  var isPriorityMaskStuck = false

  var isMasked: Bool { masked != 0 }

  subscript(level: Level) -> LevelState {
    get { level == .normal ? normal : critical }
    set { if level == .normal { normal = newValue } else { critical = newValue } }
  }

  subscript(queue level: Level) -> [Queued] {
    get { level == .normal ? normalQueue : criticalQueue }
    set { if level == .normal { normalQueue = newValue } else { criticalQueue = newValue } }
  }

  /// The innermost level at which a handler runs.
  var innermost: Level? {
    if critical.running != nil { return .critical }
    return normal.running != nil ? .normal : nil
  }

  func runs(_ number: EventNumber) -> Bool {
    normal.running == number || critical.running == number
  }
}
