internal import SDEIModel

extension SnapshotPatcher {
  /// What a context that a change names is counted with: a short text with ranges can name 2^32.
  static let contextSize: UInt64 = 256

  /// Makes changes of one level: different fields of one vCPU may be in different changes.
  mutating func patchContexts(
    _ level: Level,
    _ changes: [NumberedChange]
  ) throws(PatchError) {
    try checkContexts(changes)
    if contexts == nil {
      contexts = Dictionary(grouping: result.contexts, by: \.level)
        .mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.vcpu, $0) }) }
    }
    var table = contexts?[level] ?? [:]
    contexts?[level] = nil
    for numbered in changes {
      guard case .context(let before) = numbered.change.before,
        case .context(let after) = numbered.change.after
      else { continue }
      for range in numbered.change.vcpus.ranges {
        for vcpu in range.first...range.last {
          var context = table[vcpu] ?? Context(vcpu: vcpu, level: level)
          let found = ContextValues(context, fields: before.items.map(\.field))
          guard found == before else { throw numbered.stale(.context(found), at: vcpu) }
          after.write(to: &context)
          table[vcpu] = context.isIdle ? nil : context
        }
      }
    }
    contexts?[level] = table
  }

  /// Checks what can be seen without the state: kinds, how much it is, and that nothing is named twice.
  private mutating func checkContexts(_ changes: [NumberedChange]) throws(PatchError) {
    var byField: [ContextField: [NumberedChange]] = [:]
    for numbered in changes {
      guard case .context(let before) = numbered.change.before,
        case .context(let after) = numbered.change.after, !before.items.isEmpty,
        before.items.map(\.field) == after.items.map(\.field),
        (before.items + after.items).allSatisfy({ $0.value != nil || $0.field == .event })
      else { throw numbered.unfit() }
      let count = numbered.change.vcpus.count
      guard count <= contextsLeft else {
        throw numbered.error(
          .tooLarge,
          found: "\(count) more contexts",
          expected: "at most \(contextsLeft) (\(Self.contextSize) bytes each)"
        )
      }
      contextsLeft -= count
      for item in before.items { byField[item.field, default: []].append(numbered) }
    }
    for field in ContextField.all {
      if let named = byField[field] { _ = try ChangePieces(named) }
    }
  }
}
