import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Which versions?")
struct FormatTableTests {
  /// The table as the registry has it.
  static var table: String {
    let head =
      "| format | read | write | vCPUs | read as | what it can not hold |\n|---|---|---|---|---|---|\n"
    let rows = FormatRegistry.formats.map { format in
      let traits = format.traits
      let others = FormatID.aliases.filter { $0.value == format.id.name }.keys.sorted()
      let names = ([format.id.name] + others).map { "`\($0)`" }.joined(separator: ", ")
      let limit = traits.maxVCPUs.map { "at most \($0)" } ?? "no limit"
      let dialect = traits.dialect.map(\.name) ?? "what it says"
      return "| \(names)\(traits.isExperimental ? " (experimental)" : "") | yes "
        + "| \(traits.isWritten ? "yes" : "no") | \(limit) | \(dialect) "
        + "| \(traits.lacks.isEmpty ? "nothing" : traits.lacks) |\n"
    }
    return head + rows.joined()
  }

  @Test("README's table is the registry's")
  func readme() throws {
    let (start, end) = ("<!-- formats -->\n", "<!-- /formats -->")
    let text = try Repository.text("README.md")
    let parts = text.components(separatedBy: start)
    try #require(parts.count == 2)
    let rest = parts[1].components(separatedBy: end)
    try #require(rest.count == 2)
    if Golden.isRecording {
      let file = Repository.root.appendingPathComponent("README.md")
      try Data((parts[0] + start + Self.table + end + rest[1]).utf8).write(to: file)
      Issue.record("recorded README.md")
      return
    }
    #expect(rest[0] == Self.table, "RECORD_GOLDEN=1 writes it anew")
  }

  @Test("every format is registered once, under its own name, and says what it is")
  func registry() {
    let ids = FormatRegistry.formats.map { $0.id }
    #expect(Set(ids).count == ids.count && Set(ids) == Set(FormatID.allCases))
    for id in FormatID.allCases {
      #expect(FormatRegistry.format(id).id == id)
      #expect(FormatID(name: id.name) == id && !FormatRegistry.format(id).summary.isEmpty)
    }
    for (alias, name) in FormatID.aliases {
      #expect(FormatID(name: alias) == FormatID(rawValue: name))
    }
  }

  @Test(
    "no limit means none: formats without one take 65,537 vCPUs; the others refuse one more than theirs"
  )
  func limits() throws {
    for format in FormatRegistry.formats where format.traits.isWritten {
      let count = format.traits.maxVCPUs.map { $0 + 1 } ?? 65_537
      var state = Snapshot(instance: Instance(dialect: format.traits.dialect ?? .specification))
      state.vcpus = VCPUs(count: count)
      state.vcpus.masked = Bitmap(below: count)
      let encoded = try? Codec.encode(state, as: format.id)
      #expect((encoded == nil) == (format.traits.maxVCPUs != nil), "\(format.id.name)")
      guard let encoded else { continue }
      #expect(try Codec.decode(encoded.bytes, as: format.id).snapshot.vcpus.count == count)
    }
  }
}
