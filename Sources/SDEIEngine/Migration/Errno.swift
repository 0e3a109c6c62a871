/// The error numbers with which KVM's SDEI commands refuse (Linux `uapi/asm-generic/errno-base.h`).
public enum Errno: Int32, CaseIterable, Hashable, Sendable {
  /// `EPERM`.
  case notPermitted = 1
  /// `ENOENT`.
  case noEntry = 2
  /// `EEXIST`.
  case exists = 17
  /// `EINVAL`.
  case invalid = 22
  /// `ERANGE`.
  case outOfRange = 34

  /// The name with the sign that the kernel returns it with: `-EINVAL`.
  public var name: String {
    switch self {
    case .notPermitted: "-EPERM"
    case .noEntry: "-ENOENT"
    case .exists: "-EEXIST"
    case .invalid: "-EINVAL"
    case .outOfRange: "-ERANGE"
    }
  }
}
