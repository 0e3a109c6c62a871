internal import SDEIFormats

/// The version of the tool, and of everything it reads and writes.
enum ToolVersion {
  static let number = "0.1.0"

  static var text: String {
    let formats = FormatRegistry.formats.map { format in
      let name = format.id.name + String(repeating: " ", count: 8 - format.id.name.count)
      return "  \(name) reads and writes version \(format.version)   (\(format.summary))"
    }
    return (["sdeictl \(number)"] + formats).joined(separator: "\n")
  }
}
