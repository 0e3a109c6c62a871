import SDEIFormats
import SDEIModel
import SDEIVerify
import Testing

@Suite("What looks like an invariant and is none")
struct NonRuleTests {
  struct NonRule: Sendable, CustomTestStringConvertible {
    let id: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { id }
  }

  static let all: [NonRule] = [
    NonRule(id: "SDEI-V026c") { offset(&$0, 0) },
    NonRule(id: "SDEI-V026c") { offset(&$0, 0x7FFF_FFFF_FFFF_0000) },
    NonRule(id: "SDEI-V041a") { state in
      state.events.update(LegalState.privateNormal) {
        $0.registered.remove(0)
        $0.enabled.remove(0)
      }
    },
    NonRule(id: "SDEI-V041b") { state in
      state.events.update(LegalState.privateNormal) { $0.enabled.remove(0) }
    },
    NonRule(id: "SDEI-V051a") { state in
      state.vcpus.masked.insert(0)
      state.events.update(LegalState.sharedPE) { $0.enabled = Bitmap() }
    },
    NonRule(id: "SDEI-V055") { $0.change(0, .normal) { $0.pstate = 0x30_0FC5 } },
    NonRule(id: "SDEI-V055") { $0.change(0, .normal) { $0.pstate = 0x5 } },
    NonRule(id: "SDEI-V059b") { $0.change(1, .critical) { $0.pc = 0xFFFF_FF80_0000_0000 } },
  ]

  @Test("what is no rule is not told", arguments: all)
  func nonRule(_ nonRule: NonRule) throws {
    let rule = try #require(Catalogue.rule(nonRule.id))
    #expect(rule.kind == .nonRule)
    #expect(DialectID.allCases.allSatisfy { rule.severity(in: $0) == nil })
    var snapshot = LegalState.snapshot
    nonRule.change(&snapshot)
    let findings = Verifier.findings(Document(format: .sdei, snapshot: snapshot)).listed
    #expect(findings.isEmpty, "\(findings)")
  }

  /// Gives a handler an offset from VBAR.
  private static func offset(_ state: inout Snapshot, _ offset: UInt64) {
    state.events.update(LegalState.boundPrivate) {
      $0.relative.insert(0)
      $0.entry[0] = offset
    }
  }
}
