import SDEIDiff
import SDEIModel
import Testing

@Suite("Filters of changes")
struct ChangeFilterTests {
  private func words(ignore: [String] = [], only: [String] = []) throws -> [String] {
    let before = DiffStates.base()
    var after = before
    after.instance.producer = "two"
    after.events.update(DiffStates.handled) { event in
      event.enabled = Bitmap(IndexRange(1, 1))
      event.registered.remove(7)
    }
    after.contexts[1, .normal]?.frame.pc = 1
    after.contexts[1, .normal]?.frame.x[4] = 2
    let filter = ChangeFilter(
      ignore: try ignore.map { try PathPattern($0) },
      only: try only.map { try PathPattern($0) }
    )
    return try SnapshotDiff(from: before, to: after, filter).items.map(\.words)
  }

  private let producer = "instance: producer \"one\" -> \"two\""
  private let event = "event 0x40400001 on "
  private let context = "vCPU 1, normal level: runs 0x40400001 -> runs 0x40400001 with other "

  @Test("without patterns everything is told")
  func all() throws {
    let expected = [
      producer, event + "vCPUs 0,2-6: enabled -> registered",
      event + "vCPU 7: enabled -> unregistered", context + "x4, pc",
    ]
    #expect(try words() == expected)
  }

  @Test("an ignored field is as it was, and the words tell the rest")
  func ignored() throws {
    let found = try words(ignore: ["instance", "**.enabled", "contexts.*.x*"])
    #expect(
      found == [event + "vCPU 7: enabled -> enabled but not registered", context + "pc"]
    )
  }

  @Test("patterns that name no change are known")
  func unmet() throws {
    let change = Change(
      .vcpu(.masked),
      vcpus: Bitmap(below: 4),
      before: .flag(false),
      after: .flag(true)
    )
    let filter = ChangeFilter(
      ignore: try ["vcpus[3].masked", "vcpus[4].masked"].map { try PathPattern($0) },
      only: try ["instance", "**"].map { try PathPattern($0) }
    )
    #expect(filter.unmet([change]).map(\.text) == ["instance", "vcpus[4].masked"])
  }

  @Test("of folded vCPUs a part is looked at")
  func part() throws {
    let found = try words(only: ["events.vcpus[5-6]"])
    #expect(found == [event + "vCPUs 5-6: enabled -> registered"])
    #expect(try words(ignore: ["**"]).isEmpty)
    #expect(try words(only: ["instance.*"]).count == 1)
  }
}
