/// A table of text with aligned columns, two spaces apart, without trailing spaces.
struct TextTable {
  private var rows: [[String]] = []
  private let indent: String

  init(_ headings: [String], indent: String = "  ") {
    rows = [headings]
    self.indent = indent
  }

  var isEmpty: Bool { rows.count == 1 }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, headings first.
  func lines(_ style: Style) -> [String] {
    var widths = [Int](repeating: 0, count: rows.map(\.count).max() ?? 0)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    return rows.enumerated().map { number, row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      var line = indent + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return number == 0 ? style.dim(line) : line
    }
  }
}
