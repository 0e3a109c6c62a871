internal import SDEIFormats
internal import SDEIWire

/// Reads a journal in JSON Lines, line by line.
enum LinesDecoder {
  static func decode(
    _ bytes: RawSpan,
    _ header: (JournalHeader, Int) -> Void,
    _ step: (JournalStep, Int) -> Void
  ) throws(DecodeError) -> JournalDecoder.End {
    var offset = 0
    var line: UInt64 = 1
    while offset < bytes.byteCount || line == 1 {
      var end = offset
      while end < bytes.byteCount, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let isEnded = end < bytes.byteCount
      let text = bytes.extracting(offset..<end)
      // Only a line that has its newline was written to its end: before that, it may be torn.
      guard let node = try Self.node(text, at: offset, line: line, isEnded: isEnded) else {
        return JournalDecoder.End(.jsonLines, steps: line - 2, offset: offset, of: bytes.byteCount)
      }
      do throws(DecodeError) {
        let scope = JSONScope(node: node, path: "")
        if line == 1 {
          header(try LinesHeader.read(scope), offset)
        } else {
          step(try LineReader.step(scope, number: line - 1), offset)
        }
      } catch { throw error.inLine(line) }
      guard isEnded else {
        var last = JournalDecoder.End(.jsonLines, steps: line - 1, offset: end, of: end)
        last.lacksNewline = true
        return last
      }
      offset = end + 1
      line += 1
    }
    return JournalDecoder.End(.jsonLines, steps: line - 2, offset: offset, of: offset)
  }

  /// The object of a line; nil where the line is torn.
  private static func node(
    _ text: RawSpan,
    at offset: Int,
    line: UInt64,
    isEnded: Bool
  ) throws(DecodeError) -> JSONNode? {
    let error: DecodeError
    do throws(JSONError) {
      let node = try JSONParser.parse(text, base: offset)
      if case .object = node.value { return node }
      error = JSONScope(node: node, path: "").error("an object", .structure)
    } catch let syntax { error = DecodeError(syntax) }
    if line > 1 {
      if !isEnded { return nil }
      throw error.inLine(line)
    }
    throw DecodeError(
      isEnded ? error.code : .truncated,
      at: error.offset,
      "line 1",
      found: error.found,
      expected: "\(error.expected): the header of a journal, on one line"
    )
  }
}

extension DecodeError {
  /// The error with the line in front of its path.
  fileprivate func inLine(_ line: UInt64) -> DecodeError {
    DecodeError(
      code,
      at: offset,
      "line \(line)" + (path.isEmpty ? "" : ", " + path),
      found: found,
      expected: expected,
      action: action
    )
  }
}
