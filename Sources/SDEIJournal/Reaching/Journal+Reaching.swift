public import SDEIEngine
public import SDEIModel

extension Journal {
  /// Makes a journal that brings the engine from reset exactly to a state in the specification's
  /// terms.
  ///
  /// It starts from what no call changes: the instance, the definitions of events, the vCPUs and
  /// their affinities; all vCPUs are masked and on. Everything else is brought about by calls, power
  /// transitions, firing sources, and handlers that are entered with the registers as saved. Each
  /// step has its outcome, so a replay compares it.
  ///
  /// O(vCPUs + slots), and as many steps; an engine and as much again for the steps must fit into
  /// `maxMemory` bytes each.
  ///
  /// - Throws: `Unreachable` with the place that the engine can not come to.
  public init(
    reaching state: Snapshot,
    producer: String = "",
    maxMemory: UInt64 = Dispatcher.defaultMemory
  ) throws(Unreachable) {
    var course = try ReachingCourse(to: state, maxMemory: maxMemory)
    try course.run()
    let header = JournalHeader(start: .snapshot(course.start), producer: producer)
    self.init(header: header, steps: course.steps)
  }
}
