internal import SDEIFormats

/// The version of the tool, and of everything it reads and writes.
enum ToolVersion {
  static let number = "0.1.0"

  static var text: String {
    let formats = FormatRegistry.formats.map { format in
      let width = FormatID.allCases.map(\.name.count).max() ?? 0
      let name = format.id.name + String(repeating: " ", count: width - format.id.name.count)
      let verbs = format.traits.isWritten ? "reads and writes" : "reads           "
      return "  \(name)  \(verbs) version \(format.version)   (\(format.summary))"
    }
    return (["sdeictl \(number)"] + formats).joined(separator: "\n")
  }
}
