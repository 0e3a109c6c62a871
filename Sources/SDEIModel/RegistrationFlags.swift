/// The flags argument of `SDEI_EVENT_REGISTER`, X4 (DEN0054C 5.1.2.1).
public struct RegistrationFlags: OptionSet, Hashable, Sendable {
  /// The argument as given.
  public var rawValue: UInt64

  /// Makes flags from the argument as given; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bit 0, `routing_mode`: RM_PE when set, RM_ANY when clear; shared events only.
  public static let routeToPE = RegistrationFlags(rawValue: 1 << 0)
  /// Bit 1, `relative_mode` (since 1.1, optional): the entry point is an offset from VBAR_EL_C.
  public static let relative = RegistrationFlags(rawValue: 1 << 1)

  /// Bits 63:2, which must be zero.
  public static let mustBeZero: UInt64 = ~0b11

  /// The must-be-zero bits that are set.
  public var reservedBits: UInt64 { rawValue & Self.mustBeZero }
}
