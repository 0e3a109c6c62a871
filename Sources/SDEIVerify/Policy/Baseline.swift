public import SDEIFormats
public import SDEIModel
internal import SDEIWire

/// The findings of an earlier report: what is in it is not new.
public struct Baseline: Sendable {
  private var keys: [String: Set<String>] = [:]

  /// By what a finding is known again: its identifier and its path, not its words.
  public static func key(_ finding: Finding) -> String { "\(finding.id) \(finding.path)" }

  /// The keys of the findings of an input.
  public func known(_ input: String) -> Set<String> { keys[input] ?? [] }

  /// Reads a report in JSON or JSON Lines (schemas/verify.schema.json); memory follows its size.
  ///
  /// - Throws: `DecodeError` with the offset of what is no report.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    if let whole = try? JSONParser.parse(bytes), let inputs = whole.member("inputs")?.items {
      try Self.checkSchema(whole, at: 0)
      for input in inputs { try add(input, at: 0) }
      return
    }
    var (start, count) = (0, 0)
    for offset in 0...bytes.byteCount
    where offset == bytes.byteCount || bytes[offset] == UInt8(ascii: "\n") {
      defer { start = offset + 1 }
      if start == offset { continue }
      let line: JSONNode
      do throws(JSONError) {
        line = try JSONParser.parse(bytes.extracting(start..<offset))
      } catch {
        throw Self.noReport(at: start + error.offset, error.found)
      }
      try Self.checkSchema(line, at: start)
      // The last line is the summary.
      if line.member("summary") == nil { try add(line, at: start) }
      count += 1
    }
    if count == 0 { throw Self.noReport(at: 0, "an empty file") }
  }

  private static func checkSchema(_ node: JSONNode, at start: Int) throws(DecodeError) {
    guard node.member("schema")?.text == "sdeictl/verify/1" else {
      throw noReport(
        at: start + (node.member("schema") ?? node).offset,
        "\(node.kind) without \"schema\": \"sdeictl/verify/1\""
      )
    }
  }

  private mutating func add(_ input: JSONNode, at start: Int) throws(DecodeError) {
    guard let name = input.member("input")?.text else {
      throw Self.noReport(at: start + input.offset, "\(input.kind) without a member \"input\"")
    }
    let findings = input.member("findings")
    guard findings == nil || findings?.items != nil else {
      throw Self.noReport(at: start + (findings ?? input).offset, "findings that are no array")
    }
    for finding in findings?.items ?? [] {
      guard let id = finding.member("id")?.text, let path = finding.member("path")?.text else {
        throw Self.noReport(at: start + finding.offset, "a finding without id and path")
      }
      keys[name, default: []].insert("\(id) \(path)")
    }
  }

  private static func noReport(at offset: Int, _ found: String) -> DecodeError {
    DecodeError(
      .structure,
      at: offset,
      "",
      found: found,
      expected: "a report of sdeictl verify --format json or jsonl",
      action: "make one with sdeictl verify INPUT... --format jsonl > FILE"
    )
  }
}

extension JSONNode {
  fileprivate func member(_ key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.node
  }

  fileprivate var items: [JSONNode]? {
    guard case .array(let items) = value else { return nil }
    return items
  }

  fileprivate var text: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }
}
