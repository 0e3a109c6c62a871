import SDEITestSupport
import SDEIVerify
import Testing

@Suite("schemas/rules.md and schemas/rules.lock")
struct ReferenceTests {
  @Test("the reference is made from the catalogue")
  func reference() throws {
    try Golden.expect(Array(RuleReference.text.utf8), toEqual: "schemas/rules.md")
  }

  @Test("every series has rules' text, and every rule is in the reference once")
  func complete() {
    let headings = RuleReference.text.split(separator: "\n").filter { $0.hasPrefix("### ") }
    #expect(headings.count == Catalogue.rules.count)
  }

  @Test("an identifier never changes its meaning")
  func lock() throws {
    var lock = try RuleLock()
    for id in lock.broken {
      Issue.record(
        "\(id) is gone or means something else than \(RuleLock.file) says: take a new one"
      )
    }
    let new = lock.new.map(\.id)
    if new.isEmpty { return }
    if Golden.isRecording { try lock.add() }
    Issue.record("\(Golden.isRecording ? "recorded" : "to be recorded (RECORD_GOLDEN=1)"): \(new)")
  }
}
