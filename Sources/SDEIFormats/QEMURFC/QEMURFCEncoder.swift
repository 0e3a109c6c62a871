internal import SDEIModel
internal import SDEIWire

/// Writes the section.
struct QEMURFCEncoder {
  private let snapshot: Snapshot
  /// The event of each slot, nil where the state has none.
  private let slots: [Event?]

  /// Writes a state; `isForeign` where it comes from another dialect.
  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions,
    isForeign: Bool
  ) throws(EncodeError) -> [UInt8] {
    let framing = QEMURFCSection.headSize + QEMURFCSection.footerSize
    let fixed = UInt64(framing + QEMURFCLayout.vcpus)
    let size = fixed + UInt64(snapshot.vcpus.count) * UInt64(QEMURFCLayout.VCPU.size)
    guard size <= options.maxBytes else {
      throw .tooLarge(.qemuRFC, bytes: size, limit: options.maxBytes)
    }
    let encoder = QEMURFCEncoder(isForeign ? snapshot.routedToOwnPE() : snapshot)
    return encoder.write(size: Int(size))
  }

  private init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    var slots = [Event?](repeating: nil, count: QEMURFCLayout.slots)
    for event in snapshot.events {
      guard let slot = QEMURFCSlot.slot(of: event.number) else { continue }
      // Of two events that name one slot the platform's stays: its number is the lower one.
      if slots[slot] == nil { slots[slot] = event }
    }
    self.slots = slots
  }

  private func write(size: Int) -> [UInt8] {
    typealias Section = QEMURFCSection
    var writer = ByteWriter(size: size)
    writer.write(Section.full)
    writer.writeZeros(4)
    writer.write(UInt8(Section.name.count))
    writer.write(Section.name)
    writer.writeZeros(4)
    writer.writeBigEndian(Section.version, count: 4)
    for slot in 0..<QEMURFCLayout.slots { writeProperties(slot, &writer) }
    for slot in QEMURFCLayout.privateSlots..<QEMURFCLayout.slots {
      writeInstance(slot, 0, &writer)
    }
    for vcpu in 0..<snapshot.vcpus.count { writeVCPU(vcpu, &writer) }
    writer.write(Section.footer)
    writer.writeZeros(4)
    return writer.finish()
  }

  private func writeProperties(_ slot: Int, _ writer: inout ByteWriter) {
    let event = slots[slot]
    let definition = event?.definition
    let number = event?.number.rawValue ?? QEMURFCLayout.none
    let interrupt = definition?.interrupt.flatMap { UInt64($0) <= QEMURFCLayout.largest ? $0 : nil }
    // A bound number without an interrupt is a free slot's.
    let isFree = number & QEMURFCLayout.boundBit != 0 && interrupt == nil
    writer.writeBigEndian(slot == 0 ? 0 : isFree ? QEMURFCLayout.none : number, count: 4)
    writer.writeBigEndian(interrupt.map(UInt64.init) ?? QEMURFCLayout.none, count: 4)
    writer.write(UInt8(definition?.type == .shared ? 1 : 0))
    writer.write(UInt8(definition?.priority == .critical ? 1 : 0))
    let first = slot < QEMURFCLayout.privateSlots ? 0 : QEMURFCLayout.privateSlots
    writer.writeBigEndian(UInt64(slot - first), count: 4)
    let instances = slot < QEMURFCLayout.privateSlots ? snapshot.vcpus.count : 1
    let registered = event?.registered.below(instances).count ?? 0
    let told = event?.extras[.registrationCount].map { $0 &- 1 }
    writer.writeBigEndian(told ?? registered, count: 4)
  }

  private func writeInstance(_ slot: Int, _ index: UInt32, _ writer: inout ByteWriter) {
    guard let event = slots[slot] else {
      writer.writeZeros(QEMURFCLayout.Instance.event)
      writer.writeBigEndian(QEMURFCLayout.none, count: 4)
      return writer.writeZeros(8)
    }
    for mark in [
      event.enabled.contains(index), event.running.contains(index), event.pending[index] != 0,
      event.unregisterPending.contains(index),
    ] {
      writer.write(UInt8(mark ? 1 : 0))
    }
    writer.writeBigEndian(event.entry[index], count: 8)
    writer.writeBigEndian(event.argument[index], count: 8)
    writer.writeBigEndian(event.routeMode(index), count: 8)
    let isRegistered = event.registered.contains(index)
    writer.writeBigEndian(
      isRegistered ? event.number.rawValue : QEMURFCLayout.none,
      count: 4
    )
    writer.writeBigEndian(event.routeAffinity(index), count: 8)
  }

  private func writeVCPU(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    for slot in 0..<QEMURFCLayout.privateSlots { writeInstance(slot, vcpu, &writer) }
    let contexts = Level.allCases.map { snapshot.contexts[vcpu, $0] }
    for context in contexts {
      for register in 0..<18 {
        writer.writeBigEndian(context?.frame[word: register] ?? 0, count: 8)
      }
    }
    for context in contexts { writer.writeBigEndian(context?.frame.pc ?? 0, count: 8) }
    for context in contexts { writer.writeBigEndian(context?.frame.pstate ?? 0, count: 4) }
    for context in contexts.reversed() {
      let number = context?.event?.rawValue ?? QEMURFCLayout.none
      let isNumber = number <= QEMURFCLayout.largest
      writer.writeBigEndian(isNumber ? number : QEMURFCLayout.none, count: 4)
    }
    writer.write(UInt8(snapshot.vcpus.masked.contains(vcpu) ? 1 : 0))
  }
}
