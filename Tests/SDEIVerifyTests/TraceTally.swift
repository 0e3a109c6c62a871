import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

/// How many dumps break a rule, and in how many places, by family and rule.
struct TraceTally {
  struct Row: Hashable, Comparable, CustomStringConvertible {
    let family: String
    /// A rule's identifier, without the letter of a case.
    let rule: String

    var description: String { "\(family) \(rule)" }

    static func < (lhs: Row, rhs: Row) -> Bool {
      (lhs.family, lhs.rule) < (rhs.family, rhs.rule)
    }
  }

  struct Count: Hashable, CustomStringConvertible {
    var dumps = 0
    var places = 0
    var description: String { "\(dumps) \(places)" }
  }

  private(set) var rows: [Row: Count] = [:]
  private var dumps: [String: Int] = [:]

  /// What the verifier finds in the dumps in a directory.
  ///
  /// Dumps of KVM v4 are looked at twice: as they are, and with the definitions that its VMM knew.
  init(of directory: String) throws {
    let path = directory.hasPrefix("/") ? directory : Repository.path(directory)
    for dump in try KVMTrace.dumps(.kvmV4, in: path + "/kvm-v4") {
      add("kvm-v4", try Codec.decode(dump.bareTranscript))
      add("kvm-v4+events", try Codec.decode(dump.transcript))
    }
    for family in [TraceFamily.kvmV5, .kvmV7] {
      for dump in try KVMTrace.dumps(family, in: path + "/\(family)") {
        add(family.rawValue, try Codec.decode(dump.transcript))
      }
    }
    for dump in try TFADump.all(in: path + "/tf-a") {
      add("tf-a", Document(format: .sdei, snapshot: dump.snapshot))
    }
    for (family, count) in dumps { rows[Row(family: family, rule: "dumps")] = Count(dumps: count) }
  }

  private mutating func add(_ family: String, _ document: Document) {
    dumps[family, default: 0] += 1
    let findings = Verifier.findings(document, isAtRest: true)
    #expect(findings.listed.count == findings.count)
    var places: [String: Set<String>] = [:]
    for finding in findings.listed {
      places[Self.rule(finding.id), default: []].formUnion(Self.places(finding.path))
    }
    for (rule, found) in places {
      rows[Row(family: family, rule: rule), default: Count()].dumps += 1
      rows[Row(family: family, rule: rule), default: Count()].places += found.count
    }
  }

  /// An identifier without the letter of a case: `SDEI-V036b` is a case of `SDEI-V036`.
  private static func rule(_ id: String) -> String {
    String(id.prefix { !$0.isLowercase })
  }

  /// The places that a path names: an event, each level of each vCPU, each vCPU, or the instance.
  static func places(_ path: String) -> Set<String> {
    let parts = path.split(separator: "]", maxSplits: 1).map(String.init)
    guard parts.count == 2, let bracket = parts[0].firstIndex(of: "[") else { return ["instance"] }
    let (kind, keys) = (parts[0][..<bracket], parts[0][bracket...].dropFirst())
    if kind == "events" { return [String(keys)] }
    let level = kind == "contexts" ? parts[1].split(separator: ".").first ?? "" : ""
    return Set(
      keys.split(separator: ",").flatMap { range -> [String] in
        let ends = range.split(separator: "-").compactMap { UInt32($0) }
        guard let first = ends.first, let last = ends.last, first <= last else { return [] }
        return (first...last).map { "\($0) \(level)" }
      }
    )
  }

  /// The rows of the script's table.
  static func rows(_ table: String) -> [Row: Count] {
    var rows: [Row: Count] = [:]
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      rows[Row(family: words[0], rule: words[1])] = Count(
        dumps: Int(words[2]) ?? -1,
        places: words.count > 3 ? Int(words[3]) ?? -1 : 0
      )
    }
    return rows
  }

  /// Compares the rules of states and the defects that the catalogue has, and the leaks that the
  /// table has: which bytes may leak is a matter of forms, of which the script knows nothing.
  func compare(with expected: [Row: Count]) {
    let rules = Catalogue.rules.filter { $0.kind == .state || $0.kind == .defect }
    var known = Set(rules.map { Self.rule($0.id) } + ["dumps"])
    known.formUnion(expected.keys.map(\.rule).filter { $0.hasPrefix("SDEI-L") })
    let compared = Set(rows.keys).union(expected.keys).filter { known.contains($0.rule) }
    #expect(compared.count > dumps.count)
    for row in compared.sorted() {
      let (found, wanted) = (rows[row] ?? Count(), expected[row] ?? Count())
      #expect(found == wanted, "\(row): found \(found), the script \(wanted)")
    }
  }
}
