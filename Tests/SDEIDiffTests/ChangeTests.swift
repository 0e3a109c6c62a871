import SDEIDiff
import SDEIModel
import Testing

@Suite("Changes")
struct ChangeTests {
  @Test("texts are told apart by their bytes")
  func texts() {
    #expect("\u{e9}" == "e\u{301}")
    #expect(ChangeValue.text("\u{e9}") != .text("e\u{301}"))
    #expect(ChangeValue.text("\u{e9}") == .text("\u{e9}"))
  }

  @Test("a context's one field is in the path")
  func contextPath() {
    var (one, other) = (ContextValues(), ContextValues())
    one.set(.word(18), 1)
    other.set(.word(18), 2)
    let vcpus = Bitmap(IndexRange(3, 5))
    var change = Change(
      .context(.normal),
      vcpus: vcpus,
      before: .context(one),
      after: .context(other)
    )
    #expect(change.path == "contexts[3-5].normal.pc")
    one.set(.event, nil)
    other.set(.event, 0x4040_0001)
    change.before = .context(one)
    change.after = .context(other)
    #expect(change.path == "contexts[3-5].normal")
  }
}
