/// What has a measure that lists of it add up.
protocol Measured: Sendable {
  /// The measure, without a walk.
  var measure: JSONMeasure { get }
}

/// A list as a balanced tree whose nodes never change: a copy shares all but what differs.
///
/// Reading, inserting, removing and replacing one element are O(log n), and so is a copy's price. That
/// is why a patch of many operations is no O(n * operations), and why it can be given up half-way.
struct MeasuredList<Element: Measured>: Sendable {
  private final class Node: Sendable {
    enum Content: Sendable {
      case leaf([Element])
      case branch(Node, Node)
    }

    let content: Content
    let count: Int
    let measure: JSONMeasure
    /// The branches above the lowest leaf: 0 for a leaf.
    let level: Int

    init(_ items: [Element]) {
      content = .leaf(items)
      count = items.count
      measure = items.reduce(JSONMeasure.nothing) { $0.beside($1.measure) }
      level = 0
    }

    init(_ left: Node, _ right: Node) {
      content = .branch(left, right)
      count = left.count + right.count
      measure = left.measure.beside(right.measure)
      level = max(left.level, right.level) + 1
    }
  }

  /// The most elements of a leaf.
  private static var mostInLeaf: Int { 32 }

  private var root: Node?

  /// Makes an empty list.
  init() {}

  /// Makes a list of elements; O(n).
  init(_ elements: [Element]) {
    let leaves = stride(from: 0, to: elements.count, by: Self.mostInLeaf).map { first in
      Node(Array(elements[first..<min(first + Self.mostInLeaf, elements.count)]))
    }
    root = leaves.isEmpty ? nil : Self.joined(leaves[...])
  }

  private static func joined(_ leaves: ArraySlice<Node>) -> Node {
    if leaves.count == 1 { return leaves[leaves.startIndex] }
    let middle = leaves.startIndex + leaves.count / 2
    return Node(joined(leaves[..<middle]), joined(leaves[middle...]))
  }

  /// How many elements there are.
  var count: Int { root?.count ?? 0 }

  /// The measure of all elements together.
  var measure: JSONMeasure { root?.measure ?? .nothing }

  /// All elements, in their order.
  var elements: [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    root.map { Self.collect($0, into: &result) }
    return result
  }

  private static func collect(_ node: Node, into result: inout [Element]) {
    switch node.content {
    case .leaf(let items): result += items
    case .branch(let left, let right):
      collect(left, into: &result)
      collect(right, into: &result)
    }
  }

  /// The element at an index below `count`, which may be replaced.
  subscript(index: Int) -> Element {
    get {
      guard var node = root, index >= 0, index < count else { preconditionFailure("index") }
      var rest = index
      while true {
        switch node.content {
        case .leaf(let items): return items[rest]
        case .branch(let left, let right):
          node = rest < left.count ? left : right
          if node === right { rest -= left.count }
        }
      }
    }
    set { root = root.map { Self.replacing($0, rest: index, newValue) } }
  }

  /// Inserts an element before the one at an index, or at the end.
  mutating func insert(_ element: Element, at index: Int) {
    root = root.map { Self.inserting($0, element, at: index) } ?? Node([element])
  }

  /// Removes the element at an index.
  mutating func remove(at index: Int) {
    root = root.flatMap { Self.removing($0, at: index) }
  }

  private static func replacing(_ node: Node, rest: Int, _ element: Element) -> Node {
    switch node.content {
    case .leaf(var items):
      items[rest] = element
      return Node(items)
    case .branch(let left, let right):
      return rest < left.count
        ? Node(replacing(left, rest: rest, element), right)
        : Node(left, replacing(right, rest: rest - left.count, element))
    }
  }

  private static func inserting(_ node: Node, _ element: Element, at index: Int) -> Node {
    switch node.content {
    case .leaf(var items):
      items.insert(element, at: index)
      if items.count <= mostInLeaf { return Node(items) }
      let half = items.count / 2
      return Node(Node(Array(items[..<half])), Node(Array(items[half...])))
    case .branch(let left, let right):
      return index <= left.count
        ? balanced(inserting(left, element, at: index), right)
        : balanced(left, inserting(right, element, at: index - left.count))
    }
  }

  /// The node without an element, nil when nothing is left of it.
  private static func removing(_ node: Node, at index: Int) -> Node? {
    switch node.content {
    case .leaf(var items):
      items.remove(at: index)
      return items.isEmpty ? nil : Node(items)
    case .branch(let left, let right) where index < left.count:
      return removing(left, at: index).map { balanced($0, right) } ?? right
    case .branch(let left, let right):
      return removing(right, at: index - left.count).map { balanced(left, $0) } ?? left
    }
  }

  /// A branch of two nodes whose levels differ by at most 2, turned so that they differ by 1 (AVL).
  private static func balanced(_ left: Node, _ right: Node) -> Node {
    if left.level > right.level + 1, case .branch(let outer, let inner) = left.content {
      if outer.level >= inner.level { return Node(outer, Node(inner, right)) }
      guard case .branch(let first, let second) = inner.content else { return Node(left, right) }
      return Node(Node(outer, first), Node(second, right))
    }
    if right.level > left.level + 1, case .branch(let inner, let outer) = right.content {
      if outer.level >= inner.level { return Node(Node(left, inner), outer) }
      guard case .branch(let first, let second) = inner.content else { return Node(left, right) }
      return Node(Node(left, first), Node(second, outer))
    }
    return Node(left, right)
  }
}
