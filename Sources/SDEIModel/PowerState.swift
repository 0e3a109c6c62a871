/// Whether a vCPU is powered, as far as the source of the state tells (DEN0054C 6.5).
public enum PowerState: UInt8, CaseIterable, Hashable, Sendable {
  /// The source does not tell (KVM's SDEI ioctls do not).
  case unknown = 0
  /// On and running, or never suspended.
  case on = 1
  /// Off: before `CPU_ON`, after `CPU_OFF` or `CPU_FREEZE`.
  case off = 2
  /// In a powerdown suspend; the dispatcher masks the vCPU when it wakes.
  case suspended = 3
  /// In standby or retention; the mask is kept.
  case standby = 4

  /// The name in every view of the toolkit.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .on: "on"
    case .off: "off"
    case .suspended: "suspended"
    case .standby: "standby"
    }
  }
}
