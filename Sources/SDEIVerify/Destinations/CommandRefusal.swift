internal import SDEIEngine
public import SDEIModel

/// A command of a destination that fails, for programs.
public struct CommandRefusal: Hashable, Sendable {
  /// Why a command fails.
  public enum Cause: String, CaseIterable, Sendable {
    /// By this rule, which decides its errno.
    case own
    /// Because an earlier command, which would have set up what it needs, is refused.
    case earlier
    /// By this rule, too: another one decides its errno.
    case further
  }

  /// The command's name: `SET_KEVENT`.
  public let command: String
  /// The vCPUs on which it is issued; nil for the VM.
  public let vcpus: Bitmap?
  /// What it returns by this rule: `-EINVAL`.
  public let errno: String
  /// Why it fails.
  public let cause: Cause

  init(_ refusal: LoadOutcome.Refusal) {
    command = refusal.rule.command.rawValue
    vcpus = refusal.vcpus
    errno = refusal.rule.errno.name
    cause = refusal.isConsequence ? .earlier : refusal.isDeciding ? .own : .further
  }
}

extension CommandRefusal: CustomStringConvertible {
  /// The command, one of its vCPUs and the errno, in words.
  public var description: String {
    // One vCPU will do: the finding names them all.
    let vcpu = vcpus?.ranges.first.map { " on vCPU \($0.first)" } ?? ""
    return "\(command)\(vcpu) returns \(errno)"
  }
}
