/// Why no course of calls leads to a state.
public struct Unreachable: Error, Hashable, Sendable {
  /// Where in the model: `events[0x0].vcpus[3].entry`.
  public var path: String
  /// What keeps the engine from coming to it, in one sentence.
  public var reason: String

  /// Makes an error.
  public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
}

extension Unreachable: CustomStringConvertible {
  /// Where, and why.
  public var description: String { "\(path) can not be reached: \(reason)" }
}
