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

  /// How many items there are of each class, for standard error; nil where there is one at most.
  var summary: String? {
    guard case .two(let diff) = content, diff.items.count > 1 else { return nil }
    let counts = diff.summary.map {
      "\(ViewText.grouped(UInt64($0.count))) \($0.changeClass.words)"
    }
    return "sdeictl: \(ViewText.count(UInt64(diff.items.count), "difference")): "
      + counts.joined(separator: ", ")
  }
}

extension DiffReport {
  /// The report as text: a line for each item, and its registers below.
  func lines(_ style: Style) -> [String] {
    let heading =
      isCanonical ? [style.dim("compared in the specification's terms (--canonical)")] : []
    switch content {
    case .two(let diff):
      return heading + (diff.isEmpty ? [equalWords] : diff.items.flatMap { lines($0, style) })
    case .three(let diff, _): return heading + lines(diff, style)
    }
  }

  private var equalWords: String { isFiltered ? "equal in what was compared" : "equal" }

  private func lines(_ diff: ThreeWayDiff, _ style: Style) -> [String] {
    let sections = [
      ("only in \(first.name)", diff.onlyFirst), ("only in \(second.name)", diff.onlySecond),
      ("the same in both", diff.both),
      ("conflict, as in \(first.name)", diff.conflictFirst),
      ("conflict, as in \(second.name)", diff.conflictSecond),
    ]
    let told = sections.filter { !$0.1.isEmpty }
    if told.isEmpty { return [equalWords] }
    return told.flatMap { title, diff in
      [style.bold(title)] + diff.items.flatMap { lines($0, style) }.map { "  " + $0 }
    }
  }

  private func lines(_ item: DiffItem, _ style: Style) -> [String] {
    let mark =
      switch item.mark {
      case .added: style.green(item.mark.rawValue)
      case .removed: style.red(item.mark.rawValue)
      case .changed: style.yellow(item.mark.rawValue)
      }
    let words = "[\(item.changeClass.words)]"
    let changeClass =
      switch item.changeClass {
      case .breaksMigration: style.red(words)
      case .guestVisible: style.yellow(words)
      case .hostOnly, .representation: style.dim(words)
      }
    return ["\(mark) \(Console.printable(item.words))  \(changeClass)"] + rows(item.rows)
  }

  /// Registers side by side.
  private func rows(_ rows: [DiffItem.Row]) -> [String] {
    let name = rows.map(\.name.count).max() ?? 0
    let before = rows.map(\.before.count).max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - text.count)
    }
    return rows.map {
      "    \(padded($0.name, name))  \(padded($0.before, before)) | \($0.after)"
    }
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
