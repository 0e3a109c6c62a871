/// The events of a snapshot, ascending by number, each number once.
public struct EventTable: Hashable, Sendable {
  private var storage: [Event] = []

  /// Makes an empty table.
  public init() {}

  /// Makes a table from events in any order; of two with one number the last one stays.
  ///
  /// O(events) when they ascend, else O(n log n).
  public init(_ events: [Event]) {
    if zip(events, events.dropFirst()).allSatisfy({ $0.number < $1.number }) {
      storage = events
      return
    }
    for event in events.sorted(by: { $0.number < $1.number }) {
      if storage.last?.number == event.number { storage.removeLast() }
      storage.append(event)
    }
  }

  /// The event with a number, nil when there is none; O(log events), O(events) to set.
  ///
  /// Setting nil removes the event; an event put here must have the number it is put under.
  public subscript(number: EventNumber) -> Event? {
    get { rank(of: number).map { storage[$0] } }
    set {
      if let newValue {
        precondition(newValue.number == number, "an event is filed under its own number")
        insert(newValue)
      } else if let rank = rank(of: number) {
        storage.remove(at: rank)
      }
    }
  }

  /// Puts an event in the place of its number; O(1) behind all others, O(events) elsewhere.
  public mutating func insert(_ event: Event) {
    guard let last = storage.last, event.number <= last.number else { return storage.append(event) }
    let position = storage.partitioningIndex { $0.number >= event.number }
    if storage[position].number == event.number {
      storage[position] = event
    } else {
      storage.insert(event, at: position)
    }
  }

  /// The position of the event with a number, nil when there is none; O(log events).
  public func rank(of number: EventNumber) -> Int? {
    let position = storage.partitioningIndex { $0.number >= number }
    return position < storage.count && storage[position].number == number ? position : nil
  }

  /// Changes the event with a number in place, adding one without definition where there is none.
  public mutating func update(_ number: EventNumber, _ body: (inout Event) -> Void) {
    if rank(of: number) == nil { insert(Event(number)) }
    guard let rank = rank(of: number) else { return }
    body(&storage[rank])
  }

  /// Changes every event in place.
  public mutating func updateAll(_ body: (inout Event) -> Void) {
    for rank in storage.indices { body(&storage[rank]) }
  }
}

extension EventTable: RandomAccessCollection {
  /// The position of the first event.
  public var startIndex: Int { 0 }
  /// The position behind the last event.
  public var endIndex: Int { storage.count }
  /// The event at a position.
  public subscript(position: Int) -> Event { storage[position] }
}
