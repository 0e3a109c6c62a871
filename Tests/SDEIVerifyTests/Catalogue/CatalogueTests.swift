import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("The catalogue of rules")
struct CatalogueTests {
  @Test("identifiers are well-formed, each is there once, and they ascend")
  func identifiers() throws {
    let ids = Catalogue.rules.map(\.id)
    guard ids.count > 150 else { throw NothingToTest(what: "rules") }
    #expect(ids == Set(ids).sorted())
    for rule in Catalogue.rules {
      #expect(rule.id.wholeMatch(of: /SDEI-[A-Z][0-9]{3}[a-z]?/) != nil, "\(rule.id)")
      #expect(rule.id.dropFirst("SDEI-".count).first == rule.kind.letter, "\(rule.id)")
    }
  }

  @Test("every rule has all its texts, sentences without a full stop, and prose with one")
  func texts() {
    for rule in Catalogue.rules {
      let texts = [
        rule.title, rule.source, rule.problem, rule.action, rule.explanation, rule.example,
      ]
      #expect(texts.allSatisfy { !$0.isEmpty && !$0.contains("\n\n") }, "\(rule.id)")
      let sentences = [rule.title, rule.problem, rule.action]
      #expect(sentences.allSatisfy { !$0.hasSuffix(".") && !$0.contains("\n") }, "\(rule.id)")
      #expect(rule.explanation.hasSuffix("."), "\(rule.id)")
      #expect(rule.title.count <= 72, "\(rule.id)")
      for exception in rule.severity.exceptions {
        #expect(!exception.reason.isEmpty && !exception.dialects.isEmpty, "\(rule.id)")
        #expect(exception.severity != rule.severity.usual, "\(rule.id)")
      }
      #expect(rule.severity.variants.allSatisfy { !$0.condition.isEmpty }, "\(rule.id)")
    }
  }

  @Test("a rule is found by its number, in any case, with all cases of it")
  func lookup() {
    #expect(Catalogue.rule("v020")?.id == "SDEI-V020")
    #expect(Catalogue.rules(named: "sdei-t007").map(\.id) == ["SDEI-T007"])
    for rule in Catalogue.rules where rule.id.last?.isLetter == true {
      let all = Catalogue.rules(named: String(rule.id.dropLast()))
      #expect(all.contains(rule) && all.count >= Catalogue.rules(named: rule.id).count)
    }
    #expect(Catalogue.rules(named: "V").isEmpty && Catalogue.rules(named: "").isEmpty)
    #expect(Catalogue.nearest(to: "t0007").first == "SDEI-T007")
    #expect(Catalogue.nearest(to: String(repeating: "x", count: 1 << 20)).count == 3)
  }

  /// The identifiers in the code of a part of the sources, without comments.
  private func named(_ isWanted: (String) -> Bool) throws -> Set<String> {
    let root = Repository.path("Sources")
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var result: Set<String> = []
    for file in files where file.hasSuffix(".swift") && isWanted(file) {
      for line in try Repository.text("Sources/" + file).split(separator: "\n")
      where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        result.formUnion(line.matches(of: /SDEI-[A-Z][0-9]{3}[a-z]?/).map { String($0.output) })
      }
    }
    guard result.count > 30 else { throw NothingToTest(what: "identifiers in Sources") }
    return result
  }

  @Test("every identifier in the sources is in the catalogue")
  func complete() throws {
    let known = Set(Catalogue.rules.map(\.id))
    // A text may name a number with cases as a whole.
    let whole = Set(known.filter { $0.last?.isLetter == true }.map { String($0.dropLast()) })
    let unknown = try named { _ in true }.subtracting(known).subtracting(whole)
    #expect(unknown.isEmpty, "\(unknown.sorted())")
  }

  @Test(
    "every identifier in the catalogue that is no rule with a check of its own is told somewhere"
  )
  func used() throws {
    let told = try named { !$0.contains("/Catalogue/") }
    let kinds: Set<RuleKind> = [
      .leak, .decoding, .conversion, .target, .replay, .policy, .patch,
    ]
    let idle = Catalogue.rules.filter { kinds.contains($0.kind) && !told.contains($0.id) }
    #expect(idle.isEmpty, "\(idle.map(\.id))")
  }

  @Test("a finding has a severity that its rule has")
  func severities() throws {
    var findings: Set<Told> = []
    for file in Repository.stateFixtures {
      guard let document = try? Codec.decode(Repository.bytes(file)) else { continue }
      for isAtRest in [false, true] {
        let own = Verifier.findings(document, isAtRest: isAtRest).listed
        findings.formUnion(own.map { Told($0, document.snapshot.instance.dialect) })
      }
      for profile in Profile.builtIn {
        findings.formUnion(Compatibility.check(document, against: profile).map { Told($0) })
      }
      for format in FormatID.allCases {
        guard let encoded = try? FormatRegistry.format(format).encode(document, EncodeOptions())
        else { continue }
        findings.formUnion(encoded.losses.map { Told($0) })
      }
    }
    for fault in FaultStates.all {
      let document = Document(format: .sdei, snapshot: fault.snapshot)
      findings.formUnion(Verifier.verify(document).map { Told($0, fault.dialect) })
      for profile in Profile.builtIn {
        findings.formUnion(Compatibility.check(document, against: profile).map { Told($0) })
      }
    }
    guard Set(findings.map(\.id)).count > 50 else { throw NothingToTest(what: "findings") }
    for told in findings.sorted(by: { $0.id < $1.id }) { try told.check() }
  }

  @Test("so has every finding in the golden views")
  func golden() throws {
    var found = 0
    for file in try Repository.files(in: "fixtures/views", ".txt") {
      for line in try Repository.text("fixtures/views/" + file).split(separator: "\n") {
        guard
          let match = line.firstMatch(of: /(error|warning|note): .*\[(SDEI-[A-Z0-9]+[a-z]?)\]$/),
          let severity = Severity(rawValue: String(match.1))
        else { continue }
        try Told(id: String(match.2), severity: severity).check()
        found += 1
      }
    }
    guard found > 20 else { throw NothingToTest(what: "findings in the golden views") }
  }
}

/// An identifier and the severity that it was told with.
private struct Told: Hashable {
  let id: String
  let severity: Severity
  /// The dialect of the state, where the rule is one of states.
  var dialect: DialectID?

  init(id: String, severity: Severity) { (self.id, self.severity) = (id, severity) }

  init(_ finding: Finding, _ dialect: DialectID? = nil) {
    // That something can not be checked is a note, however grave the rule is.
    let isChecked = !finding.problem.hasPrefix("this can not be checked")
    (id, severity) = (finding.id, finding.severity)
    self.dialect = isChecked ? dialect : nil
  }

  func check() throws {
    let rule = try #require(Catalogue.rule(id), "\(id)")
    let hasCheck = [RuleKind.state, .defect].contains(rule.kind)
    if let dialect, hasCheck {
      #expect(rule.severity(in: dialect) == severity, "\(id) in \(dialect)")
    } else {
      #expect(
        rule.severity.allows(severity) || (hasCheck && severity == .note),
        "\(id) \(severity)"
      )
    }
  }
}
