internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

extension Divergence {
  /// Where the step differs, as a path within it, and how.
  var findings: [(path: String, found: String)] {
    switch kind {
    case .action(let action, _, _, let mismatch):
      let (path, found) = mismatch.text(action)
      let vcpu = action.vcpu.map { " on vCPU \($0)" } ?? ""
      return [(path, "\(action.text)\(vcpu): \(found)\(explanation.text)")]
    case .state(let differences):
      return differences.map {
        (
          "checkpoint." + $0.path,
          $0.isMissing
            ? "the state recorded has something here, the engine's has nothing"
            : "the state recorded is not the engine's"
        )
      }
    case .digest(let recorded, let actual):
      let found = actual.map(\.description) ?? "none"
      return [("checkpointDigest", "\(recorded) was recorded, the engine's state has \(found)")]
    }
  }
}

extension Mismatch {
  fileprivate func text(_ action: Action) -> (path: String, found: String) {
    switch self {
    case .answer(let recorded, let actual):
      return (
        "result",
        "\(action.text(of: recorded)) was recorded, the engine answers \(action.text(of: actual))"
      )
    case .entered(let recorded, let actual):
      func name(_ event: EventNumber?) -> String { event.map { "the handler of \($0)" } ?? "none" }
      return ("entered", "\(name(recorded)) was entered, the engine enters \(name(actual))")
    case .register(let name, let recorded, let actual):
      return (
        "registers.\(name)", "\(hex(recorded)) was recorded, the engine has \(hex(actual))"
      )
    case .registersUnchanged:
      return ("registers", "registers were recorded, and the engine leaves them alone")
    }
  }
}

extension Explanation {
  /// The switch and the dialect that would have done it, as far as there are some.
  fileprivate var text: String {
    var parts: [String] = []
    if let first = switches.first { parts.append("the switch \(first.name)") }
    if let first = dialects.first { parts.append("the dialect \(first.name)") }
    if parts.isEmpty { return "" }
    return ", as " + parts.joined(separator: " or ") + " would"
  }
}
