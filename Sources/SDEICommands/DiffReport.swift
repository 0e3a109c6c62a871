internal import SDEIDiff
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// What `diff` has to say.
struct DiffReport {
  /// A state with its name.
  struct Input {
    let name: String
    let document: Document

    /// The name, the format and the dialect.
    var words: String {
      "\(name) (\(document.format.name), \(document.snapshot.instance.dialect.name))"
    }
  }

  /// What was compared with what.
  enum Content {
    case two(SnapshotDiff)
    case three(ThreeWayDiff, base: Input)
  }

  let first: Input
  let second: Input
  let isCanonical: Bool
  /// Whether patterns left something out.
  let isFiltered: Bool
  /// Whether registers are shown that mean nothing.
  let isComplete: Bool
  let content: Content

  /// Whether both states are equal in what is looked at.
  var isEqual: Bool {
    switch content {
    case .two(let diff): diff.isEmpty
    case .three(let diff, _):
      diff.onlyFirst.isEmpty && diff.onlySecond.isEmpty && !diff.hasConflicts
    }
  }

  private var diffs: [SnapshotDiff] {
    switch content {
    case .two(let diff): [diff]
    case .three(let diff, _):
      [
        diff.onlyFirst, diff.onlySecond, diff.both, diff.conflictFirst, diff.conflictSecond,
      ]
    }
  }

  /// What is for standard error: which state is which, and how many items there are of each class
  /// where there is more than one; nothing of equal states.
  var summary: [String] {
    if isEqual { return [] }
    var names = "A is \(first.words), B is \(second.words)"
    guard case .two(let diff) = content else {
      if case .three(_, let base) = content { names += ", the base is \(base.words)" }
      return [names]
    }
    guard diff.items.count > 1 else { return [names] }
    let counts = diff.summary.map {
      "\(ViewText.grouped(UInt64($0.count))) \($0.changeClass.words(for: $0.count))"
    }
    let total = ViewText.count(UInt64(diff.items.count), "difference")
    return [names, "\(total): \(counts.joined(separator: ", "))"]
  }
}

extension DiffReport {
  /// The report as text: a line for each item, and its registers below.
  func lines(_ style: Style) -> [String] {
    let heading =
      isCanonical ? [style.dim("compared in the specification's terms (--canonical)")] : []
    switch content {
    case .two(let diff):
      if diff.isEmpty { return heading + [equalWords] }
      return heading + diff.items.flatMap { lines($0, ("A", "B"), style) }
    case .three(let diff, _): return heading + lines(diff, style)
    }
  }

  private var equalWords: String { isFiltered ? "equal in what was compared" : "equal" }

  private func lines(_ diff: ThreeWayDiff, _ style: Style) -> [String] {
    let sections = [
      ("only in \(first.name)", "A", diff.onlyFirst),
      ("only in \(second.name)", "B", diff.onlySecond),
      ("the same in both", "both", diff.both),
      ("conflict, as in \(first.name)", "A", diff.conflictFirst),
      ("conflict, as in \(second.name)", "B", diff.conflictSecond),
    ]
    let told = sections.filter { !$0.2.isEmpty }
    if told.isEmpty { return [equalWords] }
    return told.flatMap { title, side, diff in
      [style.bold(title)]
        + diff.items.flatMap { lines($0, ("base", side), style) }.map { "  " + $0 }
    }
  }

  private func lines(
    _ item: DiffItem,
    _ sides: (before: String, after: String),
    _ style: Style
  ) -> [String] {
    let mark =
      switch item.mark {
      case .added: style.green(item.mark.rawValue)
      case .removed: style.red(item.mark.rawValue)
      case .changed: style.yellow(item.mark.rawValue)
      }
    let isFolded = item.changeClass == .representation && !isComplete
    let text =
      "\(item.mark.rawValue) " + Console.printable(item.words)
      + (isFolded ? registerCount(item.rows) : "")
    let words = classWords(item, after: text.count)
    let changeClass =
      switch item.changeClass {
      case .breaksMigration: style.red(words)
      case .guestVisible: style.yellow(words)
      case .hostOnly, .representation: style.dim(words)
      }
    return [mark + text.dropFirst() + "  " + changeClass] + (isFolded ? [] : rows(item.rows, sides))
  }

  /// The widest line to which the reason of a class is added.
  private static let reasonWidth = 120

  /// The class, with its reason where that is grave and fits the line.
  private func classWords(_ item: DiffItem, after width: Int) -> String {
    let words = item.changeClass.words
    let long = "[\(words): \(item.reason)]"
    let isTold =
      item.changeClass == .breaksMigration && width + 2 + long.count <= Self.reasonWidth
    return isTold ? long : "[\(words)]"
  }

  /// How many registers differ that nothing depends on.
  private func registerCount(_ rows: [DiffItem.Row]) -> String {
    let count = rows.count { $0.name != "event" }
    if count == 0 { return "" }
    return " (\(ViewText.count(UInt64(count), "register differs", "registers differ")))"
  }

  /// Registers side by side, below the names of the sides.
  private func rows(_ rows: [DiffItem.Row], _ sides: (before: String, after: String)) -> [String] {
    if rows.isEmpty { return [] }
    let texts = [("", sides.before, sides.after)] + rows.map { ($0.name, $0.before, $0.after) }
    let name = texts.map(\.0.count).max() ?? 0
    let before = texts.map(\.1.count).max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - text.count)
    }
    return texts.map { "    \(padded($0, name))  \(padded($1, before)) | \($2)" }
  }
}

extension DiffReport {
  /// The report as JSON (schemas/diff.schema.json).
  func json() throws(EncodeError) -> [UInt8] {
    var json = JSONWriter()
    json.openObject()
    json.key("schema")
    json.string(DiffJSON.schema)
    json.key("equal")
    json.bool(isEqual)
    json.key("canonical")
    json.bool(isCanonical)
    input("first", first, &json)
    input("second", second, &json)
    let (mine, other) = (dialect(first), dialect(second))
    switch content {
    case .two(let diff):
      json.key("items")
      try DiffJSON.write(diff, from: mine, to: other, &json)
    case .three(let diff, let common):
      input("base", common, &json)
      let base = dialect(common)
      for (key, diff, to) in [
        ("onlyFirst", diff.onlyFirst, mine), ("onlySecond", diff.onlySecond, other),
        ("both", diff.both, mine), ("conflictFirst", diff.conflictFirst, mine),
        ("conflictSecond", diff.conflictSecond, other),
      ] {
        json.key(key)
        try DiffJSON.write(diff, from: base, to: to, &json)
      }
    }
    json.key("summary")
    DiffJSON.summary(diffs, &json)
    json.close()
    return json.finish()
  }

  private func dialect(_ input: Input) -> DialectID { input.document.snapshot.instance.dialect }

  private func input(_ key: String, _ input: Input, _ json: inout JSONWriter) {
    json.key(key)
    json.object { json in
      json.key("input")
      json.string(input.name)
      json.key("format")
      json.string(input.document.format.name)
    }
  }
}
