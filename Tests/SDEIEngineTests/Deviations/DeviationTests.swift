import SDEIEngine
import SDEIModel
import Testing

@Suite("Switches, one by one")
struct DeviationTests {
  @Test("a switch alone changes what its case says", arguments: SwitchCase.all)
  func changes(_ item: SwitchCase) throws {
    let plain = try item.play(in: SwitchCase.dialect(item.prerequisites))
    let switched = try item.play(in: SwitchCase.dialect(item.prerequisites + [item.name]))
    #expect(plain.seen == item.plain, "without the switch")
    #expect(switched.seen == item.switched, "with the switch")
    #expect(item.plain != item.switched)
    #expect(plain.isUntouched && switched.isUntouched, "what is undefined changes nothing")
  }

  @Test(
    "without any one of its prerequisites a switch is not seen",
    arguments: SwitchCase.all.filter { !$0.prerequisites.isEmpty }
  )
  func prerequisites(_ item: SwitchCase) throws {
    for name in item.prerequisites {
      let rest = item.prerequisites.filter { $0 != name }
      let plain = try item.play(in: SwitchCase.dialect(rest))
      let switched = try item.play(in: SwitchCase.dialect(rest + [item.name]))
      #expect(plain.seen == switched.seen, "\(name) is not needed")
    }
  }

  @Test("every switch has a case, and every case a switch")
  func completeness() {
    let names = Deviation.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(SwitchCase.all.map(\.name)) == Set(names))
    let described = SwitchCase.all.map(\.testDescription)
    #expect(Set(described).count == described.count, "two cases can not be told apart")
  }

  @Test("every ambiguity of the specification is decided by a switch")
  func ambiguities() {
    let decided = Set(Deviation.all.compactMap(\.ambiguity))
    let known = (1...24).map { "A-" + ($0 < 10 ? "0" : "") + String($0) }
    #expect(decided == Set(known))
  }

  @Test("a switch says where it is known from and what it does")
  func texts() {
    for deviation in Deviation.all {
      #expect(!deviation.source.isEmpty && !deviation.sentence.isEmpty, "\(deviation.name)")
      #expect(Deviation.named(deviation.name) == deviation)
    }
    #expect(Set(Deviation.all.map(\.sentence)).count == Deviation.all.count)
    #expect(Deviation.named("no-such-switch") == nil)
  }

  @Test("a dialect has switches that there are, each once", arguments: Dialect.all.map(\.id))
  func dialects(_ id: DialectID) throws {
    let dialect = try #require(Dialect.of(id))
    let names = dialect.deviations.map(\.name)
    #expect(names.allSatisfy { Deviation.named($0) != nil })
    #expect(Set(names).count == names.count)
    #expect(names.isEmpty == (id == .specification))
  }

  @Test("a switch can be turned on and off again", arguments: Deviation.all.map(\.name))
  func toggles(_ name: String) throws {
    let deviation = try #require(Deviation.named(name))
    let on = Dialect.specification.with(deviation)
    #expect(on.deviations.map(\.name) == [name])
    let isTwiceOnce = on.with(deviation) == on
    #expect(isTwiceOnce)
    let isOffAgain = on.without(deviation) == .specification
    #expect(isOffAgain)
  }
}
