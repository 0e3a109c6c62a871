/// An operation of a JSON patch (RFC 6902, section 4).
public struct JSONPatchOperation: Hashable, Sendable {
  /// What is done, with what it takes beside a place.
  public enum Action: Hashable, Sendable {
    /// The value at the place must be this one.
    case test(JSONValue)
    /// The value is put there: before an item, or as a member.
    case add(JSONValue)
    /// The value there is taken away.
    case remove
    /// The value there becomes this one.
    case replace(JSONValue)
    /// The value of another place is taken away there and added here.
    case move(from: JSONPointer)
    /// The value of another place is added here.
    case copy(from: JSONPointer)
  }

  /// The names of all actions.
  static let names = ["test", "add", "remove", "replace", "move", "copy"]

  /// What is done.
  public var action: Action
  /// Where.
  public var path: JSONPointer
  /// Where the operation stands in the patch file, nil for one that was made.
  public var offset: Int?

  /// Makes an operation.
  public init(_ action: Action, _ path: JSONPointer, at offset: Int? = nil) {
    (self.action, self.path, self.offset) = (action, path, offset)
  }

  /// The action's name.
  public var name: String {
    switch action {
    case .test: "test"
    case .add: "add"
    case .remove: "remove"
    case .replace: "replace"
    case .move: "move"
    case .copy: "copy"
    }
  }

  /// The value that the operation has.
  var value: JSONValue? {
    switch action {
    case .test(let value), .add(let value), .replace(let value): value
    case .remove, .move, .copy: nil
    }
  }

  /// The other place that the operation has.
  var from: JSONPointer? {
    switch action {
    case .move(let from), .copy(let from): from
    case .test, .add, .remove, .replace: nil
    }
  }
}
