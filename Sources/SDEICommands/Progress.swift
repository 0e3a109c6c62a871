internal import SDEIWire

/// A line on a terminal that says how far a long job has come.
struct Progress {
  private let total: Int
  private let noun: String
  private let isShown: Bool
  private var done = 0
  private var isDrawn = false

  /// Nothing is shown where standard error is no terminal, or there are fewer than `least`.
  init(total: Int, least: Int, _ noun: String) {
    (self.total, self.noun) = (total, noun)
    isShown = total >= least && OutputFile.isTerminal(Console.messages)
  }

  /// One more is done.
  mutating func advance() {
    done += 1
    // About a hundred steps: a terminal that is far away must not slow the job down.
    guard isShown, done % max(1, total / 100) == 0, done < total else { return }
    write(
      "\r\u{1B}[K\(ViewText.grouped(UInt64(done))) of \(ViewText.grouped(UInt64(total))) \(noun)"
    )
    isDrawn = true
  }

  /// Takes the line away, so that something else can be printed.
  mutating func clear() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }

  private func write(_ text: String) {
    try? OutputFile.write(Array(text.utf8), to: Console.messages, "standard error")
  }
}
