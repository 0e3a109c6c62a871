/// The affinity of a PE in MPIDR layout (DEN0054C 5.1.2): Aff3 39:32, Aff2 23:16, Aff1 15:8,
/// Aff0 7:0; all other bits must be zero.
public struct Affinity: RawRepresentable, Hashable, Sendable {
  /// The value as stored, with any must-be-zero bits that were set.
  public var rawValue: UInt64

  /// Makes an affinity from the value as stored; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes an affinity from its four fields.
  public init(aff3: UInt8, aff2: UInt8, aff1: UInt8, aff0: UInt8) {
    rawValue = UInt64(aff3) << 32 | UInt64(aff2) << 16 | UInt64(aff1) << 8 | UInt64(aff0)
  }

  /// The bits of the four affinity fields.
  public static let fieldMask: UInt64 = 0xFF_00FF_FFFF

  /// Aff3, bits 39:32.
  public var aff3: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 32) }
  /// Aff2, bits 23:16.
  public var aff2: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 16) }
  /// Aff1, bits 15:8.
  public var aff1: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
  /// Aff0, bits 7:0.
  public var aff0: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

  /// Bits 63:40 and 31:24 that are set although they must be zero.
  ///
  /// A raw MPIDR_EL1 has some: RES1 bit 31, U bit 30, MT bit 24.
  public var reservedBits: UInt64 { rawValue & ~Self.fieldMask }
}

extension Affinity: CustomStringConvertible {
  /// The four fields as `aff3.aff2.aff1.aff0`, then any must-be-zero bits.
  public var description: String {
    let fields = "\(aff3).\(aff2).\(aff1).\(aff0)"
    return reservedBits == 0 ? fields : fields + " (reserved bits \(hex(reservedBits)))"
  }
}
