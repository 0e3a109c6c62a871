/// The version word that `SDEI_VERSION` returns (DEN0054C 5.1.1.2).
public struct SDEIVersion: RawRepresentable, Hashable, Sendable {
  /// The word: major in bits 62:48 (bit 63 must be zero), minor in 47:32, vendor in 31:0.
  public var rawValue: UInt64

  /// Makes a version from the word as returned; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a version word from its fields; a major above 0x7FFF sets bit 63.
  public init(major: UInt16, minor: UInt16, vendor: UInt32 = 0) {
    rawValue = UInt64(major) << 48 | UInt64(minor) << 32 | UInt64(vendor)
  }

  /// Issues A and B of DEN0054.
  public static let v1_0 = SDEIVersion(major: 1, minor: 0)
  /// Issue C of DEN0054.
  public static let v1_1 = SDEIVersion(major: 1, minor: 1)

  /// Bits 63:48; above 0x7FFF the must-be-zero bit 63 is set.
  public var major: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 48) }
  /// Bits 47:32.
  public var minor: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 32) }
  /// Bits 31:0, in a format of the vendor's own.
  public var vendor: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

extension SDEIVersion: CustomStringConvertible {
  /// `MAJOR.MINOR`, without the vendor field.
  public var description: String { "\(major).\(minor)" }
}
