internal import SDEIModel

/// A change with its number in the patch, for what is to be said of it.
struct NumberedChange {
  var number: Int
  var change: Change

  func error(
    _ code: PatchError.Code,
    at place: String? = nil,
    found: String,
    expected: String
  ) -> PatchError {
    PatchError(
      code,
      index: number,
      part: "changes[\(number)]",
      place: place ?? change.path,
      found: found,
      expected: expected
    )
  }

  /// The snapshot holds something else than what the change says was there; nil where the place is none.
  func stale(_ found: ChangeValue?, _ expected: ChangeValue? = nil, at vcpu: UInt32? = nil)
    -> PatchError
  {
    guard let found else {
      return error(.place, found: "no such event", expected: "an event of which something changes")
    }
    var one = change
    one.vcpus = vcpu.map { Bitmap(IndexRange($0, $0)) } ?? change.vcpus
    (one.before, one.after) = DiffText.differing(found, expected ?? change.before)
    let (mine, other) = DiffText.told(one.before, beside: one.after)
    return error(.stale, at: one.path, found: mine, expected: other)
  }

  /// The change has a value of another kind than the place, or one for which it has no room.
  func unfit() -> PatchError {
    error(
      .unfit,
      found: "a value that can not stand there",
      expected: "values of the place's own kind and range"
    )
  }
}

/// The ranges of vCPUs of all changes of one place, ascending.
struct ChangePieces {
  struct Piece {
    var range: IndexRange
    /// The position of its change among those of the place.
    var position: Int
  }

  private let changes: [NumberedChange]
  private(set) var pieces: [Piece] = []

  /// Sorts the ranges; O(n log n).
  ///
  /// - Throws: `PatchError` at the first vCPU that is in two of them.
  init(_ changes: [NumberedChange]) throws(PatchError) {
    self.changes = changes
    for (position, numbered) in changes.enumerated() {
      for range in numbered.change.vcpus.ranges {
        pieces.append(Piece(range: range, position: position))
      }
    }
    pieces.sort { ($0.range.first, $0.position) < ($1.range.first, $1.position) }
    var end: UInt64 = 0
    for piece in pieces {
      guard UInt64(piece.range.first) >= end else {
        throw changes[piece.position].error(
          .unfit,
          found: "vCPU \(piece.range.first) again",
          expected: "each vCPU of a place in one change"
        )
      }
      end = UInt64(piece.range.last) + 1
    }
  }

  /// The vCPUs of all changes.
  var vcpus: Bitmap { Bitmap(pieces.map(\.range)) }

  /// The change of a vCPU that is in one; O(log n).
  func change(of vcpu: UInt32) -> NumberedChange {
    let piece = pieces.partitioningIndex { $0.range.last >= vcpu }
    return changes[pieces[min(piece, pieces.count - 1)].position]
  }
}
