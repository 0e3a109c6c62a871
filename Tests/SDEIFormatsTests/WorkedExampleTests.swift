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
