import SDEIModel

/// The full transition table of the specification (sdei-spec 3.2), as the document writes it.
///
/// Written from the document and not from the engine: it is what the engine is measured by. Where
/// the specification is ambiguous, the default of section 9.2 stands: A-03 (UNREGISTER in UP is
/// PENDING), A-05 (routing is told whenever registered), A-06 (changes take effect at once).
enum ExpectationTable {
  enum Input: String, CaseIterable {
    case register, enable, disable, unregister, routingSet, release, context, complete
    case routingInfo, reset
  }

  /// A cell: the state afterwards, and what the call gives.
  struct Cell {
    let next: HandlerState
    let code: ReturnCode
  }

  private static let text = """
                 U          R        E        UP          RR          ER
    register     R          DENIED   DENIED   DENIED      DENIED      DENIED
    enable       DENIED     E        =        DENIED      ER          =
    disable      DENIED     =        R        DENIED      =           RR
    unregister   DENIED     U        U        =/PENDING   UP/PENDING  UP/PENDING
    routingSet   DENIED     =        DENIED   DENIED      DENIED      DENIED
    release      =          DENIED   DENIED   DENIED      DENIED      DENIED
    context      DENIED     DENIED   DENIED   =           =           =
    complete     DENIED     DENIED   DENIED   U           R           E
    routingInfo  DENIED     =        =        DENIED      =           =
    reset        =          U        U        =/DENIED    UP/DENIED   UP/DENIED
    """

  private static let rows: [Input: [HandlerState: Cell]] = {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let states = lines[0].compactMap(HandlerState.init(rawValue:))
    precondition(states.count == 6 && lines.count == Input.allCases.count + 1)
    var result: [Input: [HandlerState: Cell]] = [:]
    for line in lines.dropFirst() {
      guard let input = Input(rawValue: line[0]) else { preconditionFailure("row \(line[0])") }
      precondition(line.count == 7)
      for (state, text) in zip(states, line.dropFirst()) {
        result[input, default: [:]][state] = cell(text, in: state)
      }
    }
    return result
  }()

  private static func cell(_ text: String, in state: HandlerState) -> Cell {
    let parts = text.split(separator: "/").map(String.init)
    let code = ReturnCode.allCases.first { $0.name == parts.last }
    if parts == ["DENIED"] { return Cell(next: state, code: .denied) }
    let next = parts[0] == "=" ? state : HandlerState(rawValue: parts[0])
    guard let next, parts.count == 1 || code != nil else { preconditionFailure("cell \(text)") }
    return Cell(next: next, code: code ?? .success)
  }

  static subscript(input: Input, state: HandlerState) -> Cell {
    guard let cell = rows[input]?[state] else { preconditionFailure("no cell \(input) \(state)") }
    return cell
  }
}
