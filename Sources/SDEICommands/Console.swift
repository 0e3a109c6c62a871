internal import ArgumentParser
internal import SDEIFormats
internal import SDEIWire

/// The only place that prints: data to standard output, messages to standard error.
enum Console {
  static let output: Int32 = 1
  static let messages: Int32 = 2

  /// Writes data to standard output, in one piece.
  static func write(_ bytes: [UInt8]) throws {
    do throws(SystemError) {
      try OutputFile.write(bytes, to: output, "standard output")
    } catch {
      // A reader that has seen enough (head, a pager) is no failure of ours.
      if !error.isBrokenPipe { throw fail(error.description) }
    }
  }

  static func write(_ lines: [String]) throws {
    try write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Writes one message to standard error.
  static func message(_ text: String) {
    try? OutputFile.write(Array((printable(text) + "\n").utf8), to: messages, "standard error")
  }

  /// A text without control characters: names and texts of a hostile file must not drive a terminal.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
          let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
          return isControl && scalar != "\n"
            ? Array("\\u{\(String(scalar.value, radix: 16))}".unicodeScalars) : [scalar]
        }
      )
    )
  }

  /// Says why there is no answer, and gives the exit status for it.
  static func fail(_ text: String) -> ExitCode {
    message("sdeictl: " + text)
    return ExitStatus.unanswered
  }
}

/// The exit statuses, as `diff` and `grep` have them.
enum ExitStatus {
  /// Yes: valid, equal, done.
  static let yes = ExitCode(0)
  /// No: a finding of severity error, a loss that was not allowed.
  static let no = ExitCode(1)
  /// Could not answer: unreadable, undecodable, I/O.
  static let unanswered = ExitCode(2)
}
