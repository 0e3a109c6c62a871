import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("The identifiers that a destination can answer")
struct IdentifierTests {
  private func identifiers(_ text: String) -> Set<String> {
    Set(text.matches(of: /SDEI-[CDLT][0-9]{3}/).map { String($0.output) })
  }

  @Test("every one in the golden views is in the list")
  func golden() throws {
    for file in ["destinations", "destination-reasons"] {
      let found = identifiers(try Repository.text("fixtures/views/\(file).txt"))
      guard found.count > 10 else { throw NothingToTest(what: "identifiers in \(file)") }
      #expect(found.isSubset(of: DestinationFinding.identifiers), "\(file)")
    }
  }

  @Test("the list is what the sources have, but for what only other commands tell")
  func sources() throws {
    var found: Set<String> = []
    let root = Repository.path("Sources")
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    // The catalogue is where the list comes from, and rules of states are no answers of destinations.
    for file in files
    where file.hasSuffix(".swift") && !file.contains("/Catalogue/") && !file.contains("/Rules/") {
      found.formUnion(identifiers(try Repository.text("Sources/" + file)))
    }
    guard found.count > 100 else { throw NothingToTest(what: "identifiers in Sources") }
    // v5's own note in plain verify, the form's size (told as T254), and decoding errors.
    let others = Set((1...11).map { "SDEI-D0" + ($0 < 10 ? "0" : "") + "\($0)" })
      .union(["SDEI-T020", "SDEI-C002"])
    #expect(found.subtracting(others) == DestinationFinding.identifiers)
  }

  @Test("what was found while reading is told, and many of a kind as one")
  func decoding() throws {
    var document = Document(format: .sdei, snapshot: Snapshot())
    func finding(_ id: String, _ severity: Severity, _ number: Int) -> Finding {
      Finding(
        id: id,
        severity: severity,
        path: "p\(number)",
        offset: number,
        problem: "odd",
        action: "look"
      )
    }
    let profile = Profile(name: "host", dialect: .specification)
    document.findings = [finding("SDEI-D021", .note, 0), finding("SDEI-D025", .note, 1)]
    let notes = Compatibility.assess(document, against: profile)
    #expect(notes.findings.map(\.id) == ["SDEI-D025"] && notes.answer == .yes)
    document.findings += (0..<4).map { finding("SDEI-D026", .warning, $0) }
    let few = Compatibility.assess(document, against: profile)
    #expect(few.findings.count == 5 && few.answer == .hazards && few.loads)
    document.findings += (0..<8).map { finding("SDEI-D032", .warning, $0) }
    let many = Compatibility.assess(document, against: profile)
    #expect(many.findings.count == 6)
    let told = many.findings.filter { $0.id == "SDEI-D032" }
    #expect(told.map(\.path) == ["p0"] && told[0].problem.contains("and 7 more"))
  }
}
