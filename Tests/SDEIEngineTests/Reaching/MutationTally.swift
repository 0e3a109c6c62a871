import SDEIJournal
import SDEIModel
import SDEITestSupport

/// What became of the mutants of one kind.
struct MutationTally {
  let name: String
  private(set) var mutants = 0
  private(set) var caught = 0
  private(set) var reached = 0
  /// How many mutants break each rule.
  private(set) var rules: [String: Int] = [:]
  /// Survivors that are justified, by their class.
  private(set) var survivors: [String: Int] = [:]
  /// What nothing justifies.
  private(set) var problems: [String] = []

  init(_ name: String) { self.name = name }

  /// Counts a mutant.
  mutating func add(_ mutant: Snapshot, seed: UInt64) {
    mutants += 1
    let broken = StateOracle.broken(mutant, .error)
    for rule in broken { rules[rule, default: 0] += 1 }
    if !broken.isEmpty { return caught += 1 }
    switch Reached(mutant) {
    case .never where !isStorable(mutant):
      rules["decoder", default: 0] += 1
      caught += 1
    case .exactly: reached += 1
    case .elsewhere(let problem): problems.append("\(name), seed \(seed): \(problem)")
    case .never(let error):
      guard let found = SurvivorClass.all.first(where: { $0.holds(error) }) else {
        return problems.append("\(name), seed \(seed): \(error)")
      }
      survivors[found.name, default: 0] += 1
    }
  }

  /// Whether a file can hold a state, so that somebody may come with it.
  private func isStorable(_ state: Snapshot) -> Bool {
    guard let encoded = try? Codec.encode(state) else { return false }
    return (try? Codec.decode(encoded.bytes))?.snapshot == state
  }

  /// The row of the table.
  var row: String {
    let broken = rules.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let told =
      broken.map { "\($0.key) x\($0.value)" }
      + survivors.sorted { $0.key < $1.key }.map {
        "survives: \($0.key) x\($0.value)"
      }
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(width - text.count, 0))
    }
    let left = survivors.values.reduce(0, +) + problems.count
    return padded(name, 20) + padded("\(mutants)", 7) + padded("\(caught)", 8)
      + padded("\(reached)", 9) + padded("\(left)", 10) + told.joined(separator: ", ")
  }

  static let head = "kind                mutants caught  reached  survivors rules"
}
