import SDEIEngine
import SDEIJournal
import SDEIModel

/// What came of the attempt to reach a state.
enum Reached: Equatable {
  /// A journal leads there; it has so many steps.
  case exactly(steps: Int)
  /// The engine never comes to it.
  case never(Unreachable)
  /// A journal was made, and does not lead there: a defect.
  case elsewhere(String)

  /// Makes a journal and replays it.
  init(_ state: Snapshot, maxMemory: UInt64 = Dispatcher.defaultMemory) {
    do {
      let journal = try Journal(reaching: state, maxMemory: maxMemory)
      var replayer = try Replayer(journal)
      try replayer.run()
      let end = replayer.dispatcher.snapshot()
      let differences = state.differences(from: end).map(\.path)
      if replayer.end != nil || !replayer.isDone {
        self = .elsewhere("the replay stops at step \(replayer.position + 1)")
      } else if end == state {
        self = .exactly(steps: journal.steps.count)
      } else {
        self = .elsewhere("the replay ends in another state: \(differences)")
      }
    } catch let error as Unreachable {
      self = .never(error)
    } catch {
      self = .elsewhere("\(error)")
    }
  }

  /// What is wrong, nil where the state is reached.
  var problem: String? {
    switch self {
    case .exactly: nil
    case .never(let error): "\(error)"
    case .elsewhere(let text): text
    }
  }
}
