public import SDEIModel

/// The registers of a running vCPU that entering and leaving a handler reads or changes
/// (DEN0054C 5.2.1, 5.2.2).
///
/// They belong to the caller: a VMM has them in its vCPU. All other registers stay as they are.
public struct LiveRegisters: Hashable, Sendable {
  /// X0 to X17, PC and PSTATE.
  public var frame: RegisterFrame
  /// ELR_EL_C, which `SDEI_EVENT_COMPLETE_AND_RESUME` writes.
  public var elr: UInt64
  /// SPSR_EL_C, which `SDEI_EVENT_COMPLETE_AND_RESUME` writes.
  public var spsr: UInt64
  /// VBAR_EL_C, to which the entry point of a relative registration is added.
  public var vbar: UInt64

  /// Makes registers; by default all are 0.
  public init(frame: RegisterFrame = .zero, elr: UInt64 = 0, spsr: UInt64 = 0, vbar: UInt64 = 0) {
    self.frame = frame
    (self.elr, self.spsr, self.vbar) = (elr, spsr, vbar)
  }
}
