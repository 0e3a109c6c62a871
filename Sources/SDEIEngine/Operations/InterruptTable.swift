/// What the caller states about client interrupts: who owns them, and whether they are active.
///
/// DEN0054C needs it for `SDEI_INTERRUPT_BIND` (5.1.14), TF-A also for REGISTER and RELEASE. It is
/// the interrupt controller's state and so no part of a snapshot: whoever restarts an engine states
/// it again. An interrupt of which nothing is said belongs to the client and is inactive.
public struct InterruptTable: Hashable, Sendable {
  /// Who an interrupt belongs to.
  public enum Owner: String, CaseIterable, Hashable, Sendable {
    /// The client: Non-secure Group 1.
    case client
    /// The dispatcher, or another world; the client can not have it bound.
    case dispatcher
  }

  private struct Key: Hashable {
    let interrupt: UInt32
    /// 0 for an interrupt that all PEs share.
    let vcpu: UInt32
  }

  private var foreign: Set<Key> = []
  private var active: Set<Key> = []

  /// Makes a table in which every interrupt is the client's and inactive.
  public init() {}

  /// Whether an interrupt is private to each PE: SGIs and PPIs (GIC architecture, INTIDs 0 to 31,
  /// and the extended PPIs 1056 to 1119).
  public static func isPrivate(_ interrupt: UInt32) -> Bool {
    interrupt < 32 || (1056...1119).contains(interrupt)
  }

  private func key(_ interrupt: UInt32, _ vcpu: UInt32) -> Key {
    Key(interrupt: interrupt, vcpu: Self.isPrivate(interrupt) ? vcpu : 0)
  }

  /// Who owns an interrupt, as a vCPU sees it.
  public func owner(of interrupt: UInt32, on vcpu: UInt32) -> Owner {
    foreign.contains(key(interrupt, vcpu)) ? .dispatcher : .client
  }

  /// Whether an interrupt is active, as a vCPU sees it.
  public func isActive(_ interrupt: UInt32, on vcpu: UInt32) -> Bool {
    active.contains(key(interrupt, vcpu))
  }

  /// States who owns an interrupt; for one that all PEs share the vCPU does not matter.
  public mutating func setOwner(_ owner: Owner, of interrupt: UInt32, on vcpu: UInt32) {
    if owner == .client {
      foreign.remove(key(interrupt, vcpu))
    } else {
      foreign.insert(key(interrupt, vcpu))
    }
  }

  /// States whether an interrupt is active; for one that all PEs share the vCPU does not matter.
  public mutating func setActive(_ isActive: Bool, _ interrupt: UInt32, on vcpu: UInt32) {
    if isActive {
      active.insert(key(interrupt, vcpu))
    } else {
      active.remove(key(interrupt, vcpu))
    }
  }
}
