internal import SDEIEngine
internal import SDEIModel

/// How the value that an action answers is spelt in JSON: by a name where the value can have only
/// that meaning, else in hexadecimal.
enum AnswerStyle {
  /// `SUCCESS` or an error code of the specification: calls that return nothing else.
  case code
  /// An error code, or a value in hexadecimal: 0 is a value, too.
  case value
  /// An error number of the kernel, or hexadecimal.
  case errno
  /// Hexadecimal only.
  case hex

  /// The spelling for an action.
  init(_ action: Action) {
    switch action {
    case .call(let call, _): self.init(FunctionID(rawValue: call.function))
    case .dispatch: self = .code
    case .inject, .cancel: self = .errno
    case .deliver, .fire, .clear, .arrive, .power, .interrupt, .define, .migrate, .restore:
      self = .hex
    }
  }

  private init(_ function: FunctionID?) {
    switch function {
    // A register's value may equal an error code, and nothing tells them apart.
    case .eventContext: self = .hex
    case .version, .eventStatus, .eventGetInfo, .peMask, .interruptBind, .features, nil:
      self = .value
    case .eventRegister, .eventEnable, .eventDisable, .eventComplete, .eventCompleteAndResume,
      .eventUnregister, .eventRoutingSet, .peUnmask, .interruptRelease, .eventSignal,
      .privateReset, .sharedReset:
      self = .code
    }
  }

  private static let errors = ReturnCode.allCases.filter { $0 != .success }

  /// The values that have names, and these.
  private var names: [(value: Int64, name: String)] {
    switch self {
    case .code: ReturnCode.allCases.map { ($0.rawValue, $0.name) }
    case .value: Self.errors.map { ($0.rawValue, $0.name) }
    case .errno: Errno.allCases.map { ($0.result, $0.name) }
    case .hex: []
    }
  }

  /// The spelling of a value.
  func text(_ value: Int64) -> String {
    names.first { $0.value == value }?.name ?? SDEIModel.hex(UInt64(bitPattern: value))
  }

  /// The value of a spelling, nil where there is none.
  func value(_ text: String) -> Int64? { names.first { $0.name == text }?.value }

  /// What a result may be, for a message.
  var choices: String {
    (names.map(\.name) + ["resumes", "none"]).map { "\"\($0)\"" }.joined(separator: ", ")
      + " or \"0x...\""
  }
}
