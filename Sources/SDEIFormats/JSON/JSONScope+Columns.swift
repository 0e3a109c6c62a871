internal import SDEIModel
internal import SDEIWire

extension JSONScope {
  private struct Segment {
    var range: IndexRange
    var base: UInt64
    var stride: UInt64
    var scope: JSONScope
  }

  /// A column from an array of folds, in any order; also the indexes that were listed.
  func column(
    value key: String = "value",
    _ read: (JSONScope) throws(DecodeError) -> UInt64 = { scope throws(DecodeError) in
      try scope.hex()
    }
  ) throws(DecodeError) -> (column: Column, listed: Bitmap) {
    var segments: [Segment] = []
    for item in try items() {
      segments += try Self.segments(of: item, key, nil, read)
    }
    return try Self.column(segments)
  }

  /// A column for each event, from an array of folds that name one.
  func columnsByEvent() throws(DecodeError) -> [(number: EventNumber, column: Column)] {
    var segments: [EventNumber: [Segment]] = [:]
    for item in try items() {
      let members = try item.members(Self.keys("value", "event"))
      let number = EventNumber(try item.required("event", in: members).hex())
      segments[number, default: []] += try Self.segments(of: item, "value", "event") {
        scope throws(DecodeError) in try scope.hex()
      }
    }
    var result: [(EventNumber, Column)] = []
    for number in segments.keys.sorted() {
      result.append((number, try Self.column(segments[number] ?? []).column))
    }
    return result
  }

  /// A member that must be there.
  package func required(_ key: String, in members: [String: JSONScope]) throws(DecodeError)
    -> JSONScope
  {
    guard let member = members[key] else {
      throw error("a member \"\(key)\"", found: "none", .structure)
    }
    return member
  }

  private static func keys(_ value: String, _ other: String?) -> Set<String> {
    Set(["vcpus", "base", "stride", value] + (other.map { [$0] } ?? []))
  }

  private static func segments(
    of item: JSONScope,
    _ key: String,
    _ other: String?,
    _ read: (JSONScope) throws(DecodeError) -> UInt64
  ) throws(DecodeError) -> [Segment] {
    let members = try item.members(keys(key, other))
    let set = try item.required("vcpus", in: members)
    let ranges = try set.vcpuSet().ranges
    if let value = members[key] {
      guard members["base"] == nil, members["stride"] == nil else {
        throw item.error("\"\(key)\", or \"base\" and \"stride\"", found: "both", .structure)
      }
      let base = try read(value)
      return ranges.map { Segment(range: $0, base: base, stride: 0, scope: item) }
    }
    let base = try item.required("base", in: members).hex()
    let stride = try item.required("stride", in: members).hex()
    guard ranges.count == 1 else { throw set.error("one range for a progression") }
    // Each value 0 cuts a progression: many of them would let a short text ask for much memory.
    guard ColumnBuilder.zeros(base: base, stride: stride, count: ranges[0].count) <= 1 else {
      throw item.error("a progression that is 0 at most once", found: "one that is 0 often")
    }
    return [Segment(range: ranges[0], base: base, stride: stride, scope: item)]
  }

  private static func column(
    _ segments: [Segment]
  ) throws(DecodeError) -> (column: Column, listed: Bitmap) {
    var builder = ColumnBuilder()
    var listed = BitmapBuilder()
    var end: UInt64 = 0
    for segment in segments.sorted(by: { $0.range.first < $1.range.first }) {
      guard UInt64(segment.range.first) >= end else {
        throw segment.scope.error(
          "each vCPU once",
          found: "vCPU \(segment.range.first) again",
          .duplicate
        )
      }
      end = UInt64(segment.range.last) + 1
      builder.append(segment.range, base: segment.base, stride: segment.stride)
      listed.append(segment.range)
    }
    return (builder.finish(), listed.finish())
  }
}
