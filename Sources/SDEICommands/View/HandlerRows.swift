internal import SDEIFormats
internal import SDEIModel

/// One row of the event table: slots of an event that are in one state and have one entry and one
/// run of arguments.
struct HandlerRow {
  var state: String
  var slots: Bitmap
  var entry: Value
  var argument: Value

  /// A value that the slots share, or that grows from one to the next.
  struct Value: Equatable {
    var base: UInt64
    var stride: UInt64

    var text: String {
      if stride == 0 { return ViewText.address(base) }
      let falls = stride >> 63 == 1
      return ViewText.address(base) + (falls ? " - " : " + ")
        + ViewText.address(falls ? 0 &- stride : stride)
        + "*n"
    }
  }

  /// The states of an event's slots in words, each with its slots; unregistered ones are left out.
  static func states(
    _ event: Event,
    running: Bitmap,
    dialect: DialectID
  ) -> [(state: String, slots: Bitmap)] {
    let registered = event.registered
    let enabled = event.enabled
    let kept = dialect.keepsRegisteredWhilePending ? event.unregisterPending : Bitmap()
    let leaving = running.intersection(kept).union(running.subtracting(registered))
    let serving = running.subtracting(leaving)
    let resting = registered.subtracting(running)
    let values = event.entry.support.union(event.argument.support)
    let all: [(String, Bitmap)] = [
      ("enabled, running", serving.intersection(enabled)),
      ("registered, running", serving.subtracting(enabled)),
      ("unregister-pending, running", leaving),
      ("enabled", resting.intersection(enabled).subtracting(event.unregisterPending)),
      ("registered", resting.subtracting(enabled).subtracting(event.unregisterPending)),
      ("registered, stale unregister-pending", resting.intersection(event.unregisterPending)),
      ("enabled but not registered", enabled.subtracting(registered).subtracting(running)),
      (
        "stale unregister-pending",
        event.unregisterPending.subtracting(running).subtracting(registered).subtracting(enabled)
      ),
      (
        "unregistered, values left over",
        values.subtracting(registered).subtracting(running).subtracting(enabled)
          .subtracting(event.unregisterPending)
      ),
    ]
    return all.filter { !$0.1.isEmpty }
  }

  /// The rows of an event, at most `limit`; `left` gets the slots of those that are not given.
  static func rows(
    _ event: Event,
    running: Bitmap,
    dialect: DialectID,
    limit: Int,
    left: inout Bitmap
  ) -> [HandlerRow] {
    var rows: [HandlerRow] = []
    for (state, slots) in states(event, running: running, dialect: dialect) {
      for entry in parts(event.entry, of: slots) {
        guard rows.count < limit else {
          left.formUnion(entry.vcpus)
          continue
        }
        for argument in parts(event.argument, of: entry.vcpus) {
          guard rows.count < limit else {
            left.formUnion(argument.vcpus)
            continue
          }
          let first = argument.vcpus.ranges[0].first
          let start = entry.vcpus.ranges[0].first
          let base = entry.base &+ UInt64(first - start) &* entry.stride
          rows.append(
            HandlerRow(
              state: state,
              slots: argument.vcpus,
              entry: Value(base: base, stride: entry.stride),
              argument: Value(base: argument.base, stride: argument.stride)
            )
          )
        }
      }
    }
    return rows
  }

  /// A column's values in some slots: equal ones together, progressions by range, zeros as one.
  private static func parts(_ column: Column, of slots: Bitmap) -> [ColumnFold] {
    let zeros = slots.subtracting(column.support)
    return ColumnFold.folds(column.restricted(to: slots), zeros: zeros)
  }
}
