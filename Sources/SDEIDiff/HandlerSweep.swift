internal import SDEIModel

/// The stored bits of a handler in two states, and whether it runs.
struct HandlerPair: Hashable {
  enum Side { case before, after }

  /// Bits 0 to 3: registered, enabled, the running mark and unregister-pending before; bit 4: it runs;
  /// bits 5 to 9: the same after.
  var bits: UInt16 = 0

  /// The fields that the first four bits are.
  static let fields: [SlotField] = [.registered, .enabled, .running, .unregisterPending]

  var before: HandlerBits { handlerBits(shift: 0) }
  var after: HandlerBits { handlerBits(shift: 5) }

  /// Whether a stored bit differs.
  var isChanged: Bool { (bits ^ bits >> 5) & 0xF != 0 }

  /// The stored bits that differ, with what they were.
  var changedFields: [(field: SlotField, was: Bool)] {
    Self.fields.enumerated().compactMap { bit, field in
      let was = bits >> UInt16(bit) & 1
      return was == bits >> UInt16(bit + 5) & 1 ? nil : (field, was == 1)
    }
  }

  /// The names of the stored bits that are set.
  func words(_ side: Side) -> String {
    let shift: UInt16 = side == .before ? 0 : 5
    let names = Self.fields.enumerated().compactMap { bit, field in
      bits >> (UInt16(bit) + shift) & 1 == 1 ? field.rawValue : nil
    }
    return names.isEmpty ? "no bits" : names.joined(separator: ", ")
  }

  private func handlerBits(shift: UInt16) -> HandlerBits {
    let bits = bits >> shift
    return HandlerBits(
      isRegistered: bits & 1 != 0,
      isEnabled: bits & 2 != 0,
      isRunning: bits & 0b10100 != 0,
      isUnregisterPending: bits & 8 != 0
    )
  }
}

/// The slots of an event, folded by what is stored of their handlers in two states; O(n log n) in the
/// ranges of all bitmaps.
struct HandlerSweep {
  /// The folds, ascending by the lowest slot.
  let folds: [(key: HandlerPair, vcpus: Bitmap)]

  /// Folds the slots in which a stored bit differs, or all that have one.
  init(
    _ before: Event,
    _ runningBefore: Bitmap,
    _ after: Event,
    _ runningAfter: Bitmap,
    all: Bool
  ) {
    func sets(_ event: Event, _ running: Bitmap) -> [Bitmap] {
      [event.registered, event.enabled, event.running, event.unregisterPending, running]
    }
    let (mine, other) = (sets(before, runningBefore), sets(after, runningAfter))
    var edges: [(place: UInt64, bit: UInt16)] = []
    if all || mine.dropLast() != other.dropLast() {
      for (bit, set) in (mine + other).enumerated() {
        set.forEachRange { range in
          edges.append((UInt64(range.first), 1 << UInt16(bit)))
          edges.append((UInt64(range.last) + 1, 1 << UInt16(bit)))
        }
      }
    }
    edges.sort { $0.place < $1.place }
    var folded = Folded<HandlerPair>()
    var (pair, start) = (HandlerPair(), UInt64(0))
    for edge in edges {
      if edge.place > start, all ? pair.bits != 0 : pair.isChanged {
        folded.append(IndexRange(UInt32(start), UInt32(edge.place - 1)), pair)
      }
      pair.bits ^= edge.bit
      start = edge.place
    }
    folds = folded.folds
  }
}
