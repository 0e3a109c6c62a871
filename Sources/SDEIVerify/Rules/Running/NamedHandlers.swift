internal import SDEIModel

/// On which vCPUs the contexts name which events, by level, as the dialect reads the numbers.
///
/// Of vCPUs that exist: what stands for others names nothing that could run.
struct NamedHandlers: Sendable {
  private var levels: [Level: [EventNumber: Bitmap]] = [:]
  private var all: [Level: Bitmap] = [:]

  /// Names nothing.
  init() {}

  /// O(contexts).
  init(_ snapshot: Snapshot) {
    for level in Level.allCases {
      var builders: [EventNumber: BitmapBuilder] = [:]
      var every = BitmapBuilder()
      for context in snapshot.contexts.level(level) where context.vcpu < snapshot.vcpus.count {
        guard let number = snapshot.runningEvent(of: context) else { continue }
        let vcpu = IndexRange(context.vcpu, context.vcpu)
        builders[number, default: BitmapBuilder()].append(vcpu)
        every.append(vcpu)
      }
      levels[level] = builders.mapValues { $0.finish() }
      all[level] = every.finish()
    }
  }

  /// The vCPUs that name some event at a level.
  subscript(level: Level) -> Bitmap { all[level] ?? Bitmap() }

  /// The vCPUs that name an event at a level.
  subscript(number: EventNumber, level: Level) -> Bitmap { levels[level]?[number] ?? Bitmap() }

  /// The vCPUs that name an event at some level.
  subscript(number: EventNumber) -> Bitmap {
    self[number, .normal].union(self[number, .critical])
  }

  /// The events that are named at a level, ascending.
  func numbers(_ level: Level) -> [EventNumber] { (levels[level] ?? [:]).keys.sorted() }
}
