extension ExtraField {
  /// What a field holds: what a redaction has to do with it.
  public enum Content: CaseIterable, Sendable {
    /// A pointer of the host's kernel.
    case pointer
    /// A register's value as software wrote it.
    case register
    /// An affinity as software gave it.
    case affinity
    /// Bytes that nobody defines: what was in memory before may have leaked into them.
    case leftover
    /// A count, a byte, a flag or a list: nothing that tells where anything lies.
    case number
  }

  /// What the field holds.
  public var content: Content {
    switch self {
    case .notifier, .slotNotifier: .pointer
    case .peState: .register
    case .slotRouteAffinity: .affinity
    case .exposedPadding, .registeredPadding, .registeredHole, .vcpuPadding, .queuePadding,
      .slotPadding, .contextTail0, .contextTail1, .contextTail2, .contextTail3, .contextTail4,
      .contextTail5, .contextTail6, .contextTail7, .contextTail8, .contextTail9, .contextTail10,
      .contextTail11:
      .leftover
    case .surplusExposed, .surplusRegistered, .surplusQueued, .exposedOrder, .registeredOrder,
      .queueOrder, .instanceOrder, .signaled, .masked, .mpidrFlags, .refcount, .registrationCount,
      .stateBits, .slotRouteMode:
      .number
    }
  }
}
