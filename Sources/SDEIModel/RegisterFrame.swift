/// The registers of an interrupted context that the dispatcher saves: X0 to X17, PC and PSTATE
/// (DEN0054C 5.2.1.2; KVM v5 `struct kvm_sdei_vcpu_regs_state`).
public struct RegisterFrame: Sendable {
  /// X0 to X17.
  public var x: [18 of UInt64]
  /// The interrupted PC.
  public var pc: UInt64
  /// The interrupted PSTATE, in SPSR format.
  public var pstate: UInt64

  /// The frame in which every register is 0.
  public static let zero = RegisterFrame()

  /// Makes a frame.
  public init(
    x: [18 of UInt64] = .init(repeating: 0),
    pc: UInt64 = 0,
    pstate: UInt64 = 0
  ) {
    self.x = x
    self.pc = pc
    self.pstate = pstate
  }

  /// The number of words: X0 to X17, PC, PSTATE.
  public static let wordCount = 20

  /// One word of the frame: 0 to 17 are X0 to X17, 18 is PC, 19 is PSTATE.
  public subscript(word word: Int) -> UInt64 {
    get {
      switch word {
      case 18: pc
      case 19: pstate
      default: x[word]
      }
    }
    set {
      switch word {
      case 18: pc = newValue
      case 19: pstate = newValue
      default: x[word] = newValue
      }
    }
  }

  /// Whether every register is 0.
  public var isZero: Bool { self == .zero }
}

extension RegisterFrame: Hashable {
  /// Compares all words.
  public static func == (lhs: RegisterFrame, rhs: RegisterFrame) -> Bool {
    for word in lhs.x.indices where lhs.x[word] != rhs.x[word] { return false }
    return lhs.pc == rhs.pc && lhs.pstate == rhs.pstate
  }

  /// Feeds all words.
  public func hash(into hasher: inout Hasher) {
    for word in x.indices { hasher.combine(x[word]) }
    hasher.combine(pc)
    hasher.combine(pstate)
  }
}
