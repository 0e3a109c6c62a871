import Foundation
import SDEITestSupport
import SDEIVerify

/// `schemas/rules.lock`: what each identifier means, for ever.
struct RuleLock {
  static let file = "schemas/rules.lock"

  static let head = """
    # What each identifier of sdeictl's findings means. An identifier never changes its meaning: a rule that
    # comes to mean something else takes a new one, and one that goes away is never used again. A test
    # compares; RECORD_GOLDEN=1 adds the lines of new identifiers and changes none that is here. Before
    # release 1.0 of the tool this file may be deleted by hand and recorded anew; from then on it only grows.
    """

  /// By identifier, its line.
  private(set) var lines: [String: String]

  /// Reads the file; without one nothing is locked.
  init() throws {
    let text = (try? Repository.text(Self.file)) ?? ""
    let found = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    lines = [:]
    for line in found {
      let id = String(line.prefix { $0 != " " })
      guard lines.updateValue(line, forKey: id) == nil else {
        throw NothingToTest(what: "order: \(id) twice")
      }
    }
  }

  /// What an identifier means: its kind, what it is about, and what is wrong.
  static func line(_ rule: Rule) -> String {
    let problem = rule.problem.split(separator: "\n").joined(separator: " ")
    return "\(rule.id) \(rule.kind.rawValue): \(rule.title): \(problem)"
  }

  /// The identifiers that are locked and are gone, or mean something else now.
  var broken: [String] {
    let now = Dictionary(uniqueKeysWithValues: Catalogue.rules.map { ($0.id, Self.line($0)) })
    return lines.filter { now[$0.key] != $0.value }.keys.sorted()
  }

  /// The rules that are not locked yet.
  var new: [Rule] { Catalogue.rules.filter { lines[$0.id] == nil } }

  /// Locks the new ones.
  mutating func add() throws {
    for rule in new { lines[rule.id] = Self.line(rule) }
    let text = ([Self.head] + lines.sorted { $0.key < $1.key }.map(\.value)).joined(separator: "\n")
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: Repository.path(Self.file)))
  }
}
