package import SDEIModel

/// Why a state can not be written in a format at all.
public struct EncodeError: Error, Hashable, Sendable {
  /// The stable identifier.
  public let id: String
  /// Where in the model.
  public let path: String
  /// What is in the way.
  public let problem: String
  /// What to do.
  public let action: String

  /// Makes an error.
  @inline(never)
  public init(id: String = "SDEI-C001", _ path: String, problem: String, action: String) {
    self.id = id
    self.path = path
    self.problem = problem
    self.action = action
  }

  /// The output would be larger than allowed.
  static func tooLarge(_ format: FormatID, bytes: UInt64, limit: UInt64) -> EncodeError {
    EncodeError(
      id: "SDEI-C002",
      "",
      problem: "as \(format.name) the state takes \(bytes) bytes, and the limit is \(limit)",
      action: "raise --max-memory, or use sdei, which stays folded"
    )
  }
}

extension Snapshot {
  /// Refuses extras that the snapshot's dialect does not have: no reader would take them.
  func checkExtras() throws(EncodeError) {
    guard hasExtras else { return }
    let fields =
      extras.values.items.map(\.field) + extras.lists.items.map(\.field)
      + extras.vcpuValues.items.map(\.field) + extras.vcpuLists.items.map(\.field)
      + events.flatMap { $0.extras.items.map(\.field) + $0.slotExtras.items.map(\.field) }
    guard let field = fields.first(where: { !$0.dialects.contains(instance.dialect) }) else {
      return
    }
    throw EncodeError(
      id: "SDEI-C004",
      "extras.\(field.name)",
      problem: "\(instance.dialect.name) has no such extra",
      action: "remove it, or set the dialect that it belongs to"
    )
  }
}

extension Instance {
  /// Refuses a producer that no reader would take.
  package func checkProducer() throws(EncodeError) {
    guard isPlainText(producer) else {
      throw EncodeError(
        "instance.producer",
        problem: "it has control characters or more than 1024 bytes",
        action: "shorten it"
      )
    }
  }
}

extension EncodeError: CustomStringConvertible {
  /// The whole message, one line.
  public var description: String {
    (path.isEmpty ? "" : path + ": ") + "\(problem); \(action) [\(id)]"
  }
}
