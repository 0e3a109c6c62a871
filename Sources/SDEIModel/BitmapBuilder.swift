/// Builds a `Bitmap` from ranges in ascending order; O(1) each.
public struct BitmapBuilder {
  private var ranges: [IndexRange] = []

  /// Makes a builder of the empty set.
  public init() {}

  /// Adds a range that starts no earlier than the ones before; it may overlap or touch the last.
  public mutating func append(_ range: IndexRange) {
    guard let last = ranges.last else { return ranges.append(range) }
    precondition(range.first >= last.first, "ranges must come in ascending order")
    if UInt64(range.first) > UInt64(last.last) + 1 {
      ranges.append(range)
    } else if range.last > last.last {
      ranges[ranges.count - 1].last = range.last
    }
  }

  /// The set of all indexes added, in its one folded form.
  public consuming func finish() -> Bitmap {
    var bitmap = Bitmap()
    let wordCount = ranges.last.map { Int($0.last / 64) + 1 } ?? 0
    if ranges.count <= wordCount {
      bitmap.storage = .ranges(ranges)
    } else if wordCount > 0 {
      bitmap.storage = .words(Self.words(of: ranges, count: wordCount))
    }
    return bitmap
  }

  static func words(of ranges: [IndexRange], count: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    for range in ranges {
      let (first, last) = (Int(range.first / 64), Int(range.last / 64))
      let low = ~UInt64(0) << UInt64(range.first % 64)
      let high = ~UInt64(0) >> (63 - UInt64(range.last % 64))
      if first == last {
        words[first] |= low & high
      } else {
        words[first] |= low
        for word in first + 1..<last { words[word] = ~0 }
        words[last] |= high
      }
    }
    return words
  }
}

extension Bitmap {
  /// The set as 64-bit words up to the largest index: index i is bit i % 64 of word i / 64.
  ///
  /// Costs memory for the largest index: callers bound it first.
  public var words: [UInt64] {
    switch storage {
    case .words(let words): words
    case .ranges(let ranges):
      BitmapBuilder.words(of: ranges, count: ranges.last.map { Int($0.last / 64) + 1 } ?? 0)
    }
  }

  /// Whether the set is held as words, which is the form its file encoding takes, too.
  public var isRaw: Bool {
    if case .words = storage { true } else { false }
  }
}
