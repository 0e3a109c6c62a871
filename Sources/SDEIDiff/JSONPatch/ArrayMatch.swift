/// Which items of two arrays are about the same thing, in an order that both have.
enum ArrayMatch {
  /// The indexes of an item in either array.
  struct Pair {
    var one: Int
    var other: Int

    init(_ one: Int, _ other: Int) { (self.one, self.other) = (one, other) }
  }

  /// As many pairs as ascend in both arrays; O(n log n).
  static func pairs(_ mine: [JSONValue], _ theirs: [JSONValue]) -> [Pair] {
    var places: [JSONValue: [Int]] = [:]
    for (place, item) in theirs.enumerated().reversed() {
      places[identity(item), default: []].append(place)
    }
    var pairs: [Pair] = []
    for (place, item) in mine.enumerated() {
      // Of equal ones the first has the first: the places descend.
      if let other = places[identity(item)]?.popLast() { pairs.append(Pair(place, other)) }
    }
    return longestAscending(pairs)
  }

  /// What an item is about: what a fold says, whichever vCPUs it says it of; else the item itself.
  private static func identity(_ item: JSONValue) -> JSONValue {
    guard case .object(var members) = item else { return item }
    members["vcpus"] = nil
    return .object(members)
  }

  /// A longest subsequence in which the other places ascend: the lowest ends of each length are kept.
  private static func longestAscending(_ pairs: [Pair]) -> [Pair] {
    var ends: [Int] = []
    var before: [Int?] = []
    for (number, pair) in pairs.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = low + (high - low) / 2
        if pairs[ends[middle]].other < pair.other { low = middle + 1 } else { high = middle }
      }
      before.append(low > 0 ? ends[low - 1] : nil)
      if low == ends.count { ends.append(number) } else { ends[low] = number }
    }
    var result: [Pair] = []
    var next = ends.last
    while let number = next {
      result.append(pairs[number])
      next = before[number]
    }
    return result.reversed()
  }
}
