import SDEIFormats
import SDEIModel
import SDEIVerify
import Testing

@Suite("Every rule of states has a case, and what can not be told is not guessed")
struct RuleCoverageTests {
  @Test("each rule of states up to number 33 has a case")
  func complete() {
    let rules = Catalogue.rules.filter { $0.kind == .state && ($0.invariant ?? 99) <= 33 }
    let cases = Set(RuleCase.all.map(\.id))
    #expect(rules.count >= 40)
    for rule in rules { #expect(cases.contains(rule.id), "\(rule.id) has no case") }
  }

  @Test("every number up to 33 has a rule, and letters follow each other")
  func numbers() {
    for number in 1...33 {
      let ids = Catalogue.rules.filter { $0.invariant == number }.map(\.id)
      let stem = "SDEI-V" + String(repeating: "0", count: number < 10 ? 2 : 1) + "\(number)"
      let letters = ["a", "b", "c", "d"].prefix(ids.count).map { stem + $0 }
      #expect(ids == (ids.count == 1 ? [stem] : Array(letters)))
    }
  }

  private func notes(_ change: (inout Snapshot) -> Void) -> [Finding] {
    var snapshot = LegalState.quiet
    change(&snapshot)
    return Verifier.findings(Document(format: .sdei, snapshot: snapshot)).listed
  }

  @Test("a target is not looked for where affinities are unknown: one note says so")
  func unknownAffinities() {
    let findings = notes { state in
      state.vcpus.affinityKnown = Bitmap()
      state.vcpus.affinity = Column()
    }
    #expect(findings.map(\.id) == ["SDEI-V031b"] && findings.first?.severity == .note)
    #expect(findings.first?.path == "events[0x40400004].routing.affinity")
    #expect(findings.first?.problem.contains("can not be checked") == true)
    // Nothing is to be told where the target is among the vCPUs that are known.
    let known = notes { $0.vcpus.affinityKnown.remove(2) }
    #expect(known.isEmpty, "\(known)")
  }

  @Test("V026c: an offset may be any number, 0 and what is no address included")
  func relativeTarget() {
    for offset in [0, 0x7FFF_FFFF_FFFF_0000] as [UInt64] {
      let findings = notes { state in
        state.events.update(LegalState.boundPrivate) {
          $0.relative.insert(0)
          $0.entry[0] = offset
        }
      }
      #expect(findings.isEmpty, "\(findings)")
    }
    #expect(Catalogue.rule("V026c")?.kind == .nonRule)
  }
}
