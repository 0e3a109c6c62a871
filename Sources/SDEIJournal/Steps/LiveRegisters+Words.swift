internal import SDEIEngine
internal import SDEIModel

/// Registers as the 23 words that both forms write: X0 to X17, PC, PSTATE, ELR, SPSR, VBAR.
extension LiveRegisters {
  static let wordCount = RegisterFrame.wordCount + 3

  /// The registers behind PSTATE, which most steps do not have.
  static let systemNames = ["elr", "spsr", "vbar"]

  subscript(word word: Int) -> UInt64 {
    get {
      switch word {
      case RegisterFrame.wordCount: elr
      case RegisterFrame.wordCount + 1: spsr
      case RegisterFrame.wordCount + 2: vbar
      default: frame[word: word]
      }
    }
    set {
      switch word {
      case RegisterFrame.wordCount: elr = newValue
      case RegisterFrame.wordCount + 1: spsr = newValue
      case RegisterFrame.wordCount + 2: vbar = newValue
      default: frame[word: word] = newValue
      }
    }
  }
}
