internal import SDEIModel

/// Lists of events, each different one with a number: a list that many vCPUs have is gone through once
/// and not at every vCPU at which it is compared.
struct NumberedLists {
  /// Neighbouring vCPUs with one list.
  struct Item {
    let vcpus: IndexRange
    let list: Int
  }

  private var lists: [[EventNumber]] = []
  private var numbers: [[EventNumber]: Int] = [:]
  /// Where a list has its events, once somebody asked.
  private var places: [Int: [EventNumber: Int]] = [:]

  /// The list with a number.
  subscript(number: Int) -> [EventNumber] { lists[number] }

  /// Numbers the lists of vCPUs; O(all lists).
  mutating func number(_ vcpuLists: VCPULists?) -> [Item] {
    (vcpuLists?.items ?? []).map { item in
      if let number = numbers[item.events] { return Item(vcpus: item.vcpus, list: number) }
      numbers[item.events] = lists.count
      lists.append(item.events)
      return Item(vcpus: item.vcpus, list: lists.count - 1)
    }
  }

  /// Whether the events that are in both lists have the same order in both; a list that is not stored is
  /// ascending.
  ///
  /// What is in one list only is told by what waits. O(the shorter list), and the longer one once.
  mutating func isOrderKept(_ before: Int?, _ after: Int?) -> Bool {
    switch (before, after) {
    case (let before?, let after?):
      let isShorter = lists[before].count <= lists[after].count
      let (shorter, longer) = isShorter ? (before, after) : (after, before)
      let places = places(of: longer)
      return Self.ascends(lists[shorter].lazy.compactMap { places[$0] })
    case (let list?, nil), (nil, let list?): return Self.ascends(lists[list])
    case (nil, nil): return true
    }
  }

  private mutating func places(of list: Int) -> [EventNumber: Int] {
    if let known = places[list] { return known }
    let pairs = lists[list].enumerated().map { ($1, $0) }
    let made = Dictionary(pairs) { first, _ in first }
    places[list] = made
    return made
  }

  private static func ascends(_ values: some Sequence<some Comparable>) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension [NumberedLists.Item] {
  /// The number of a vCPU's list, nil where it has none; O(log items).
  func list(of vcpu: UInt32) -> Int? {
    let position = partitioningIndex { $0.vcpus.last >= vcpu }
    guard position < count, self[position].vcpus.first <= vcpu else { return nil }
    return self[position].list
  }
}
