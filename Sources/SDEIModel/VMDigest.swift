/// The digest of a VM part that ties vCPU parts to it: 64-bit FNV-1a over the number of vCPUs and
/// the event definitions (schemas/sdei-snapshot.md, section 6).
///
/// It finds parts that do not belong together; it is no protection against forgery.
public struct VMDigest: RawRepresentable, Hashable, Sendable {
  /// The digest.
  public var rawValue: UInt64

  /// Makes a digest from its value.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Digests the definitions and the vCPU count of a snapshot or VM part; O(events).
  public init(of snapshot: Snapshot) {
    var hash = FNV1a()
    hash.feed(UInt64(snapshot.vcpus.count), bytes: 4)
    hash.feed(UInt64(snapshot.events.count), bytes: 4)
    for event in snapshot.events {
      hash.feed(event.number.rawValue, bytes: 8)
      hash.feed(UInt64(event.definitionFlags), bytes: 1)
      hash.feed(UInt64(event.definition?.type.rawValue ?? 0), bytes: 1)
      hash.feed(UInt64(event.definition?.priority.rawValue ?? 0), bytes: 1)
      hash.feed(UInt64(event.definition?.interrupt ?? 0), bytes: 4)
      let notifier = (event.definition?.notifier ?? "").utf8
      hash.feed(UInt64(notifier.count), bytes: 4)
      for byte in notifier { hash.feed(UInt64(byte), bytes: 1) }
    }
    rawValue = hash.value
  }
}

extension Event {
  /// What is known of the definition, as one byte: bit 0 known, 1 signalable, 2 level-triggered,
  /// 3 has an interrupt, 4 has a notifier, 5 and 6 the origin.
  package var definitionFlags: UInt8 {
    guard let definition else { return 0 }
    return 1
      | (definition.isSignalable ? 2 : 0)
      | (definition.trigger == .level ? 4 : 0)
      | (definition.interrupt != nil ? 8 : 0)
      | (definition.notifier != nil ? 16 : 0)
      | definition.origin.code << 5
  }
}
