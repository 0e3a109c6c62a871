import Foundation
import SDEIFormats
import SDEITestSupport
import Testing

@Suite("Worked examples of kvm-split, kvm-sysreg and qemu-rfc")
struct ShownExampleTests {
  static let documents = [
    ("schemas/kvm-split-transcript.md", "fixtures/kvm-split/worked-example.kvm-split"),
    ("schemas/kvm-sysreg.md", "fixtures/kvm-sysreg/worked-example.kvm-sysreg"),
    ("schemas/qemu-rfc.md", "fixtures/qemu-rfc/worked-example.qemu-rfc"),
  ]

  @Test("explain every byte of the file, in order, as it is written", arguments: documents)
  func bytes(document: String, file: String) throws {
    let text = try Repository.text(document)
    let parts = text.components(separatedBy: "Worked example")
    #expect(parts.count == 2)
    let bytes = try Repository.bytes(file)
    #expect(text.contains("(`\(file)`"))
    #expect(text.contains(", \(bytes.count) bytes."))
    var shown: [UInt8] = []
    for line in (parts.last ?? "").split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let offset = Int(cells[0], radix: 16) else { continue }
      try #require(offset == shown.count, "\(line)")
      shown += try Self.bytes(cells[1], line)
      #expect(!cells[2].isEmpty, "\(line)")
    }
    #expect(shown == bytes)
    let document = try Codec.decode(bytes)
    #expect(try Codec.encode(document.snapshot, as: document.format).bytes == bytes)
  }

  /// The bytes of a cell: `01 02`, or 7 x `00`.
  private static func bytes(_ cell: String, _ line: Substring) throws -> [UInt8] {
    let parts = cell.components(separatedBy: " x ")
    let count = parts.count == 2 ? Int(parts[0]) : 1
    let text = (parts.last ?? "").replacing("`", with: "")
    if text.isEmpty { return [] }
    let once = try text.split(separator: " ").map { byte in
      try #require(UInt8(byte, radix: 16), "\(line)")
    }
    return (0..<(try #require(count, "\(line)"))).flatMap { _ in once }
  }
}
