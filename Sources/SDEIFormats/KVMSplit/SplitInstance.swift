internal import SDEIModel
internal import SDEIWire

/// One structure of a registered event: the handler in one slot.
struct SplitInstance {
  var number: EventNumber
  var slot: UInt32
  var state: UInt8
  var mode: UInt8
  var padding: UInt16
  var affinity: UInt64
  var entry: UInt64
  var argument: UInt64
  var notifier: UInt64
  /// Where it lies in the input.
  var offset: Int

  init(_ bytes: RawSpan, at offset: Int, slot: UInt32) {
    typealias Layout = KVMSplitLayout.Registered
    number = EventNumber(bytes.littleEndian(at: offset + Layout.num, count: 4))
    self.slot = slot
    state = bytes[offset + Layout.state]
    mode = bytes[offset + Layout.routeMode]
    padding = UInt16(bytes.littleEndian(at: offset + Layout.padding, count: 2))
    affinity = bytes.littleEndian(at: offset + Layout.routeAffinity, count: 8)
    entry = bytes.littleEndian(at: offset + Layout.entry, count: 8)
    argument = bytes.littleEndian(at: offset + Layout.argument, count: 8)
    notifier = bytes.littleEndian(at: offset + Layout.notifier, count: 8)
    self.offset = offset
  }
}

extension Event {
  /// Takes the event's instances, ascending by slot.
  ///
  /// A field in which all of them agree is the event's own; where they differ, the event's is 0 and
  /// the slots have the values.
  mutating func take(_ instances: ArraySlice<SplitInstance>) {
    typealias State = KVMSplitLayout.State
    func slots(with bit: UInt8) -> Bitmap {
      var builder = BitmapBuilder()
      for instance in instances where instance.state & bit != 0 {
        builder.append(IndexRange(instance.slot, instance.slot))
      }
      return builder.finish()
    }
    func column(_ value: (SplitInstance) -> UInt64) -> Column {
      var builder = ColumnBuilder()
      for instance in instances { builder.append(instance.slot, value(instance)) }
      return builder.finish()
    }
    registered = slots(with: State.registered)
    enabled = slots(with: State.enabled)
    unregisterPending = slots(with: State.unregisterPending)
    entry = column(\.entry)
    argument = column(\.argument)
    let bits = column { UInt64($0.state >> State.shift) }
    slotExtras[.stateBits] = bits.isEmpty ? nil : bits

    /// The one value of all instances, else 0, and then the slots' own.
    func fold(_ field: ExtraField, _ value: (SplitInstance) -> UInt64) -> UInt64 {
      let common = instances.first.map(value) ?? 0
      if instances.allSatisfy({ value($0) == common }) { return common }
      slotExtras[field] = column(value)
      return 0
    }
    routing = Routing(
      mode: RoutingMode(
        rawValue: UInt8(truncatingIfNeeded: fold(.slotRouteMode) { UInt64($0.mode) })
      ),
      affinity: Affinity(rawValue: fold(.slotRouteAffinity, \.affinity))
    )
    let notifier = fold(.slotNotifier, \.notifier)
    extras[.notifier] = notifier == 0 ? nil : notifier
    let padding = fold(.slotPadding) { UInt64($0.padding) }
    extras[.registeredPadding] = padding == 0 ? nil : padding
  }
}
