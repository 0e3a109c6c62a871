/// One check of a SET command.
public struct LoadRule: Hashable, Sendable {
  /// What an earlier command must have set up.
  public enum Prerequisite: Hashable, Sendable {
    /// The event is exposed.
    case exposed
    /// The event is registered.
    case registered
    /// The event is in the vCPU's queue.
    case queued
  }

  /// The stable identifier.
  public let id: String
  /// The command that checks it.
  public let command: LoadCommand
  /// What the command returns.
  public let errno: Errno
  /// What is missing when the rule is broken, nil where it looks at the entry alone.
  public let needs: Prerequisite?
  /// The field that is looked at, as a path below the event or context.
  public let field: String
  /// What is wrong, in words.
  public let problem: String
  /// What to do.
  public let action: String

  init(
    id: String,
    command: LoadCommand,
    errno: Errno,
    needs: Prerequisite? = nil,
    field: String,
    problem: String,
    action: String
  ) {
    self.id = id
    self.command = command
    self.errno = errno
    self.needs = needs
    self.field = field
    self.problem = problem
    self.action = action
  }
}

extension LoadRule {
  /// The checks of all SET commands that can refuse a state, ascending by identifier.
  public static let all: [LoadRule] = (KVMv5Rules.all + KVMv4Rules.all).sorted { $0.id < $1.id }
}
