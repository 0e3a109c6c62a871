/// A set of 32-bit indexes without a size limit: vCPUs, or slots of an event.
///
/// It is kept folded: as ranges where they are no more than the 64-bit words that would be needed,
/// as words otherwise. The choice follows from the contents alone, so equal sets are equal values,
/// and memory follows what differs and not how many vCPUs there are.
public struct Bitmap: Hashable, Sendable {
  enum Storage: Hashable, Sendable {
    /// Ascending, disjoint and never adjacent.
    case ranges([IndexRange])
    /// Bit i % 64 of word i / 64; the last word is not 0.
    case words([UInt64])
  }

  var storage: Storage

  /// Makes the empty set.
  public init() { storage = .ranges([]) }

  /// Makes the set of the indexes below `count`.
  public init(below count: UInt32) {
    storage = .ranges(count == 0 ? [] : [IndexRange(0, count - 1)])
  }

  /// Makes the set of one range.
  public init(_ range: IndexRange) { storage = .ranges([range]) }

  /// Makes a set from ranges in any order, which may overlap; O(n log n).
  public init(_ ranges: some Sequence<IndexRange>) {
    var builder = BitmapBuilder()
    for range in ranges.sorted(by: { $0.first < $1.first }) { builder.append(range) }
    self = builder.finish()
  }

  /// Makes a set from indexes in any order; O(n log n).
  public init(indexes: some Sequence<UInt32>) { self.init(indexes.map { IndexRange($0, $0) }) }

  /// Makes a set from words: index i is bit i % 64 of word i / 64; O(words).
  ///
  /// There must be at most 2^26 words.
  public init(words: [UInt64]) {
    precondition(words.count <= 1 << 26, "an index has 32 bits")
    let used = (words.lastIndex { $0 != 0 } ?? -1) + 1
    var (starts, carry) = (0, UInt64(0))
    for word in words[..<used] {
      starts += (word & ~(word << 1 | carry)).nonzeroBitCount
      carry = word >> 63
    }
    if starts > used {
      storage = .words(used == words.count ? words : Array(words[..<used]))
      return
    }
    var builder = BitmapBuilder()
    Self.forEachRange(inWords: words) { builder.append($0) }
    self = builder.finish()
  }

  /// Whether no index is in the set.
  public var isEmpty: Bool { storage == .ranges([]) }

  /// The largest index, nil when empty; O(1).
  public var max: UInt32? {
    switch storage {
    case .ranges(let ranges): return ranges.last?.last
    case .words(let words):
      guard let top = words.last else { return nil }
      return UInt32(words.count * 64 - 1 - top.leadingZeroBitCount)
    }
  }

  /// The number of indexes in the set; O(ranges or words).
  public var count: UInt64 {
    switch storage {
    case .ranges(let ranges): ranges.reduce(0) { $0 + $1.count }
    case .words(let words): words.reduce(0) { $0 + UInt64($1.nonzeroBitCount) }
    }
  }

  /// Whether an index is in the set; O(log ranges) or O(1).
  public func contains(_ index: UInt32) -> Bool {
    switch storage {
    case .words(let words):
      let word = Int(index / 64)
      return word < words.count && words[word] >> UInt64(index % 64) & 1 == 1
    case .ranges(let ranges):
      let next = ranges.partitioningIndex { $0.first > index }
      return next > 0 && ranges[next - 1].last >= index
    }
  }

  /// Calls `body` with each maximal range, ascending.
  public func forEachRange(_ body: (IndexRange) -> Void) {
    switch storage {
    case .ranges(let ranges): for range in ranges { body(range) }
    case .words(let words): Self.forEachRange(inWords: words, body)
    }
  }

  /// The maximal ranges, ascending; O(ranges or words).
  public var ranges: [IndexRange] {
    if case .ranges(let ranges) = storage { return ranges }
    var result: [IndexRange] = []
    forEachRange { result.append($0) }
    return result
  }

  private static func forEachRange(inWords words: [UInt64], _ body: (IndexRange) -> Void) {
    var start: UInt32?
    for (number, word) in words.enumerated() {
      let base = UInt32(number * 64)
      var bit = 0
      while bit < 64 {
        // Within a word, jump from edge to edge: the next set bit, then the next clear one.
        let rest = word >> UInt64(bit)
        if let first = start {
          let run = (~rest).trailingZeroBitCount
          guard bit + run < 64 else { break }
          body(IndexRange(first, base + UInt32(bit + run) - 1))
          start = nil
          bit += run
        } else {
          guard rest != 0 else { break }
          bit += rest.trailingZeroBitCount
          start = base + UInt32(bit)
        }
      }
    }
    if let first = start { body(IndexRange(first, UInt32(words.count * 64 - 1))) }
  }
}

extension Bitmap: CustomStringConvertible {
  /// The ranges as every view writes them: `0-3,17`; empty for the empty set.
  public var description: String { ranges.map(\.description).joined(separator: ",") }

  /// The same where there are at most 64 ranges; else the first 64, and how many follow:
  /// `0,2,4,…,126,+448`.
  public var listed: String {
    let ranges = ranges
    let rest = ranges.count - 64
    return ranges.prefix(64).map(\.description).joined(separator: ",")
      + (rest > 0 ? ",+\(rest)" : "")
  }
}

extension RandomAccessCollection {
  /// The first position at which `isSecond` holds, in a collection where it holds for a suffix.
  package func partitioningIndex(where isSecond: (Element) -> Bool) -> Index {
    var low = startIndex
    var length = count
    while length > 0 {
      let half = length / 2
      let middle = index(low, offsetBy: half)
      if isSecond(self[middle]) {
        length = half
      } else {
        low = index(after: middle)
        length -= half + 1
      }
    }
    return low
  }
}
