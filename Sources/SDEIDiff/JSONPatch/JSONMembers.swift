/// The members of an object, ascending by the bytes of their keys.
public struct JSONMembers: Hashable, Sendable {
  struct Member: Hashable, Measured {
    var key: String
    var value: JSONValue

    var measure: JSONMeasure { value.measure.beside(JSONMeasure(text: key.utf8.count)) }

    static func == (lhs: Self, rhs: Self) -> Bool {
      lhs.key.utf8.elementsEqual(rhs.key.utf8) && lhs.value == rhs.value
    }
  }

  private(set) var list: MeasuredList<Member>

  /// Makes members of distinct keys; O(n log n).
  init(_ members: [Member] = []) {
    list = MeasuredList(members.sorted { Self.precedes($0.key, $1.key) })
  }

  static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// The value of a key, nil where there is none; O(log n).
  subscript(key: String) -> JSONValue? {
    get {
      let place = self.place(of: key)
      return isThere(key, place) ? list[place].value : nil
    }
    set {
      let place = self.place(of: key)
      switch (newValue, isThere(key, place)) {
      case (let value?, true): list[place] = Member(key: key, value: value)
      case (let value?, false): list.insert(Member(key: key, value: value), at: place)
      case (nil, true): list.remove(at: place)
      case (nil, false): break
      }
    }
  }

  private func isThere(_ key: String, _ place: Int) -> Bool {
    place < list.count && list[place].key.utf8.elementsEqual(key.utf8)
  }

  private func place(of key: String) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = low + (high - low) / 2
      if Self.precedes(list[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Compares the members.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.list.count == rhs.list.count && lhs.list.elements == rhs.list.elements
  }

  /// Feeds the members.
  public func hash(into hasher: inout Hasher) { hasher.combine(list.elements) }
}
