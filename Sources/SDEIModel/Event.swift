/// One event: what it is, where it goes, and its handlers, column by column.
///
/// Every event has a slot per vCPU; a shared event lives in slot 0, and other slots are legal but
/// not canonical. Bits are stored as the ABI had them; what they mean is the dialect's matter:
/// KVM v5, for one, keeps `registered` set while an unregistration is pending.
public struct Event: Hashable, Sendable {
  /// The number by which everything else names the event.
  public let number: EventNumber
  /// What the event is; nil where the source of the state does not tell.
  public var definition: EventDefinition?
  /// Where it goes.
  public var routing = Routing()
  /// The slots with a registered handler.
  public var registered = Bitmap()
  /// The slots whose handler is enabled.
  public var enabled = Bitmap()
  /// The slots whose handler is marked running, in ABIs that have such a mark (KVM v7).
  ///
  /// In KVM v4 and v5 the contexts tell what runs.
  public var running = Bitmap()
  /// The slots with an unregistration that waits for completion.
  public var unregisterPending = Bitmap()
  /// The slots whose entry point is an offset from VBAR_EL_C (relative mode).
  public var relative = Bitmap()
  /// The occurrences that wait, by slot, below 2^32 each.
  ///
  /// In KVM v4 and v5 the count includes the occurrence that is being handled.
  public var pending = Column()
  /// The entry point addresses, by slot.
  public var entry = Column()
  /// The arguments, by slot.
  public var argument = Column()
  /// The dialect's extras that belong to the event.
  public var extras = FieldMap<UInt64>()
  /// The dialect's extras that belong to a slot of the event.
  public var slotExtras = FieldMap<Column>()

  /// Makes an event without handlers.
  public init(_ number: EventNumber, definition: EventDefinition? = nil) {
    self.number = number
    self.definition = definition
  }

  /// Whether the event is known to be shared.
  public var isShared: Bool { definition?.type == .shared }

  /// Whether some bitmap or column of the handlers is not empty.
  public var hasHandlerState: Bool {
    Self.bitmaps.contains { !self[keyPath: $0.path].isEmpty }
      || Self.columns.contains { !self[keyPath: $0.path].isEmpty }
  }

  /// The handler bitmaps with their names, in the order of every format.
  public static var bitmaps: [(name: String, path: any WritableKeyPath<Event, Bitmap> & Sendable)] {
    [
      ("registered", \.registered), ("enabled", \.enabled), ("running", \.running),
      ("unregisterPending", \.unregisterPending), ("relative", \.relative),
    ]
  }

  /// The handler columns with their names, in the order of every format.
  public static var columns: [(name: String, path: any WritableKeyPath<Event, Column> & Sendable)] {
    [("pending", \.pending), ("entry", \.entry), ("argument", \.argument)]
  }
}
