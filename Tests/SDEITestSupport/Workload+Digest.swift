import SDEIModel

extension Workload {
  /// The digest of a snapshot's natural in-memory bytes, array by array.
  package static func digest(of snapshot: Snapshot) -> UInt32 {
    var crc = CRC32C()
    let vcpus = Int(snapshot.vcpus.count)
    let registered = KVMLists.registered(snapshot).compactMap { snapshot.events[$0] }
    let usual = KVMLists.usualQueues(snapshot)
    let lists = snapshot.extras.vcpuLists[.queueOrder]
    let queues = (0..<UInt32(vcpus)).map { lists?[$0] ?? usual[$0] ?? [] }
    let counts = [
      vcpus, snapshot.events.count, registered.count, queues.reduce(0) { $0 + $1.count },
    ]
    for count in counts { crc.feed(UInt32(count)) }
    for event in snapshot.events {
      crc.feed(UInt32(truncatingIfNeeded: event.number.rawValue))
      crc.feed(byte: event.definition?.type.rawValue ?? 0)
      crc.feed(byte: event.definition?.isSignalable == true ? 1 : 0)
      crc.feed(byte: event.definition?.priority.rawValue ?? 0)
      crc.feed(byte: 0)
      crc.feed(event.extras[.notifier] ?? 0)
    }
    for event in registered {
      crc.feed(UInt32(truncatingIfNeeded: event.number.rawValue))
      crc.feed(UInt32(event.routing.mode.rawValue))
      crc.feed(event.routing.affinity.rawValue)
    }
    for column in registered.map(\.entry) + registered.map(\.argument) {
      var next: UInt32 = 0
      column.forEachValue { index, value in
        while next < index {
          crc.feed(UInt64(0))
          next += 1
        }
        crc.feed(value)
        next += 1
      }
      for _ in Int(next)..<vcpus { crc.feed(UInt64(0)) }
    }
    let wordCount = (vcpus + 63) / 64
    for bitmap in registered.map(\.registered) + registered.map(\.enabled)
      + registered.map(\.unregisterPending)
    {
      let words = bitmap.words
      for word in 0..<wordCount { crc.feed(word < words.count ? words[word] : 0) }
    }
    feedVCPUs(snapshot, queues, &crc)
    return crc.value
  }

  private static func feedVCPUs(
    _ snapshot: Snapshot,
    _ queues: [[EventNumber]],
    _ crc: inout CRC32C
  ) {
    let none: UInt32 = 0xFFFF_FFFF
    for vcpu in 0..<snapshot.vcpus.count {
      crc.feed(UInt32(snapshot.vcpus.masked.contains(vcpu) ? 1 : 0))
      for level in [Level.critical, .normal] {
        let event = snapshot.contexts[vcpu, level]?.event
        crc.feed(event.map { UInt32(truncatingIfNeeded: $0.rawValue) } ?? none)
      }
    }
    for vcpu in 0..<snapshot.vcpus.count {
      for level in [Level.critical, .normal] {
        let frame = snapshot.contexts[vcpu, level]?.frame ?? .zero
        for word in 0..<RegisterFrame.wordCount { crc.feed(frame[word: word]) }
      }
    }
    var offset: UInt32 = 0
    crc.feed(offset)
    for queue in queues {
      offset += UInt32(queue.count)
      crc.feed(offset)
    }
    for (vcpu, queue) in queues.enumerated() {
      for number in queue {
        crc.feed(UInt32(truncatingIfNeeded: number.rawValue))
        crc.feed(UInt32(truncatingIfNeeded: snapshot.events[number]?.pending[UInt32(vcpu)] ?? 0))
      }
    }
  }
}
