import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("JSON patches of random documents")
struct JSONPatchPropertyTests {
  private func value(_ node: JSONNode) throws -> JSONValue {
    guard let value = JSONValue(node) else { throw NothingToTest(what: "value") }
    return value
  }

  @Test("2,000 patches do what an independent program does with them")
  func otherProgram() throws {
    let seed: UInt64 = 0x5DE1_6902
    var lines: [String] = []
    var cases: [(seed: UInt64, document: JSONValue, patch: JSONPatchDocument)] = []
    for number in 0..<2000 as Range<UInt64> {
      var maker = RandomJSON(seed: seed &+ number)
      let node = maker.value()
      let patch = try maker.patch(of: node)
      cases.append((seed &+ number, try value(node), patch))
      let operations = JSONText.line(try value(JSONParserText.node(patch.text())))
      lines.append(#"{"document":\#(JSONText.line(try value(node))),"patch":\#(operations)}"#)
    }
    let directory = try Temporary()
    let file = try directory.write(Array(lines.joined(separator: "\n").utf8), "cases.jsonl")
    let answer = try Program.run(program: "python3", ["Tests/Tools/json_patch.py", file])
    #expect(answer.status == 0, "\(answer.messages)")
    let answers = answer.text.split(separator: "\n")
    try #require(answers.count == cases.count)
    var (done, failed) = (0, 0)
    for (test, line) in zip(cases, answers) {
      let told = try JSONText.value(String(line)).node
      do {
        let result = try test.patch.applied(to: test.document)
        let theirs = JSONEdit.value(told, at: ["result"])
        #expect(
          try theirs.map { try value(JSONNode(offset: 0, value: $0)) } == result,
          "\(test.seed)"
        )
        done += 1
      } catch let error as PatchError {
        guard case .number(let index)? = JSONEdit.value(told, at: ["failed"]) else {
          Issue.record("\(test.seed): \(error), and \(line)")
          continue
        }
        #expect(error.index == Int(index), "\(test.seed): \(error)")
        failed += 1
      }
    }
    print("patches of random documents: \(done) done, \(failed) refused")
    #expect(done > 400 && failed > 400)
  }

  @Test("10,000 pairs of documents: the patch that is made of two makes the one the other")
  func documents() throws {
    let seed: UInt64 = 0x5DE1_6903
    var operations = 0
    for number in 0..<10_000 as Range<UInt64> {
      var maker = RandomJSON(seed: seed &+ number)
      let node = maker.value()
      let other = number % 4 == 0 ? maker.value() : maker.changed(node)
      let (one, two) = (try value(node), try value(other))
      let patch = JSONPatchDocument(from: one, to: two)
      try #require(try patch.applied(to: one) == two, "seed \(seed &+ number)")
      try #require(patch.operations.isEmpty == (one == two), "seed \(seed &+ number)")
      try #require(JSONPatchDocument(from: one, to: one).operations.isEmpty)
      operations += patch.operations.count
    }
    #expect(operations > 10_000)
  }

  @Test("large arrays that are turned, shifted, thinned or shuffled")
  func arrays() throws {
    let count = 50_000
    var random = SplitMix64(seed: 0x5DE1_6904)
    func array(_ items: some Sequence<Int>) throws -> JSONValue {
      let nodes = items.map { JSONNode(offset: 0, value: .number(UInt64($0))) }
      return try value(JSONNode(offset: 0, value: .array(nodes)))
    }
    let one = try array(0..<count)
    let others: [(items: [Int], operations: Int)] = [
      (Array((0..<count).reversed()), 3 * count),
      (Array(1..<count) + [0], 3), ([count] + Array(0..<count), 1),
      ((0..<count).filter { $0 % 2 == 0 }, count),
      ((0..<count).shuffled(using: &random), 3 * count),
      (Array(repeating: 7, count: count), 3 * count), ([], 3 * count),
    ]
    for (items, most) in others {
      let other = try array(items)
      let patch = JSONPatchDocument(from: one, to: other)
      #expect(patch.operations.count <= most, "\(patch.operations.count) of at most \(most)")
      #expect(try patch.applied(to: one) == other)
      #expect(try JSONPatchDocument(from: other, to: one).applied(to: other) == one)
    }
  }
}

/// Parses a text as it stands.
enum JSONParserText {
  static func node(_ text: [UInt8]) throws -> JSONNode {
    try text.withBytes { bytes throws(JSONError) in try JSONParser.parse(bytes) }
  }
}
