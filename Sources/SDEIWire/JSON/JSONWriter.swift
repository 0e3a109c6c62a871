/// Writes JSON as UTF-8 text, in one of two layouts.
public struct JSONWriter: Sendable {
  /// How the text is laid out.
  public enum Layout: Sendable {
    /// Members of a container inside fewer than four others stand on lines of their own, indented by
    /// two spaces for each level; deeper ones stand on one line, with a space after `:` and `,`.
    case indented
    /// All on one line, without a space: one object of JSON Lines.
    case line
  }

  private struct Container {
    var isInline: Bool
    var count = 0
    var close: UInt8
  }

  /// From this depth on, a container stands on one line.
  public static let inlineDepth = 4

  private let layout: Layout
  private var text: [UInt8] = []
  private var open: [Container] = []
  private var hasKey = false

  /// Makes a writer of an empty text.
  public init(layout: Layout = .indented) { self.layout = layout }

  /// Writes an object whose members `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    container("{", "}", body)
  }

  /// Writes an array whose items `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) { container("[", "]", body) }

  /// Writes the key of the value that follows.
  public mutating func key(_ key: String) {
    separate()
    quote(key)
    text.append(UInt8(ascii: ":"))
    if layout == .indented { text.append(UInt8(ascii: " ")) }
    hasKey = true
  }

  /// Writes a text.
  public mutating func string(_ string: String) {
    separate()
    quote(string)
  }

  /// Writes a whole number.
  public mutating func number(_ number: some FixedWidthInteger) {
    separate()
    text.append(contentsOf: String(number).utf8)
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ bool: Bool) {
    separate()
    text.append(contentsOf: (bool ? "true" : "false").utf8)
  }

  /// What was written since the last call, so that a long text need not be kept.
  public mutating func drain() -> [UInt8] {
    defer { text = [] }
    return text
  }

  /// The text that was not drained, with a newline at its end.
  public consuming func finish() -> [UInt8] {
    text.append(UInt8(ascii: "\n"))
    return text
  }

  /// Opens an object whose members follow, until `close`: for bodies that throw or come later.
  public mutating func openObject() { begin("{", "}") }

  /// Opens an array whose items follow, until `close`.
  public mutating func openArray() { begin("[", "]") }

  /// Closes the innermost container.
  public mutating func close() {
    let closed = open.removeLast()
    if closed.count > 0, !closed.isInline { newLine() }
    text.append(closed.close)
  }

  private mutating func container(
    _ first: StaticString,
    _ last: Unicode.Scalar,
    _ body: (inout JSONWriter) -> Void
  ) {
    begin(first, last)
    body(&self)
    close()
  }

  private mutating func begin(_ first: StaticString, _ last: Unicode.Scalar) {
    separate()
    text.append(contentsOf: first.description.utf8)
    let isInline = layout == .line || open.count >= Self.inlineDepth
    open.append(Container(isInline: isInline, close: UInt8(ascii: last)))
  }

  /// Puts what stands between the value before and this one.
  private mutating func separate() {
    if hasKey {
      hasKey = false
      return
    }
    guard let last = open.indices.last else { return }
    if open[last].count > 0 { text.append(UInt8(ascii: ",")) }
    if !open[last].isInline {
      newLine()
    } else if open[last].count > 0, layout == .indented {
      text.append(UInt8(ascii: " "))
    }
    open[last].count += 1
  }

  private mutating func newLine() {
    text.append(UInt8(ascii: "\n"))
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * open.count))
  }

  private mutating func quote(_ string: String) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        text.append(contentsOf: ("\\u00" + (digits.count < 2 ? "0" : "") + digits).utf8)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
