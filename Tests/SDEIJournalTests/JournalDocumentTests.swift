import Foundation
import SDEIEngine
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The worked example of schemas/journal.md")
struct JournalDocumentTests {
  private static func section() throws -> String {
    let document = try Repository.text("schemas/journal.md")
    let parts = document.components(separatedBy: "## 6. A worked example")
    try #require(parts.count == 2)
    return parts[1]
  }

  @Test("explains every byte of the file, in order, as it is written")
  func bytes() throws {
    var shown: [UInt8] = []
    for line in try Self.section().split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let offset = Int(cells[0]) else { continue }
      try #require(offset == shown.count, "\(line)")
      for byte in cells[1].replacing("`", with: "").split(separator: " ") {
        shown.append(try #require(UInt8(byte, radix: 16), "\(line)"))
      }
      #expect(!cells[2].isEmpty, "\(line)")
    }
    #expect(try shown == JournalFixtures.workedExample.encode(as: .binary))
  }

  @Test("shows the text as it is written")
  func text() throws {
    let block = try Self.section().components(separatedBy: "```json\n").dropFirst().first
    let shown = try #require(block?.components(separatedBy: "```").first)
    #expect(try Array(shown.utf8) == JournalFixtures.workedExample.encode(as: .jsonLines))
  }

  @Test("is what the engine does")
  func engine() throws {
    let journal = JournalFixtures.workedExample
    let dialect = try #require(Dialect.of(.specification))
    var engine = try Dispatcher(NativeFixtures.workedExample(), dialect: dialect)
    for step in journal.steps {
      switch step {
      case .action(let action, let recorded):
        let performed = try engine.perform(action)
        #expect(performed.outcome.answer == recorded.answer)
        #expect(performed.registers == recorded.registers)
      case .checkpoint(let checkpoint):
        #expect(checkpoint == .digest(JournalFixtures.digest(engine.snapshot())))
      }
    }
  }

  @Test("names every name that a step can hold, and so does the schema")
  func names() throws {
    let document = try Repository.text("schemas/journal.md")
    let schema = try Repository.text("schemas/journal.schema.json")
    let names =
      Undefined.allCases.map(\.rawValue) + PowerTransition.allCases.map(\.rawValue)
      + InterruptTable.Owner.allCases.map(\.rawValue) + Errno.allCases.map(\.name)
      + ReturnCode.allCases.map(\.name)
    for name in names {
      #expect(document.contains("`\(name)`"), "\(name)")
      #expect(schema.contains("\"\(name)\""), "\(name)")
    }
    for function in FunctionID.allCases { #expect(schema.contains("\"\(function.name)\"")) }
  }

  @Test("names every kind of step and its type")
  func kinds() throws {
    let document = try Repository.text("schemas/journal.md")
    let walker = JournalWalker(try JournalFixtures.everyStep.encode(as: .binary))
    let text = String(decoding: try JournalFixtures.everyStep.encode(as: .jsonLines), as: UTF8.self)
    let lines = text.split(separator: "\n")
    var seen: Set<UInt16> = []
    for (record, line) in zip(walker.records, lines).dropFirst()
    where seen.insert(record.type).inserted {
      let key = try #require(line.split(separator: "\"", maxSplits: 4).dropFirst(3).first)
      #expect(document.contains("| \(record.type) | `\(key)` |"), "\(record.type) \(key)")
    }
    #expect(seen.count == 15)
  }
}
