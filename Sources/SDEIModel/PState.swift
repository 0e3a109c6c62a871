/// The PSTATE of an interrupted context, in SPSR format (Arm DDI 0487, SPSR_EL1).
public struct PState: RawRepresentable, Hashable, Sendable {
  /// The value as saved.
  public var rawValue: UInt64

  /// Makes a PSTATE from the value as saved; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether the context runs AArch32 (nRW, bit 4).
  public var isAArch32: Bool { rawValue & 0x10 != 0 }

  /// The exception level and stack pointer, or the AArch32 mode; nil for a reserved encoding.
  public var mode: String? {
    switch rawValue & 0x1F {
    case 0b0_0000: "EL0t"
    case 0b0_0100: "EL1t"
    case 0b0_0101: "EL1h"
    case 0b0_1000: "EL2t"
    case 0b0_1001: "EL2h"
    case 0b0_1100: "EL3t"
    case 0b0_1101: "EL3h"
    case 0b1_0000: "User"
    case 0b1_0001: "FIQ"
    case 0b1_0010: "IRQ"
    case 0b1_0011: "SVC"
    case 0b1_0110: "Mon"
    case 0b1_0111: "Abort"
    case 0b1_1010: "Hyp"
    case 0b1_1011: "Undef"
    case 0b1_1111: "System"
    default: nil
    }
  }

  /// The exception masks D, A, I, F (bits 9 to 6): the letter where masked, `-` where not.
  public var daif: String {
    zip("DAIF", [9, 8, 7, 6]).map { rawValue >> UInt64($1) & 1 == 1 ? String($0) : "-" }.joined()
  }

  /// The condition flags N, Z, C, V (bits 31 to 28): upper case where set.
  public var nzcv: String {
    zip("NZCV", [31, 30, 29, 28]).map {
      rawValue >> UInt64($1) & 1 == 1 ? String($0) : String($0).lowercased()
    }.joined()
  }
}

extension PState: CustomStringConvertible {
  /// `EL1h DAIF nZCv`.
  public var description: String { "\(mode ?? "reserved mode") \(daif) \(nzcv)" }
}
