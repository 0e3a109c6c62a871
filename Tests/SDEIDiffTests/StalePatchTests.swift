import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Patches of states that changed meanwhile")
struct StalePatchTests {
  /// A state, what a patch makes of it, and what it became meanwhile.
  private struct Case {
    let seed: UInt64
    let one: Snapshot
    let other: Snapshot
    let meanwhile: Snapshot
  }

  private static let cases: [Case] = (0..<600 as Range<UInt64>).compactMap { number in
    let seed = 0x5DE1_57A1 &+ number
    let one = RandomSnapshot.make(seed: seed, vcpus: 8)
    let other = SnapshotEdit.edited(one, seed: seed ^ 1 << 40, edits: 8)
    let meanwhile = SnapshotEdit.edited(one, seed: seed ^ 2 << 40, edits: 1)
    return one == other || one == meanwhile
      ? nil : Case(seed: seed, one: one, other: other, meanwhile: meanwhile)
  }

  @Test("a change is refused by name, or the other change is somewhere else")
  func changes() throws {
    var (refused, applied) = (0, 0)
    for test in Self.cases {
      let changes = SnapshotDiff(from: test.one, to: test.other).changes
      do {
        let result = try PatchPair.apply(
          try PatchPair.changes(test.one, test.other),
          to: test.meanwhile
        )
        // What happened meanwhile, done to the patched state, gives the same.
        let since = SnapshotPatch(SnapshotDiff(from: test.one, to: test.meanwhile).changes)
        #expect(try since.applied(to: test.other) == result, "seed \(test.seed)")
        applied += 1
      } catch let error as PatchError {
        let index = try #require(error.index)
        #expect(error.code == .stale || error.code == .place, "seed \(test.seed): \(error)")
        #expect(error.offset != nil && error.part?.hasPrefix("items[") == true, "\(error)")
        let place = try #require(error.place)
        #expect(try PathPattern(changes[index].path).matches(place), "\(error)")
        #expect(error.found != error.expected, "seed \(test.seed): \(error)")
        // That change alone does not fit either, and it did before.
        let alone = SnapshotPatch([changes[index]])
        #expect(throws: PatchError.self) { _ = try alone.applied(to: test.meanwhile) }
        #expect(throws: Never.self) { _ = try alone.applied(to: test.one) }
        refused += 1
      }
    }
    print("changes: \(refused) refused, \(applied) applied")
    #expect(refused + applied >= 200 && refused > 50 && applied > 50)
  }

  @Test("an operation is refused by name, or the other change is somewhere else")
  func operations() throws {
    var (refused, applied, apart) = (0, 0, 0)
    for test in Self.cases {
      func document(_ snapshot: Snapshot) -> Document {
        Document(format: .json, snapshot: snapshot)
      }
      let patch = try JSONPatchDocument(from: document(test.one), to: document(test.other))
      let since = try JSONPatchDocument(from: document(test.one), to: document(test.meanwhile))
      let value = try JSONValue(of: document(test.one), PatchPair.options)
      let meanwhile = try JSONValue(of: document(test.meanwhile), PatchPair.options)
      let theirs = since.operations.map { place($0.path, in: value.node) }
      let isApart = !patch.operations.contains { operation in
        theirs.contains { meet(place(operation.path, in: value.node), $0) }
      }
      do {
        let result = try patch.applied(to: meanwhile)
        applied += 1
        guard isApart else { continue }
        let target = try JSONValue(of: document(test.other), PatchPair.options)
        #expect(try since.applied(to: target) == result, "seed \(test.seed)")
        apart += 1
      } catch let error as PatchError {
        let index = try #require(error.index)
        #expect(!isApart, "seed \(test.seed): \(error)")
        #expect(error.code == .stale || error.code == .place)
        let name = "operations[\(index)], \(patch.operations[index].name) "
        #expect(error.part?.hasPrefix(name) == true)
        #expect(error.found != error.expected)
        let mine = place(patch.operations[index].path, in: value.node)
        #expect(theirs.contains { meet(mine, $0) }, "seed \(test.seed): \(error)")
        refused += 1
      }
    }
    print("operations: \(refused) refused, \(applied) applied, \(apart) of them apart")
    #expect(refused + applied >= 200 && refused > 50 && apart > 50)
  }

  /// A path up to the first array: what is changed in one moves what stands behind it.
  private func place(_ path: JSONPointer, in node: JSONNode) -> [String] {
    var node = node
    for (depth, token) in path.tokens.enumerated() {
      guard case .object(let members) = node.value,
        let next = members.first(where: { $0.key == token })
      else { return Array(path.tokens[..<depth]) + (isObject(node) ? [token] : []) }
      node = next.node
    }
    return path.tokens
  }

  private func isObject(_ node: JSONNode) -> Bool {
    if case .object = node.value { true } else { false }
  }

  private func meet(_ one: [String], _ other: [String]) -> Bool {
    one.starts(with: other) || other.starts(with: one)
  }
}
