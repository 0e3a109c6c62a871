internal import SDEIModel
package import SDEIWire

/// The value encodings of the native format (schemas/sdei-snapshot.md, section 2).
extension ByteSink where Self: ~Copyable {
  /// A value in its fewest bytes, sign-extended.
  package mutating func writeSized(_ value: UInt64) {
    let width = Packing.signedBytes(value, bits: 64)
    write(UInt8(width))
    writeBytes(value, count: width)
  }

  /// A length and the UTF-8 bytes of a text.
  package mutating func writeString(_ text: String) {
    writeVarint(UInt64(text.utf8.count))
    write(text)
  }

  /// Values that share their high bytes.
  mutating func writePacked(_ values: some Collection<UInt64>) {
    guard let packing = Packing(values) else { return }
    write(UInt8(packing.width | packing.prefixBytes << 4))
    writeBytes(packing.prefix, count: packing.prefixBytes)
    if packing.width == 0 { return }
    for value in values { writeBytes(value, count: packing.width) }
  }

  /// A set of indexes below 2^32, of which those below `count` are usual.
  mutating func writeBitmap(_ bitmap: Bitmap, below count: UInt32) {
    if bitmap.isEmpty {
      write(UInt8(0))
    } else if bitmap == Bitmap(below: count) {
      write(UInt8(1))
    } else if bitmap.isRaw {
      let words = bitmap.words
      write(UInt8(3))
      writeVarint(UInt64(words.count))
      for word in words { write(word) }
    } else {
      let ranges = bitmap.ranges
      write(UInt8(2))
      writeVarint(UInt64(ranges.count))
      var end: UInt64 = 0
      for range in ranges {
        writeVarint(UInt64(range.first) - end)
        writeVarint(range.count)
        end = UInt64(range.last) + 1
      }
    }
  }

  /// A map from indexes to values, run by run.
  mutating func writeColumn(_ column: Column) {
    writeVarint(UInt64(column.runs.count))
    var end: UInt64 = 0
    for run in column.runs {
      writeVarint(UInt64(run.range.first) - end)
      end = UInt64(run.range.last) + 1
      switch run.values {
      case .literal(let position):
        writeVarint(run.range.count << 2 | 0)
        writePacked(column.literals[position..<position + Int(run.range.count)])
      case .affine(let base, 0):
        writeVarint(run.range.count << 2 | 1)
        writeSized(base)
      case .affine(let base, let stride):
        writeVarint(run.range.count << 2 | 2)
        writeSized(base)
        writeSized(stride)
      }
    }
  }
}

/// How n values are packed: the low bytes of each, and the high ones once.
struct Packing: Equatable {
  /// The low bytes that each value has of its own.
  var width: Int
  /// How many bytes the shared high part takes.
  var prefixBytes: Int
  /// The shared high part.
  var prefix: UInt64

  /// The packing of some values, nil of none.
  init?(_ values: some Collection<UInt64>) {
    guard let first = values.first else { return nil }
    var differences: UInt64 = 0
    for value in values { differences |= value ^ first }
    self.init(first: first, differences: differences)
  }

  /// The packing of values of which one, and the bits in which any other differs from it, are known.
  init(first: UInt64, differences: UInt64) {
    width = (64 - differences.leadingZeroBitCount + 7) / 8
    prefix = width == 8 ? 0 : first >> UInt64(8 * width)
    prefixBytes = width == 8 ? 0 : Self.signedBytes(prefix, bits: 64 - 8 * width)
  }

  /// The fewest bytes from which sign extension gives a value of `bits` bits.
  static func signedBytes(_ value: UInt64, bits: Int) -> Int {
    let signed = Int64(bitPattern: value << UInt64(64 - bits)) >> Int64(64 - bits)
    if signed == 0 { return 0 }
    let magnitude = signed < 0 ? ~signed : signed
    return (64 - magnitude.leadingZeroBitCount) / 8 + 1
  }
}
