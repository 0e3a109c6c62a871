import SDEIFormats
import SDEIModel

/// What an account of losses must say of two states that differ.
package enum LossAccounts {
  /// The places that an account names.
  package struct Named {
    /// The places, as losses or as said otherwise.
    package let paths: Set<String>
    private let reexpressed: Set<String>

    /// The places that an account of writing a state in a format names.
    package init(_ findings: [Finding], of source: Snapshot, _ format: any StateFormat.Type) {
      paths = Set(findings.map(\.path))
      let step = Reexpression(source, in: format.traits.dialect ?? source.instance.dialect)
      reexpressed = Set(source.differences(from: step.expressed).map(\.path))
        .union(step.clamped.map { ModelPath.event($0, "pending") })
    }

    /// Whether every difference is named, and nothing else: but what would be said in other bits and is
    /// lost then, and what is lost with the event that it belongs to.
    package func explains(_ differences: [String]) -> Bool {
      let differing = Set(differences)
      guard differing.isSubset(of: paths) else { return false }
      return paths.subtracting(differing).allSatisfy { path in
        reexpressed.contains(path) || differing.contains { path.hasPrefix($0 + ".") }
      }
    }
  }
}
