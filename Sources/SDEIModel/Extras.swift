/// A small map from extra fields to what they hold, ascending by field.
public struct FieldMap<Value: Hashable & Sendable>: Hashable, Sendable {
  /// One field and what it holds.
  public struct Item: Hashable, Sendable {
    /// The field.
    public let field: ExtraField
    /// What it holds.
    public var value: Value
  }

  /// The fields that hold something, ascending.
  public private(set) var items: [Item] = []

  /// Makes an empty map.
  public init() {}

  /// Whether no field holds anything.
  public var isEmpty: Bool { items.isEmpty }

  /// What a field holds, nil for nothing.
  public subscript(field: ExtraField) -> Value? {
    get { items.first { $0.field == field }?.value }
    set {
      let position = items.partitioningIndex { $0.field >= field }
      let isThere = position < items.count && items[position].field == field
      switch (isThere, newValue) {
      case (true, let value?): items[position].value = value
      case (true, nil): items.remove(at: position)
      case (false, let value?): items.insert(Item(field: field, value: value), at: position)
      case (false, nil): break
      }
    }
  }
}

/// The extras of a snapshot's dialect that belong to the VM or to a vCPU.
///
/// Extras that belong to an event are kept there. All extras are state: equality includes them,
/// and dropping them in a conversion is a loss.
public struct Extras: Hashable, Sendable {
  /// Values of the VM.
  public var values = FieldMap<UInt64>()
  /// Lists of events of the VM.
  public var lists = FieldMap<[EventNumber]>()
  /// Values by vCPU.
  public var vcpuValues = FieldMap<Column>()
  /// Lists of events by vCPU.
  public var vcpuLists = FieldMap<VCPULists>()

  /// Makes empty extras.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool {
    values.isEmpty && lists.isEmpty && vcpuValues.isEmpty && vcpuLists.isEmpty
  }
}
