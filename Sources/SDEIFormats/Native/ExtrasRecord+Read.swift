internal import SDEIModel
internal import SDEIWire

extension ExtrasRecord {
  static func read(
    _ body: inout NativeReader,
    _ snapshot: inout Snapshot
  ) throws(DecodeError) {
    let start = body.offset
    for scope in ExtraField.Scope.allCases {
      let count = try body.varint("\(scope)")
      var last: UInt16 = 0
      for _ in 0..<count {
        let field = try Self.field(&body, scope, after: &last, snapshot.instance.dialect)
        try read(&body, field, into: &snapshot)
      }
    }
    guard snapshot.hasExtras else {
      throw body.error(
        .notCanonical,
        at: start,
        "lists",
        found: "no extra",
        expected: "no EXTRAS record"
      )
    }
  }

  private static func field(
    _ body: inout NativeReader,
    _ scope: ExtraField.Scope,
    after last: inout UInt16,
    _ dialect: DialectID
  ) throws(DecodeError) -> ExtraField {
    let start = body.offset
    let id = try body.varint("field")
    guard let raw = UInt16(exactly: id), let field = ExtraField(rawValue: raw), raw > last,
      field.scope == scope, field.dialects.contains(dialect)
    else {
      throw body.error(
        .value,
        at: start,
        "field",
        found: "field \(id) in the list \(scope)",
        expected: "ascending fields of this list that \(dialect.name) has"
      )
    }
    last = raw
    return field
  }

  private static func read(
    _ body: inout NativeReader,
    _ field: ExtraField,
    into snapshot: inout Snapshot
  ) throws(DecodeError) {
    switch field.scope {
    case .vmValue:
      let start = body.offset
      let value = try body.sized(field.name)
      guard field.holds(value) else {
        throw body.error(
          .value,
          at: start,
          field.name,
          found: hex(value),
          expected: field.expectation
        )
      }
      snapshot.extras.values[field] = value
    case .vmEvents:
      snapshot.extras.lists[field] = try list(&body, field)
    case .eventValue:
      let values = try column(&body, field, below: UInt64(snapshot.events.count))
      var rank: UInt32 = 0
      snapshot.events.updateAll { event in
        let value = values[rank]
        event.extras[field] = value == 0 ? nil : value
        rank += 1
      }
    case .vcpuValue:
      snapshot.extras.vcpuValues[field] = try column(&body, field)
    case .vcpuEvents:
      snapshot.extras.vcpuLists[field] = try vcpuLists(&body, field)
    case .slotValue:
      try slotValues(&body, field, into: &snapshot)
    }
  }

  private static func list(
    _ body: inout NativeReader,
    _ field: ExtraField
  ) throws(DecodeError) -> [EventNumber] {
    let count = try body.varint(field.name, below: 1 << 32)
    return try body.eventNumbers(count, field.name)
  }

  private static func column(
    _ body: inout NativeReader,
    _ field: ExtraField,
    below limit: UInt64 = 1 << 32
  ) throws(DecodeError) -> Column {
    let start = body.offset
    let column = try body.column(field.name, below: limit)
    guard !column.isEmpty, field.holds(column) else {
      throw body.error(
        .value,
        at: start,
        field.name,
        found: "no value, or one that does not fit",
        expected: field.expectation
      )
    }
    return column
  }

  private static func vcpuLists(
    _ body: inout NativeReader,
    _ field: ExtraField
  ) throws(DecodeError) -> VCPULists {
    let start = body.offset
    let count = try body.varint(field.name)
    try body.require(count, of: 3, field.name)
    var lists = VCPULists()
    var end: UInt64 = 0
    for _ in 0..<count {
      let itemStart = body.offset
      let first = end + (try body.varint(field.name, below: 1 << 32))
      let length = try body.varint(field.name, below: 1 << 32 + 1)
      guard length > 0, first + length <= 1 << 32 else {
        throw body.error(
          .value,
          at: itemStart,
          field.name,
          found: "\(length) vCPUs from \(first) on",
          expected: "one or more, below 2^32"
        )
      }
      end = first + length
      lists.append(IndexRange(UInt32(first), UInt32(end - 1)), try list(&body, field))
    }
    guard UInt64(lists.items.count) == count else {
      throw body.error(
        .notCanonical,
        at: start,
        field.name,
        found: "neighbours with equal lists",
        expected: "one item for them"
      )
    }
    guard !lists.isEmpty else {
      throw body.error(
        .notCanonical,
        at: start,
        field.name,
        found: "no vCPU",
        expected: "no such field"
      )
    }
    return lists
  }

  private static func slotValues(
    _ body: inout NativeReader,
    _ field: ExtraField,
    into snapshot: inout Snapshot
  ) throws(DecodeError) {
    let start = body.offset
    let count = try body.varint(field.name)
    try body.require(count, of: 2, field.name)
    let numbers = snapshot.events.map(\.number)
    var next: UInt64 = 0
    for _ in 0..<count {
      let rank = next + (try body.varint(field.name, below: 1 << 32))
      guard rank < UInt64(numbers.count) else {
        throw body.error(
          .value,
          field.name,
          found: "the event of rank \(rank)",
          expected: "a rank below \(numbers.count)"
        )
      }
      next = rank + 1
      let column = try column(&body, field)
      snapshot.events.update(numbers[Int(rank)]) { $0.slotExtras[field] = column }
    }
    guard count > 0 else {
      throw body.error(
        .notCanonical,
        at: start,
        field.name,
        found: "no event",
        expected: "no such field"
      )
    }
  }
}

extension ExtraField {
  /// What a value must be, in words.
  var expectation: String {
    if self == .mpidrFlags { return "bits outside the affinity fields" }
    return "\(minimum) or more, in \(bits) bits"
      + (addend > 0 ? " (and \(addend) more, so that 0 can be told)" : "")
  }
}
