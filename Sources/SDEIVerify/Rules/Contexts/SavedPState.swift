internal import SDEIModel

/// What SPSR_EL1 and SPSR_EL2 can hold (Arm DDI 0487, C5.2).
extension PState {
  /// The bits of the mode, M[4:0].
  var modeBits: UInt64 { rawValue & 0x1F }

  /// The mode as findings write it: `0b01001 (EL2h)`.
  static func text(mode bits: UInt64) -> String {
    let digits = String(bits, radix: 2)
    let padded = String(repeating: "0", count: 5 - digits.count) + digits
    return "M is 0b\(padded) (\(PState(rawValue: bits).mode ?? "reserved"))"
  }

  /// The bits that are 0 in every version of the architecture.
  var reservedBits: UInt64 {
    // AArch64: 63:37, 27:26, 19:14 and 5. AArch32: 63:34 and 32.
    rawValue & (isAArch32 ? 0xFFFF_FFFD_0000_0000 : 0xFFFF_FFE0_0C0F_C020)
  }

  /// Whether the mode is one of EL3, or of EL2 where the client is at EL1.
  func isAbove(clientEL: UInt8) -> Bool {
    switch mode {
    case "EL3t", "EL3h", "Mon": true
    case "EL2t", "EL2h", "Hyp": clientEL == 1
    default: false
    }
  }

  /// Whether a client that runs AArch64 at its level can be interrupted in the mode.
  func isPossible(clientEL: UInt8) -> Bool {
    switch mode {
    case "EL0t", "EL1t", "EL1h", "User": true
    case "EL2t", "EL2h", "FIQ", "IRQ", "SVC", "Abort", "Undef", "System": clientEL == 2
    default: false
    }
  }
}

extension CheckedState {
  /// The contexts whose registers are those of what a handler interrupted.
  var interrupted: some Sequence<Context> { contexts.lazy.filter { runs($0) } }

  /// Whether AArch32 was interrupted, in a mode that the client can run; in another one PSTATE is not
  /// to be believed, and tells nothing about PC.
  func ranAArch32(_ context: Context) -> Bool {
    let pstate = PState(rawValue: context.frame.pstate)
    return pstate.isAArch32 && pstate.isPossible(clientEL: instance.clientEL)
  }

  /// Whether the client's exception level is one that there is; else a rule of the instance says what is wrong.
  var knowsClient: Bool { (1...2).contains(instance.clientEL) }
}

extension CheckedState {
  /// The PC of a group's first vCPU.
  func pc(_ group: ContextPlaces.Group) -> String {
    group.value(contexts[group.first, group.level]?.frame.pc ?? 0)
  }

  /// The PSTATE of a group's first vCPU.
  func pstate(_ group: ContextPlaces.Group) -> String {
    group.value(contexts[group.first, group.level]?.frame.pstate ?? 0)
  }
}
