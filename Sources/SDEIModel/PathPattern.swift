/// A pattern of places in the model: `events[0x4040*].vcpus[0-7].entry`, `contexts.*.x*`, `**.extras`.
///
/// - Components are separated by `.`; each is a name and, where wanted, a selector in brackets. A name
///   without a selector stands for any.
/// - `*` stands for any characters within a name or a selector, `**` alone for any number of components.
/// - A selector of numbers and ranges (`0-7,12`, `0x40400000-0x404fffff`) names what lies in them,
///   however a path spells its numbers.
/// - A pattern names a place and all below it.
///
/// The paths are those of `ModelPath`.
public struct PathPattern: Hashable, Sendable {
  private enum Component: Hashable {
    case anything
    case part(name: String, selector: Selector?)
  }

  fileprivate enum Selector: Hashable {
    case ranges([ClosedRange<UInt64>])
    case text(String)
  }

  /// The pattern as it was written.
  public let text: String
  private var components: [Component] = []

  /// The most characters (Unicode scalars) that a pattern may have.
  public static let maximumLength = 1024

  /// Reads a pattern.
  ///
  /// - Throws: `PathPatternError` that says what is wrong with it.
  public init(_ text: String) throws(PathPatternError) {
    self.text = text
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw PathPatternError(pattern: String(text.prefix(40)) + "…", problem: "it is too long")
    }
    for part in PathParts.split(text) {
      if part == "**" {
        if components.last != .anything { components.append(.anything) }
        continue
      }
      guard let (name, selector) = PathParts.nameAndSelector(part), name != "**" else {
        throw PathPatternError(
          pattern: text,
          problem: "\"\(part)\" is not a name with, where wanted, a selector in brackets"
        )
      }
      var component = Component.part(name: String(name), selector: nil)
      if let selector {
        component = .part(name: String(name), selector: try Self.selector(selector, of: text))
      }
      components.append(component)
    }
  }

  private static func selector(
    _ selector: Substring,
    of text: String
  ) throws(PathPatternError) -> Selector {
    if let ranges = PathParts.ranges(selector) { return .ranges(ranges) }
    if selector.contains("*") { return .text(String(selector)) }
    throw PathPatternError(
      pattern: text,
      problem: "\"\(selector)\" is neither numbers and ranges like 0-7,12 nor a text with *"
    )
  }
}

extension PathPattern {
  /// Whether the pattern names a place, or one above it; with vCPUs in the path: all of them.
  public func matches(_ path: String) -> Bool {
    let parts = PathParts(path)
    guard let part = part(of: parts) else { return false }
    return part == parts.indexes
  }

  /// The vCPUs of a path at which the pattern names the place; nil where it does not name it at all.
  ///
  /// A path without vCPUs has the empty set of them.
  public func vcpus(of path: String) -> Bitmap? { part(of: PathParts(path)) }

  private func part(of path: PathParts) -> Bitmap? {
    var named: Bitmap?
    match(components[...], path.parts[...], path.indexes) { part in
      named = named?.union(part) ?? part
    }
    return named
  }

  /// Calls `body` with the indexes of each way in which the components name the parts.
  private func match(
    _ components: ArraySlice<Component>,
    _ parts: ArraySlice<PathParts.Part>,
    _ indexes: Bitmap,
    _ body: (Bitmap) -> Void
  ) {
    guard let component = components.first else { return body(indexes) }
    let rest = components.dropFirst()
    guard case .part(let name, let selector) = component else {
      for skipped in 0...parts.count { match(rest, parts.dropFirst(skipped), indexes, body) }
      return
    }
    guard let part = parts.first, wildcard(name, matches: part.name) else { return }
    guard let named = selector.map({ $0.indexes(of: part, among: indexes) }) ?? indexes else {
      return
    }
    match(rest, parts.dropFirst(), named, body)
  }
}

extension PathPattern.Selector {
  /// The indexes that stay when a part is selected; nil where it is not.
  fileprivate func indexes(of part: PathParts.Part, among indexes: Bitmap) -> Bitmap? {
    guard let text = part.selector else { return nil }
    switch self {
    case .text(let pattern): return wildcard(pattern, matches: text) ? indexes : nil
    case .ranges(let ranges):
      if let number = part.number { return ranges.contains { $0.contains(number) } ? indexes : nil }
      guard part.hasIndexes else { return nil }
      let selected = Bitmap(
        ranges.filter { $0.lowerBound <= UInt64(UInt32.max) }.map {
          IndexRange(UInt32($0.lowerBound), UInt32(min($0.upperBound, UInt64(UInt32.max))))
        }
      )
      let both = indexes.intersection(selected)
      return both.isEmpty ? nil : both
    }
  }
}

extension PathPattern: CustomStringConvertible {
  /// The pattern as it was written.
  public var description: String { text }
}

/// Why a text is not a pattern.
public struct PathPatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text.
  public var pattern: String
  /// What is wrong with it.
  public var problem: String

  /// What is wrong, and how a pattern looks.
  public var description: String {
    "\"\(pattern)\" is not a path pattern: \(problem); one looks like "
      + "events[0x4040*].vcpus[0-7].entry"
  }
}
