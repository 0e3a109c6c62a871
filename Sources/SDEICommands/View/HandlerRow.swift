internal import SDEIModel

/// One row of the event table: slots of an event that are in one state and whose entries, and whose
/// arguments, follow one rule.
struct HandlerRow {
  var state: String
  var slots: Bitmap
  /// Whether the entry is an offset from VBAR.
  var isRelative: Bool
  var entry: Rule
  var argument: Rule

  var entryText: String { (isRelative ? "VBAR + " : "") + entry.text(for: slots) }
  var argumentText: String { argument.text(for: slots) }

  /// What the values of some slots have in common: origin + stride * slot, modulo 2^64.
  struct Rule: Hashable {
    var origin: UInt64
    var stride: UInt64

    /// The rule in words; for a single slot, its value.
    func text(for slots: Bitmap) -> String {
      if stride == 0 { return hex(origin) }
      if slots.count == 1, let slot = slots.max { return hex(origin &+ UInt64(slot) &* stride) }
      let falls = stride >> 63 == 1
      return hex(origin) + (falls ? " - " : " + ") + hex(falls ? 0 &- stride : stride) + "*vCPU"
    }
  }

  /// The states of an event's slots in words, each with its slots; what is unregistered and holds
  /// nothing is left out.
  static func states(
    _ event: Event,
    running: Bitmap,
    dialect: DialectID
  ) -> [(state: String, slots: Bitmap)] {
    let values = event.entry.support.union(event.argument.support)
    let all = [event.registered, event.enabled, running, event.unregisterPending]
      .reduce(values) { $0.union($1) }
    var result: [(String, Bitmap)] = []
    for isRunning in [true, false] {
      for isRegistered in [true, false] {
        for isEnabled in [true, false] {
          for isPending in [false, true] {
            var slots = all
            for (set, isIn) in [
              (running, isRunning), (event.registered, isRegistered), (event.enabled, isEnabled),
              (event.unregisterPending, isPending),
            ] { slots = isIn ? slots.intersection(set) : slots.subtracting(set) }
            if slots.isEmpty { continue }
            let bits = HandlerBits(
              isRegistered: isRegistered,
              isEnabled: isEnabled,
              isRunning: isRunning,
              isUnregisterPending: isPending
            )
            let words = dialect.words(for: bits, isKnown: event.definition != nil)
            result.append((words + (bits.isEmpty ? ", values left over" : ""), slots))
          }
        }
      }
    }
    return result
  }

  /// The rows of an event, at most `limit`, and the slots that none of them shows.
  static func rows(
    _ event: Event,
    running: Bitmap,
    dialect: DialectID,
    limit: Int
  ) -> (rows: [HandlerRow], left: Bitmap) {
    let states = states(event, running: running, dialect: dialect)
    var rows: [HandlerRow] = []
    for (state, slots) in states {
      for isRelative in [false, true] {
        let slots =
          isRelative ? slots.intersection(event.relative) : slots.subtracting(event.relative)
        for (entry, part) in parts(event.entry, of: slots) where rows.count < limit {
          for (argument, slots) in parts(event.argument, of: part) where rows.count < limit {
            rows.append(
              HandlerRow(
                state: state,
                slots: slots,
                isRelative: isRelative,
                entry: entry,
                argument: argument
              )
            )
          }
        }
      }
    }
    let all = Bitmap(states.flatMap(\.slots.ranges))
    return (rows, all.subtracting(Bitmap(rows.flatMap(\.slots.ranges))))
  }

  /// The rules that a column's values follow in some slots: the one with the most slots first,
  /// among equals the lowest slot.
  private static func parts(_ column: Column, of slots: Bitmap) -> [(rule: Rule, slots: Bitmap)] {
    var ranges: [Rule: [IndexRange]] = [:]
    column.forEachRun(in: slots) { run, range in
      if case .affine(let base, let stride) = run.values {
        let origin = base &- UInt64(run.range.first) &* stride
        ranges[Rule(origin: origin, stride: stride), default: []].append(range)
        return
      }
      for slot in range.first...range.last {
        let rule = Rule(origin: column.value(of: run, at: slot), stride: 0)
        ranges[rule, default: []].append(IndexRange(slot, slot))
      }
    }
    let zeros = slots.subtracting(column.support)
    if !zeros.isEmpty { ranges[Rule(origin: 0, stride: 0), default: []] += zeros.ranges }
    return ranges.map { ($0, Bitmap($1)) }
      .map { (part: $0, count: $0.1.count, first: $0.1.ranges[0].first) }
      .sorted { ($1.count, $0.first) < ($0.count, $1.first) }
      .map { ($0.part.0, $0.part.1) }
  }
}
