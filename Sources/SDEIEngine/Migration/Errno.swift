/// The error numbers of KVM's SDEI commands and functions (Linux `uapi/asm-generic/errno.h`).
public enum Errno: Int32, CaseIterable, Hashable, Sendable {
  /// `EPERM`.
  case notPermitted = 1
  /// `ENOENT`.
  case noEntry = 2
  /// `EBUSY`.
  case busy = 16
  /// `EEXIST`.
  case exists = 17
  /// `EINVAL`.
  case invalid = 22
  /// `ENOSPC`.
  case noSpace = 28
  /// `ERANGE`.
  case outOfRange = 34
  /// `EINPROGRESS`.
  case inProgress = 115

  /// The name with the sign that the kernel returns it with: `-EINVAL`.
  public var name: String {
    switch self {
    case .notPermitted: "-EPERM"
    case .noEntry: "-ENOENT"
    case .busy: "-EBUSY"
    case .exists: "-EEXIST"
    case .invalid: "-EINVAL"
    case .noSpace: "-ENOSPC"
    case .outOfRange: "-ERANGE"
    case .inProgress: "-EINPROGRESS"
    }
  }

  /// The value that the kernel returns: negative.
  public var result: Int64 { -Int64(rawValue) }
}
