/// FNV-1a, 64 bits: tells things apart, and protects nothing against forgery.
package struct FNV1a {
  /// The hash of what was fed so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Makes the hash of no bytes.
  package init() {}

  /// Feeds the low bytes of a number, least significant first.
  package mutating func feed(_ number: UInt64, bytes: Int) {
    for byte in 0..<bytes { feed(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
  }

  /// Feeds bytes.
  package mutating func feed(_ bytes: [UInt8]) {
    for byte in bytes { feed(byte) }
  }

  private mutating func feed(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
