/// The result codes of SDEI calls (DEN0054C 5.3, Table 6; Linux `uapi/linux/arm_sdei.h`).
///
/// -4 and -6...-9 are not used by SDEI: the values are aligned with PSCI's.
public enum ReturnCode: Int64, CaseIterable, Hashable, Sendable {
  /// `SDEI_SUCCESS`.
  case success = 0
  /// `SDEI_NOT_SUPPORTED`: SDEI is absent for this caller.
  case notSupported = -1
  /// `SDEI_INVALID_PARAMETERS`.
  case invalidParameters = -2
  /// `SDEI_DENIED`.
  case denied = -3
  /// `SDEI_PENDING`.
  case pending = -5
  /// `SDEI_OUT_OF_RESOURCE`.
  case outOfResource = -10

  /// The name in the specification.
  public var name: String {
    switch self {
    case .success: "SUCCESS"
    case .notSupported: "NOT_SUPPORTED"
    case .invalidParameters: "INVALID_PARAMETERS"
    case .denied: "DENIED"
    case .pending: "PENDING"
    case .outOfResource: "OUT_OF_RESOURCE"
    }
  }
}
