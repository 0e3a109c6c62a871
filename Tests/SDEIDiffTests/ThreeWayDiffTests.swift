import SDEIDiff
import SDEIModel
import Testing

@Suite("Three-way differences")
struct ThreeWayDiffTests {
  private let base = DiffStates.base()

  private func words(_ diff: SnapshotDiff) -> [String] { diff.items.map(\.words) }

  @Test("vCPUs that one side, both sides alike and both sides otherwise changed are told apart")
  func vcpus() throws {
    var (first, second) = (base, base)
    func entry(_ value: UInt64, _ vcpus: ClosedRange<UInt32>, _ state: inout Snapshot) {
      state.events.update(DiffStates.handled) { event in
        let range = Bitmap(IndexRange(vcpus.lowerBound, vcpus.upperBound))
        event.entry = event.entry.overlaid(with: Column(value, at: range))
      }
    }
    entry(0x9000, 0...4, &first)
    entry(0xA000, 5...5, &first)
    entry(0x9000, 3...4, &second)
    entry(0xB000, 5...6, &second)
    let diff = try ThreeWayDiff(base: base, first: first, second: second)
    let event = "event 0x40400001 on "
    #expect(words(diff.onlyFirst) == [event + "vCPUs 0-2: entry 0x8000 -> 0x9000"])
    #expect(words(diff.onlySecond) == [event + "vCPU 6: entry 0x8000 -> 0xb000"])
    #expect(words(diff.both) == [event + "vCPUs 3-4: entry 0x8000 -> 0x9000"])
    #expect(words(diff.conflictFirst) == [event + "vCPU 5: entry 0x8000 -> 0xa000"])
    #expect(words(diff.conflictSecond) == [event + "vCPU 5: entry 0x8000 -> 0xb000"])
  }

  @Test("an event that one side removed and the other changed is a conflict")
  func removed() throws {
    var (first, second) = (base, base)
    first.events[DiffStates.unused] = nil
    second.events.update(DiffStates.unused) { $0.registered.insert(2) }
    second.instance.producer = "two"
    let diff = try ThreeWayDiff(base: base, first: first, second: second)
    #expect(diff.onlyFirst.isEmpty)
    #expect(words(diff.onlySecond) == ["instance: producer \"one\" -> \"two\""])
    #expect(diff.conflictFirst.items.map(\.mark) == [.removed])
    #expect(
      words(diff.conflictSecond) == ["event 0x40400003 on vCPU 2: unregistered -> registered"]
    )
  }

  @Test("registers of one context are places of their own")
  func registers() throws {
    var (first, second) = (base, base)
    first.contexts[1, .normal]?.frame.pc = 1
    first.contexts[1, .normal]?.frame.x[0] = 5
    second.contexts[1, .normal]?.frame.pc = 2
    let diff = try ThreeWayDiff(base: base, first: first, second: second)
    #expect(diff.onlyFirst.changes.map(\.path) == ["contexts[1].normal.x0"])
    #expect(diff.conflictFirst.changes.map(\.path) == ["contexts[1].normal.pc"])
    #expect(diff.conflictSecond.changes.map(\.path) == ["contexts[1].normal.pc"])
  }

  @Test("a definition that one side took away and the other changed is a conflict")
  func definitions() throws {
    var (first, second) = (base, base)
    first.events.update(DiffStates.unused) { $0.definition = nil }
    second.events.update(DiffStates.unused) { $0.definition?.priority = .critical }
    let diff = try ThreeWayDiff(base: base, first: first, second: second)
    #expect(diff.conflictFirst.changes.map(\.path) == ["events[0x40400003].definition"])
    #expect(diff.conflictSecond.changes.map(\.path) == ["events[0x40400003].priority"])
    #expect(diff.onlyFirst.isEmpty && diff.onlySecond.isEmpty)
  }
}
