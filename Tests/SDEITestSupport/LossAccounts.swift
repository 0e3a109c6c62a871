import SDEIModel

/// What an account of losses must say of two states that differ.
package enum LossAccounts {
  /// The places that an account names.
  package struct Named {
    /// The places, as losses or as said otherwise.
    package let paths: Set<String>
    private let reexpressed: Set<String>

    /// The places that findings name.
    package init(_ findings: [Finding]) {
      paths = Set(findings.map(\.path))
      reexpressed = Set(findings.filter { $0.id == "SDEI-C013" }.map(\.path))
    }

    /// Whether every difference is named, and nothing else: but what is said in other bits and then
    /// lost, and what is lost with the event that it belongs to.
    package func explains(_ differences: [String]) -> Bool {
      let differing = Set(differences)
      guard differing.isSubset(of: paths) else { return false }
      return paths.subtracting(differing).allSatisfy { path in
        reexpressed.contains(path) || differing.contains { path.hasPrefix($0 + ".") }
      }
    }
  }
}
