internal import SDEIModel
internal import SDEIWire

extension NativeReader {
  private static var indexes: UInt64 { 1 << 32 }

  /// Reads a set of indexes, of which those below `count` are usual.
  @_lifetime(self: copy self)
  mutating func bitmap(_ field: String, below count: UInt32) throws(DecodeError) -> Bitmap {
    let start = offset
    let tag = try byte(field)
    let bitmap: Bitmap
    switch tag {
    case 0: return Bitmap()
    case 1:
      guard count > 0 else {
        throw error(.notCanonical, at: start, field, found: "all of none", expected: "tag 0")
      }
      return Bitmap(below: count)
    case 2: bitmap = try ranges(field)
    case 3: bitmap = try words(field)
    default: throw error(.value, at: start, field, found: "tag \(tag)", expected: "0 to 3")
    }
    guard !bitmap.isEmpty, bitmap.isRaw == (tag == 3), bitmap != Bitmap(below: count) else {
      throw error(
        .notCanonical,
        at: start,
        field,
        found: "tag \(tag) for \(bitmap.ranges.count) ranges",
        expected: "the tag that these indexes call for"
      )
    }
    return bitmap
  }

  @_lifetime(self: copy self)
  private mutating func ranges(_ field: String) throws(DecodeError) -> Bitmap {
    let count = try varint(field)
    try require(count, of: 2, field)
    var builder = BitmapBuilder()
    var end: UInt64 = 0
    for number in 0..<count {
      let start = offset
      let gap = try varint(field, below: Self.indexes)
      let length = try varint(field, below: Self.indexes + 1)
      let first = end + gap
      guard length > 0, gap > 0 || number == 0, first + length <= Self.indexes else {
        throw error(
          .value,
          at: start,
          field,
          found: "a range of \(length) indexes \(gap) behind the last",
          expected: "ranges apart from each other, below 2^32"
        )
      }
      end = first + length
      builder.append(IndexRange(UInt32(first), UInt32(end - 1)))
    }
    return builder.finish()
  }

  @_lifetime(self: copy self)
  private mutating func words(_ field: String) throws(DecodeError) -> Bitmap {
    let start = offset
    let count = try varint(field, below: Self.indexes / 64 + 1)
    try require(count, of: 8, field)
    let span = try take(count * 8, field)
    let words = span.words(at: 0, count: Int(count))
    guard let last = words.last, last != 0 else {
      throw error(.notCanonical, at: start, field, found: "a last word of 0", expected: "another")
    }
    return Bitmap(words: words)
  }

  /// Reads a map from indexes below `limit` to values, run by run.
  @_lifetime(self: copy self)
  mutating func column(
    _ field: String,
    below limit: UInt64 = 1 << 32
  ) throws(DecodeError) -> Column {
    let start = offset
    let count = try varint(field)
    try require(count, of: 3, field)
    var builder = ColumnBuilder()
    var found: [(range: IndexRange, isLiteral: Bool)] = []
    var end: UInt64 = 0
    for _ in 0..<count {
      let runStart = offset
      let gap = try varint(field, below: Self.indexes)
      let head = try varint(field, below: (Self.indexes + 1) << 2)
      let (length, kind) = (head >> 2, head & 3)
      guard length > 0, end + gap + length <= limit else {
        throw error(
          .value,
          at: runStart,
          field,
          found: "a run of \(length) values from \(end + gap) on",
          expected: "one or more, below \(limit)"
        )
      }
      let range = IndexRange(UInt32(end + gap), UInt32(end + gap + length - 1))
      end += gap + length
      found.append((range, kind == 0))
      try run(kind, range, field, into: &builder)
    }
    let column = builder.finish()
    let isCanonical =
      column.runs.count == found.count
      && zip(column.runs, found).allSatisfy { run, found in
        if case .literal = run.values { return run.range == found.range && found.isLiteral }
        return run.range == found.range && !found.isLiteral
      }
    guard isCanonical else {
      throw error(
        .notCanonical,
        at: start,
        field,
        found: "\(found.count) runs cut another way",
        expected: "the \(column.runs.count) runs that these values call for"
      )
    }
    return column
  }

  @_lifetime(self: copy self)
  private mutating func run(
    _ kind: UInt64,
    _ range: IndexRange,
    _ field: String,
    into builder: inout ColumnBuilder
  ) throws(DecodeError) {
    let start = offset
    switch kind {
    case 0:
      var hasZero = false
      let mayRepeat = range.count < ColumnBuilder.minimumRun
      try packed(range.count, field, mayRepeat: mayRepeat) { position, value in
        if value == 0 { hasZero = true }
        builder.append(range.first + UInt32(position), value)
      }
      guard !hasZero else { throw zeroError(start, field) }
    case 1, 2:
      let base = try sized(field)
      let stride = kind == 2 ? try sized(field) : 0
      guard kind == 1 || stride != 0 else {
        throw error(.notCanonical, at: start, field, found: "a stride of 0", expected: "a constant")
      }
      guard ColumnBuilder.zeros(base: base, stride: stride, count: range.count) == 0 else {
        throw zeroError(start, field)
      }
      builder.append(range, base: base, stride: stride)
    default:
      throw error(.value, at: start, field, found: "run kind \(kind)", expected: "0, 1 or 2")
    }
  }

  private func zeroError(_ start: Int, _ field: String) -> DecodeError {
    error(
      .notCanonical,
      at: start,
      field,
      found: "the value 0 in a run",
      expected: "a gap in its place"
    )
  }
}
