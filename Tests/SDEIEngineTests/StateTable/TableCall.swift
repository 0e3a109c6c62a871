import SDEIEngine
import SDEIModel

/// One call of the state table: every function, with each kind of argument that decides something.
enum TableCall: Hashable {
  case version
  case register(Registration)
  case enable, disable, unregister, status, release, mask, unmask, privateReset, sharedReset
  case context(UInt64)
  case complete(UInt64)
  case resume(UInt64)
  case info(UInt64)
  case routingSet(Routing)
  case bind(Interrupt)
  case signal(Target)
  case features(UInt64)
  case unknownEvent(FunctionID)

  enum Registration: CaseIterable { case any, pe, nobody, relative, reservedFlag }
  enum Routing: CaseIterable { case any, pe, nobody, unknownMode }
  enum Interrupt: CaseIterable { case bound, free, sgi }
  enum Target: CaseIterable { case caller, other, nobody, otherEvent }

  static let all: [TableCall] =
    [
      .version, .enable, .disable, .unregister, .status, .release, .mask, .unmask, .privateReset,
      .sharedReset,
    ]
    + Registration.allCases.map(TableCall.register) + [0, 17, 18].map(TableCall.context)
    + [0, 1].map(TableCall.complete) + [resumeAt, resumeAt + 2].map(TableCall.resume)
    + (0...5).map(TableCall.info) + Routing.allCases.map(TableCall.routingSet)
    + Interrupt.allCases.map(TableCall.bind) + Target.allCases.map(TableCall.signal)
    + (0...2).map(TableCall.features)
    + [
      .eventRegister, .eventEnable, .eventDisable, .eventUnregister, .eventStatus, .eventGetInfo,
      .eventRoutingSet, .interruptRelease, .eventSignal,
    ].map(TableCall.unknownEvent)

  static let resumeAt: UInt64 = 0xFFFF_8000_0801_0280
  static let newEntry: UInt64 = 0xFFFF_8000_0900_2000
  static let newArgument: UInt64 = 0xA6
  /// No PE has it.
  static let nobody: UInt64 = 0x7_0000
  static let unknown: UInt64 = 0x4000_0FFF
  static let freeInterrupt: UInt32 = 41

  /// The call as a guest makes it.
  func call(_ situation: Situation) -> Call {
    let event = situation.number.rawValue
    let other = Situation.affinities[Int(Situation.other)]
    return switch self {
    case .version: Call(.version)
    case .register(let registration):
      switch registration {
      case .any: Call(.eventRegister, event, Self.newEntry, Self.newArgument, 0, Self.nobody)
      case .pe: Call(.eventRegister, event, Self.newEntry, Self.newArgument, 1, other)
      case .nobody: Call(.eventRegister, event, Self.newEntry, Self.newArgument, 1, Self.nobody)
      case .relative: Call(.eventRegister, event, 0x400, Self.newArgument, 2)
      case .reservedFlag: Call(.eventRegister, event, Self.newEntry, Self.newArgument, 4)
      }
    case .enable: Call(.eventEnable, event)
    case .disable: Call(.eventDisable, event)
    case .context(let register): Call(.eventContext, register)
    case .complete(let status): Call(.eventComplete, status)
    case .resume(let address): Call(.eventCompleteAndResume, address)
    case .unregister: Call(.eventUnregister, event)
    case .status: Call(.eventStatus, event)
    case .info(let info): Call(.eventGetInfo, event, info)
    case .routingSet(let routing):
      switch routing {
      case .any: Call(.eventRoutingSet, event, 0, Self.nobody)
      case .pe: Call(.eventRoutingSet, event, 1, other)
      case .nobody: Call(.eventRoutingSet, event, 1, Self.nobody)
      case .unknownMode: Call(.eventRoutingSet, event, 2, other)
      }
    case .mask: Call(.peMask)
    case .unmask: Call(.peUnmask)
    case .bind(.bound): Call(.interruptBind, UInt64(Self.bound(situation).interrupt ?? 0))
    case .bind(.free): Call(.interruptBind, UInt64(Self.freeInterrupt))
    case .bind(.sgi): Call(.interruptBind, 15)
    case .release: Call(.interruptRelease, event)
    case .signal(.caller): Call(.eventSignal, 0, Situation.affinities[0])
    case .signal(.other): Call(.eventSignal, 0, other)
    case .signal(.nobody): Call(.eventSignal, 0, Self.nobody)
    case .signal(.otherEvent):
      Call(.eventSignal, event == 0 ? 0x4000_0100 : event, Situation.affinities[0])
    case .features(let feature): Call(.features, feature)
    case .privateReset: Call(.privateReset)
    case .sharedReset: Call(.sharedReset)
    case .unknownEvent(let function): Call(function, Self.unknown)
    }
  }

  /// The bound event whose interrupt is bound again: the one looked at, where it is bound.
  static func bound(_ situation: Situation) -> Situation.Kind {
    situation.kind.isBound ? situation.kind : .privateBound
  }
}
