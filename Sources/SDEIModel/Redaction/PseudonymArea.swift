/// A part of the address space that pseudonyms are taken from.
///
/// It is cut into up to 256 windows by the byte behind a fixed prefix. A window is free when no
/// original is, with its bytes reversed, in it: then no pseudonym of it is an original in the other
/// byte order, whatever the lower bytes are.
struct PseudonymArea {
  private let prefix: UInt64
  /// The number of bits of an address within a window.
  private let bits: UInt64
  private let windows: ClosedRange<UInt64>
  private var isTaken = [Bool](repeating: false, count: 256)

  private init(prefix: UInt64, bits: UInt64, windows: ClosedRange<UInt64>) {
    (self.prefix, self.bits, self.windows) = (prefix, bits, windows)
  }

  /// The area for the addresses of a class.
  ///
  /// Small addresses go where 32-bit ones go. The upper half begins where Linux has no kernel image.
  init(_ addressClass: AddressClass) {
    switch addressClass {
    case .small, .word, .error: self.init(prefix: 0, bits: 24, windows: 0x10...0xFD)
    case .lower: self.init(prefix: 0, bits: 40, windows: 0x10...0xFD)
    case .middle: self.init(prefix: 0x5AA5 << 48, bits: 40, windows: 0x10...0xFD)
    case .upper: self.init(prefix: 0xFFFF << 48, bits: 40, windows: 0xA0...0xFD)
    }
  }

  /// Takes the window out in which an original lies when its bytes are reversed.
  mutating func avoid(_ original: UInt64) {
    let reversed = original.byteSwapped
    guard reversed >> (bits + 8) == prefix >> (bits + 8) else { return }
    isTaken[Int(reversed >> bits & 0xFF)] = true
  }

  /// Takes the windows out in which members of a progression lie when their bytes are reversed.
  mutating func avoid(_ progression: Progression) {
    // Such a member ends in the prefix backwards: solve for the first one; they come again in even
    // steps, and after 256 of them the byte before repeats.
    let width = 56 - bits
    let ending = prefix.byteSwapped
    let first = ColumnBuilder.firstZero(
      base: (progression.first &- ending) << (64 - width),
      stride: progression.stride << (64 - width),
      count: progression.count
    )
    guard var index = first else { return }
    let zeros = UInt64(min(progression.stride.trailingZeroBitCount, Int(width)))
    for _ in 0..<256 where index < progression.count {
      avoid(progression[index])
      index += 1 << (width - zeros)
    }
  }

  /// How many addresses a window has.
  var windowSize: UInt64 { 1 << bits }

  /// The stretches of free windows, ascending.
  var stretches: [ClosedRange<UInt64>] {
    var result: [ClosedRange<UInt64>] = []
    for window in windows where !isTaken[Int(window)] {
      let first = prefix | window << bits
      let last = first | (1 << bits - 1)
      if let end = result.last?.upperBound, end &+ 1 == first {
        result[result.count - 1] = result[result.count - 1].lowerBound...last
      } else {
        result.append(first...last)
      }
    }
    return result
  }
}
