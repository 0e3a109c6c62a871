internal import SDEIModel

/// The contexts in which a rule is broken, folded: one finding for all vCPUs of a level at which the
/// same was found.
///
/// The key tells what is the same, and must not be what differs from vCPU to vCPU.
struct ContextPlaces {
  /// The vCPUs of one finding.
  struct Group {
    let level: Level
    let key: UInt64
    /// The lowest vCPU.
    let first: UInt32
    let count: Int

    /// A value of the first vCPU, and on how many more there is one like it.
    func value(_ value: UInt64) -> String {
      count == 1
        ? hex(value)
        : "\(hex(value)) on vCPU \(first), and the like on \(count - 1) more"
    }
  }

  private var places: [(level: Level, key: UInt64, vcpu: UInt32)] = []

  mutating func append(_ context: Context, key: UInt64 = 0) {
    places.append((context.level, key, context.vcpu))
  }

  /// Reports each group once; O(n log n), and memory for one group at a time.
  func report(
    _ report: inout RuleReport,
    _ field: String,
    found: (Group) -> String = { _ in "" }
  ) {
    let places = places.sorted { ($0.level, $0.key, $0.vcpu) < ($1.level, $1.key, $1.vcpu) }
    var start = 0
    while start < places.count {
      let (level, key, first) = places[start]
      var end = start + 1
      while end < places.count, places[end].level == level, places[end].key == key { end += 1 }
      let group = Group(level: level, key: key, first: first, count: end - start)
      let members = places[start..<end]
      report.add(
        ModelPath.contexts(Bitmap(indexes: members.lazy.map(\.vcpu)), level, field),
        found: found(group)
      )
      start = end
    }
  }
}
