/// The commands that a write to SYS_REG_SDEI_COMMAND gives (schemas/kvm-sysreg.md).
///
/// A command takes operands from SYS_REG_SDEI_DATA. One that concerns vCPUs concerns the vCPU on
/// which it is written; written on the VM it has a range of vCPUs as an operand.
enum SysregCommand: UInt64, CaseIterable {
  case setVersion = 0x01
  case setFeatures = 0x02
  case setDialect = 0x03
  case declareEvent = 0x10
  case defineEvent = 0x11
  case setRouting = 0x12
  case setRegistered = 0x20
  case setEnabled = 0x21
  case setRunning = 0x22
  case setUnregisterPending = 0x23
  case setRelative = 0x24
  case setPending = 0x30
  case setEntry = 0x31
  case setArgument = 0x32
  case maskVCPU = 0x40
  case requestDelivery = 0x41
  case setPower = 0x42
  case setAffinity = 0x43
  case setContext = 0x50

  /// What the operands say.
  enum Kind {
    /// Something of the VM; the operands are its own.
    case vm(operands: Int)
    /// A mark of an event in slots: number, and on the VM a range.
    case eventMark
    /// A value of an event by slot: number and value, on the VM number, range, base and stride.
    case eventValue
    /// A mark of vCPUs: nothing, and on the VM a range.
    case vcpuMark
    /// A value by vCPU: the value, on the VM range, base and stride.
    case vcpuValue
    /// A context: level, number and registers, and on the VM the vCPU in front of them.
    case context
  }

  var kind: Kind {
    switch self {
    case .setVersion, .setFeatures, .setDialect, .declareEvent: .vm(operands: 1)
    case .defineEvent, .setRouting: .vm(operands: 3)
    case .setRegistered, .setEnabled, .setRunning, .setUnregisterPending, .setRelative: .eventMark
    case .setPending, .setEntry, .setArgument: .eventValue
    case .maskVCPU, .requestDelivery: .vcpuMark
    case .setPower, .setAffinity: .vcpuValue
    case .setContext: .context
    }
  }

  /// The name in the document.
  var name: String {
    switch self {
    case .setVersion: "SET_VERSION"
    case .setFeatures: "SET_FEATURES"
    case .setDialect: "SET_DIALECT"
    case .declareEvent: "DECLARE_EVENT"
    case .defineEvent: "DEFINE_EVENT"
    case .setRouting: "SET_ROUTING"
    case .setRegistered: "SET_REGISTERED"
    case .setEnabled: "SET_ENABLED"
    case .setRunning: "SET_RUNNING"
    case .setUnregisterPending: "SET_UNREGISTER_PENDING"
    case .setRelative: "SET_RELATIVE"
    case .setPending: "SET_PENDING"
    case .setEntry: "SET_ENTRY"
    case .setArgument: "SET_ARGUMENT"
    case .maskVCPU: "MASK"
    case .requestDelivery: "REQUEST_DELIVERY"
    case .setPower: "SET_POWER"
    case .setAffinity: "SET_AFFINITY"
    case .setContext: "SET_CONTEXT"
    }
  }

  /// How many operands it takes; nil where it can not be written on a vCPU.
  func operands(onVM: Bool) -> Int? {
    switch kind {
    case .vm(let operands): onVM ? operands : nil
    case .eventMark: onVM ? 2 : 1
    case .eventValue: onVM ? 4 : 2
    case .vcpuMark: onVM ? 1 : 0
    case .vcpuValue: onVM ? 3 : 1
    case .context: SysregLayout.contextOperands + (onVM ? 1 : 0)
    }
  }
}
