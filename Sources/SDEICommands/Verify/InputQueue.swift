/// Looks at inputs with several workers, and gives the reports in the order of the inputs.
struct InputQueue: Sendable {
  let check: InputCheck
  /// How many workers look at inputs at once.
  let workers: Int

  /// How many reports may wait for an earlier one, for each worker: memory does not follow the
  /// number of inputs, and a large one holds up no more than that.
  private static let window = 16

  /// Looks at all inputs.
  func run(_ inputs: [InputList.Item], _ body: (InputReport) throws -> Void) async throws {
    let check = check
    try await withThrowingTaskGroup(of: (Int, InputReport).self) { group in
      var waiting: [Int: InputReport] = [:]
      var (next, turn, running) = (0, 0, 0)
      func start() {
        while running < workers, next < inputs.count, next - turn < workers * Self.window {
          let (position, input) = (next, inputs[next])
          group.addTask { (position, check.check(input)) }
          next += 1
          running += 1
        }
      }
      start()
      while let (position, report) = try await group.next() {
        running -= 1
        waiting[position] = report
        start()
        while let report = waiting.removeValue(forKey: turn) {
          turn += 1
          try body(report)
        }
        start()
      }
    }
  }
}
