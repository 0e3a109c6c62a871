internal import SDEIModel

/// One named switch: a point at which an implementation decides otherwise than the specification's
/// default, or at which the specification leaves the decision open.
public struct Deviation: Sendable {
  /// The name, as the command line knows it.
  public let name: String
  /// The ambiguity of the specification that it decides, `A-01` to `A-24`; nil for a plain
  /// deviation.
  public let ambiguity: String?
  /// Where it is known from.
  public let source: String
  /// What is done otherwise, in one sentence.
  public let sentence: String
  let apply: @Sendable (inout Rules) -> Void

  init(
    _ name: String,
    _ ambiguity: String? = nil,
    source: String,
    _ sentence: String,
    _ apply: @escaping @Sendable (inout Rules) -> Void
  ) {
    self.name = name
    self.ambiguity = ambiguity
    self.source = source
    self.sentence = sentence
    self.apply = apply
  }

  /// A deviation that is one behaviour.
  init(
    _ name: String,
    _ ambiguity: String? = nil,
    source: String,
    _ sentence: String,
    _ behaviour: Behaviour
  ) {
    self.init(name, ambiguity, source: source, sentence) { $0.set(behaviour) }
  }

  /// Every switch there is, in the order of the specification's chapters.
  public static let all: [Deviation] =
    answers + registration + completion + delivery + requests + signals + interrupts + resets
    + kernels

  /// The switch with a name, nil when there is none.
  public static func named(_ name: String) -> Deviation? { all.first { $0.name == name } }
}

extension Deviation: Hashable {
  /// Compares the names: a switch is what its name says.
  public static func == (lhs: Deviation, rhs: Deviation) -> Bool { lhs.name == rhs.name }
  /// Feeds the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
