/// The SMCCC function identifiers of the 19 SDEI calls (DEN0054C 5.1).
///
/// All are SMC64 fast calls; there is no SMC32 form. Linux and TF-A define them as
/// `SDEI_1_0_FN(n)` = 0xC400_0020 + n.
public enum FunctionID: UInt32, CaseIterable, Hashable, Sendable {
  /// `SDEI_VERSION`, DEN0054C 5.1.1.
  case version = 0xC400_0020
  /// `SDEI_EVENT_REGISTER`, DEN0054C 5.1.2.
  case eventRegister = 0xC400_0021
  /// `SDEI_EVENT_ENABLE`, DEN0054C 5.1.3.
  case eventEnable = 0xC400_0022
  /// `SDEI_EVENT_DISABLE`, DEN0054C 5.1.4.
  case eventDisable = 0xC400_0023
  /// `SDEI_EVENT_CONTEXT`, DEN0054C 5.1.5.
  case eventContext = 0xC400_0024
  /// `SDEI_EVENT_COMPLETE`, DEN0054C 5.1.6.
  case eventComplete = 0xC400_0025
  /// `SDEI_EVENT_COMPLETE_AND_RESUME`, DEN0054C 5.1.7.
  case eventCompleteAndResume = 0xC400_0026
  /// `SDEI_EVENT_UNREGISTER`, DEN0054C 5.1.8.
  case eventUnregister = 0xC400_0027
  /// `SDEI_EVENT_STATUS`, DEN0054C 5.1.9.
  case eventStatus = 0xC400_0028
  /// `SDEI_EVENT_GET_INFO`, DEN0054C 5.1.10.
  case eventGetInfo = 0xC400_0029
  /// `SDEI_EVENT_ROUTING_SET`, DEN0054C 5.1.11.
  case eventRoutingSet = 0xC400_002A
  /// `SDEI_PE_MASK`, DEN0054C 5.1.12.
  case peMask = 0xC400_002B
  /// `SDEI_PE_UNMASK`, DEN0054C 5.1.13.
  case peUnmask = 0xC400_002C
  /// `SDEI_INTERRUPT_BIND`, DEN0054C 5.1.14.
  case interruptBind = 0xC400_002D
  /// `SDEI_INTERRUPT_RELEASE`, DEN0054C 5.1.15.
  case interruptRelease = 0xC400_002E
  /// `SDEI_EVENT_SIGNAL`, DEN0054C 5.1.16.
  case eventSignal = 0xC400_002F
  /// `SDEI_FEATURES`, DEN0054C 5.1.17.
  case features = 0xC400_0030
  /// `SDEI_PRIVATE_RESET`, DEN0054C 5.1.18.
  case privateReset = 0xC400_0031
  /// `SDEI_SHARED_RESET`, DEN0054C 5.1.19.
  case sharedReset = 0xC400_0032

  /// The name in the specification.
  public var name: String {
    switch self {
    case .version: "SDEI_VERSION"
    case .eventRegister: "SDEI_EVENT_REGISTER"
    case .eventEnable: "SDEI_EVENT_ENABLE"
    case .eventDisable: "SDEI_EVENT_DISABLE"
    case .eventContext: "SDEI_EVENT_CONTEXT"
    case .eventComplete: "SDEI_EVENT_COMPLETE"
    case .eventCompleteAndResume: "SDEI_EVENT_COMPLETE_AND_RESUME"
    case .eventUnregister: "SDEI_EVENT_UNREGISTER"
    case .eventStatus: "SDEI_EVENT_STATUS"
    case .eventGetInfo: "SDEI_EVENT_GET_INFO"
    case .eventRoutingSet: "SDEI_EVENT_ROUTING_SET"
    case .peMask: "SDEI_PE_MASK"
    case .peUnmask: "SDEI_PE_UNMASK"
    case .interruptBind: "SDEI_INTERRUPT_BIND"
    case .interruptRelease: "SDEI_INTERRUPT_RELEASE"
    case .eventSignal: "SDEI_EVENT_SIGNAL"
    case .features: "SDEI_FEATURES"
    case .privateReset: "SDEI_PRIVATE_RESET"
    case .sharedReset: "SDEI_SHARED_RESET"
    }
  }
}
