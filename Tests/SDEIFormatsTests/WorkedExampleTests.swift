import Foundation
import SDEIFormats
import SDEITestSupport
import Testing

@Suite("The worked example of schemas/sdei-snapshot.md")
struct WorkedExampleTests {
  @Test("explains every byte of the file, in order, as it is written")
  func bytes() throws {
    let document = try Repository.text("schemas/sdei-snapshot.md")
    let section = try #require(document.components(separatedBy: "## 9. A worked example").last)
    var shown: [UInt8] = []
    for line in section.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let offset = Int(cells[0]) else { continue }
      try #require(offset == shown.count, "\(line)")
      let text = cells[1].replacing("`", with: "")
      for byte in text.split(separator: " ") {
        if byte.hasPrefix("(") { continue }
        shown.append(try #require(UInt8(byte, radix: 16), "\(line)"))
      }
      #expect(!cells[2].isEmpty, "\(line)")
    }
    let expected = try Fixture("worked-example", NativeFixtures.workedExample()).bytes
    #expect(shown == expected)
  }
}

@Suite("The worked examples of KVM's documents")
struct KVMWorkedExampleTests {
  @Test(
    "explain every byte of the file, in order, as it is written",
    arguments: [
      ("kvm-v4-transcript.md", FormatID.kvmV4), ("kvm-v5-transcript.md", .kvmV5),
      ("kvm-v7-registers.md", .kvmV7),
    ]
  )
  func bytes(file: String, format: FormatID) throws {
    let shown = try Self.shown(file)
    let document = try Codec.decode(shown)
    #expect(document.format == format && document.findings.isEmpty)
    #expect(document.snapshot.instance.producer.hasPrefix("myvmm "))
    let encoded = try Codec.encode(document.snapshot, as: format)
    #expect(encoded.losses.isEmpty && encoded.bytes == shown)
  }

  @Test("the text of registers says what its bytes say")
  func text() throws {
    let document = try Repository.text("schemas/kvm-v7-registers.md")
    let start = try #require(document.components(separatedBy: "<!-- text -->").last)
    let lines = start.split(separator: "\n").prefix { $0.hasPrefix("    ") }
    try #require(lines.count == 7)
    let text = lines.map { $0.dropFirst(4) + "\n" }.joined()
    var read = try Codec.decode(Array(text.utf8))
    #expect(read.format == .kvmV7Text)
    #expect(read.findings.map(\.id) == Array(repeating: "SDEI-D032", count: 6))
    read.snapshot.instance.producer = "myvmm 3.0"
    #expect(try Codec.decode(Self.shown("kvm-v7-registers.md")).snapshot == read.snapshot)
  }

  /// The bytes in the table of the last section: hexadecimal, or `N x 00`.
  private static func shown(_ file: String) throws -> [UInt8] {
    let document = try Repository.text("schemas/\(file)")
    let section = try #require(document.components(separatedBy: "Worked example").last)
    var shown: [UInt8] = []
    for line in section.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let offset = Int(cells[0], radix: 16) else { continue }
      try #require(offset == shown.count, "\(line)")
      for part in cells[1].components(separatedBy: ", ") where !part.isEmpty {
        let words = part.replacing("`", with: "").split(separator: " ")
        if words.count == 3, words[1] == "x", let count = Int(words[0]) {
          shown += [UInt8](repeating: 0, count: count)
        } else if words.contains("...") {
          // A producer is spelled out in its meaning.
          let text = cells[2].components(separatedBy: "`")[1]
          shown += Array(text.utf8)
        } else {
          for word in words { shown.append(try #require(UInt8(word, radix: 16), "\(line)")) }
        }
      }
      #expect(!cells[2].isEmpty, "\(line)")
    }
    return shown
  }
}
