import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Differences of snapshots")
struct SnapshotDiffTests {
  @Test("one edit is one change, with its path, class and words", arguments: DiffStates.edits)
  func edits(_ edit: DiffStates.Edit) throws {
    let before = DiffStates.base()
    var after = before
    edit.make(&after)
    let diff = SnapshotDiff(from: before, to: after)
    #expect(diff.changes.map(\.path) == [edit.path])
    #expect(diff.items.map(\.words) == [edit.words])
    #expect(diff.items.map(\.changeClass) == [edit.changeClass])
    #expect(diff.items.map(\.mark) == [edit.mark])
    #expect(diff.items.allSatisfy { !$0.reason.isEmpty })
    #expect(try SnapshotPatch(diff.changes).applied(to: before) == after)
    #expect(try SnapshotPatch(diff.changes).inverse.applied(to: after) == before)
  }

  @Test("an extra is one change, with its path and class", arguments: ExtraField.allCases)
  func extras(_ field: ExtraField) throws {
    let value = field == .mpidrFlags ? 1 << 31 : field.minimum + 1
    let before = DiffStates.withExtra(field, nil)
    let after = DiffStates.withExtra(field, value)
    let diff = SnapshotDiff(from: before, to: after)
    #expect(diff.changes.map(\.path) == [DiffStates.path(field)])
    #expect(diff.items.map(\.changeClass) == [DiffStates.changeClass(field)])
    #expect(diff.items.allSatisfy { $0.reason != "it is part of the state" })
    #expect(try SnapshotPatch(diff.changes).applied(to: before) == after)
    #expect(try SnapshotPatch(diff.changes).inverse.applied(to: after) == before)
  }

  @Test(
    "a place that holds something else than the patch says is found",
    arguments: DiffStates.edits
  )
  func stale(_ edit: DiffStates.Edit) throws {
    let before = DiffStates.base()
    var after = before
    edit.make(&after)
    let patch = SnapshotPatch(SnapshotDiff(from: before, to: after).changes)
    #expect(throws: PatchError.self) { try patch.applied(to: after) }
    let twice = SnapshotPatch(patch.changes + patch.changes)
    #expect(throws: PatchError.self) { try twice.applied(to: before) }
  }

  @Test("a list that follows from the handlers is stored and means nothing of its own")
  func impliedLists() {
    let before = DiffStates.base()
    let stored = KVMLists.stored(before)
    let diff = SnapshotDiff(from: before, to: stored)
    #expect(Set(diff.items.map(\.changeClass)) == [.representation])
    var after = before
    after.events.update(DiffStates.unused) { $0.registered.insert(1) }
    let classes = SnapshotDiff(from: stored, to: KVMLists.stored(after)).items.map(\.changeClass)
    #expect(classes.sorted() == [.representation, .guestVisible])
  }

  @Test("values that meet in the middle of a range cut it, and many that meet do not")
  func meetings() throws {
    func state(_ column: Column) -> Snapshot {
      var event = Event(EventNumber(1))
      event.entry = column
      return Snapshot(vcpus: VCPUs(count: .max), events: EventTable([event]))
    }
    let all = IndexRange(0, .max)
    var rising = ColumnBuilder()
    rising.append(all, base: 1, stride: 1)
    let one = SnapshotDiff(
      from: state(Column(8, at: Bitmap(all))),
      to: state(rising.finish())
    )
    #expect(one.changes.map(\.path) == ["events[0x1].vcpus[0-6,8-4294967295].entry"])
    var alternating = ColumnBuilder()
    alternating.append(all, base: 8, stride: 1 << 63)
    let (a, b) = (state(Column(8, at: Bitmap(all))), state(alternating.finish()))
    let many = SnapshotDiff(from: a, to: b)
    #expect(many.changes.count == 1)
    #expect(try SnapshotPatch(many.changes).applied(to: a) == b)
  }

  @Test("states with 2^32 vCPUs against others give few changes")
  func hostile() throws {
    let largest = NativeFixtures.largest()
    var marked = largest
    marked.instance.dialect = .kvmV7
    marked.events = EventTable(
      [EventNumber(0), EventNumber(1)].map { number in
        var event = Event(number)
        event.running = Bitmap(below: .max)
        event.registered = event.running
        return event
      }
    )
    let others = NativeFixtures.all.map(\.document.snapshot) + [marked, Snapshot()]
    for other in others {
      for one in [largest, marked] {
        let diff = SnapshotDiff(from: one, to: other)
        #expect(diff.items.count < 20_000)
        #expect(try SnapshotPatch(diff.changes).applied(to: one) == other)
      }
    }
  }

  @Test("a hostile patch is refused before it takes much memory")
  func hostilePatches() {
    let state = DiffStates.base()
    let all = Bitmap(IndexRange(0, .max))
    var (old, new) = (ContextValues(), ContextValues())
    old.set(.word(0), 0)
    new.set(.word(0), 1)
    let contexts = Change(
      .context(.critical),
      vcpus: all,
      before: .context(old),
      after: .context(new)
    )
    let zeros = Change(
      .slot(DiffStates.unused, .entry),
      vcpus: all,
      before: .number(0),
      after: .progression(origin: 1 << 63, stride: 1 << 63)
    )
    let wide = Change(
      .slot(DiffStates.unused, .pending),
      vcpus: Bitmap(below: 1),
      before: .number(0),
      after: .number(1 << 32)
    )
    for change in [contexts, zeros, wide] {
      #expect(throws: PatchError.self) { try SnapshotPatch([change]).applied(to: state) }
    }
  }
}
