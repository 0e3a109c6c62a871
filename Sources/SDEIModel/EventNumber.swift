/// The number that names an event (DEN0054C 4.4, Tables 3 and 4).
///
/// The specification's number is an `int32` with bit 31 clear. Migration ABIs carry it in up to 64
/// bits, and a snapshot holds whatever they carried, so the raw value is 64 bits wide; `space`
/// says what the specification thinks of it.
public struct EventNumber: RawRepresentable, Hashable, Comparable, Sendable {
  /// The number as stored.
  public var rawValue: UInt64

  /// Makes a number from the value as stored; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a number from the value as stored; every value is accepted.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The software-signalled event, 0, which every instance implements (DEN0054C 4.4, 5.1.16;
  /// Linux `SDEI_SW_SIGNALED_EVENT`).
  public static let softwareSignalled = EventNumber(0)

  /// The value by which ACPI's `_DSM` says "no such event" (DEN0054C Appendix E).
  public static let acpiInvalid = EventNumber(0x8000_0000)

  /// The part of the number space that a number lies in (DEN0054C Tables 3 and 4).
  public enum Space: String, Sendable {
    /// Event 0.
    case softwareSignalled = "software-signalled"
    /// 0x0000_0001...0x00FF_FFFF, reserved for Arm.
    case standard
    /// 0x4000_0000...0x40FF_FFFF; all bound events are numbered here.
    case vendor
    /// Bit 31, a bit of 29:24, or a bit above 31 is set: not an event number.
    case invalid
  }

  /// The space the number lies in; `.invalid` when a must-be-zero bit is set.
  public var space: Space {
    guard rawValue & 0xFFFF_FFFF_BF00_0000 == 0 else { return .invalid }
    if rawValue & 0x4000_0000 != 0 { return .vendor }
    return rawValue == 0 ? .softwareSignalled : .standard
  }

  /// Orders numbers by raw value.
  public static func < (lhs: EventNumber, rhs: EventNumber) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension EventNumber: CustomStringConvertible {
  /// The number in hexadecimal, as every view of the toolkit writes it.
  public var description: String { hex(rawValue) }
}

/// Writes a 64-bit value the one way the toolkit does: `0x`, lower case, no leading zeros.
public func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
