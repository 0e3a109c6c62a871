internal import SDEIModel

extension SysregDecoder {
  /// Puts together what was set; O(writes log writes).
  mutating func finish() throws(DecodeError) {
    try finishContexts()
    settings.sort {
      ($0.rank, $0.command.rawValue, $0.range.first, $0.offset)
        < ($1.rank, $1.command.rawValue, $1.range.first, $1.offset)
    }
    var start = 0
    while start < settings.count {
      let first = settings[start]
      var end = start + 1
      while end < settings.count, settings[end].rank == first.rank,
        settings[end].command == first.command
      {
        end += 1
      }
      try apply(settings[start..<end])
      start = end
    }
    settings = []
    let list = events
    events = []
    snapshot.events = EventTable(list)
  }

  /// Applies all settings of one field.
  private mutating func apply(_ settings: ArraySlice<Setting>) throws(DecodeError) {
    guard let first = settings.first else { return }
    if let mark = SysregLayout.marks.first(where: { $0.0 == first.command }) {
      events[first.rank][keyPath: mark.1] = Self.bitmap(settings)
    } else if let value = SysregLayout.values.first(where: { $0.0 == first.command }) {
      events[first.rank][keyPath: value.1] = try Self.column(settings)
    } else {
      switch first.command {
      case .maskVCPU: snapshot.vcpus.masked = Self.bitmap(settings)
      case .requestDelivery: snapshot.vcpus.deliveryRequest = Self.bitmap(settings)
      case .setPower: snapshot.vcpus.power = try Self.column(settings)
      case .setAffinity:
        snapshot.vcpus.affinity = try Self.column(settings)
        snapshot.vcpus.affinityKnown = Self.bitmap(settings)
      default: break  // All others are performed at once.
      }
    }
  }

  private static func bitmap(_ settings: ArraySlice<Setting>) -> Bitmap {
    var builder = BitmapBuilder()
    for setting in settings { builder.append(setting.range) }
    return builder.finish()
  }

  /// The values of ranges that are sorted by their first index.
  private static func column(_ settings: ArraySlice<Setting>) throws(DecodeError) -> Column {
    var builder = ColumnBuilder()
    var last: Setting?
    for setting in settings {
      if let last, setting.range.first <= last.range.last {
        throw DecodeError(
          .duplicate,
          at: max(setting.offset, last.offset),
          setting.command.name,
          found: "slot \(setting.range.first), which is also set at byte "
            + "\(min(setting.offset, last.offset))",
          expected: "each once: what holds must not depend on the order"
        )
      }
      builder.append(setting.range, base: setting.base, stride: setting.stride)
      last = setting
    }
    return builder.finish()
  }

  private mutating func finishContexts() throws(DecodeError) {
    func key(_ context: Context) -> UInt64 {
      UInt64(context.level.rawValue) << 32 | UInt64(context.vcpu)
    }
    contexts.sort { (key($0.context), $0.offset) < (key($1.context), $1.offset) }
    for (one, other) in zip(contexts, contexts.dropFirst())
    where key(one.context) == key(other.context) {
      throw DecodeError(
        .duplicate,
        at: other.offset,
        SysregCommand.setContext.name,
        found: "a context of vCPU \(other.context.vcpu) that is also set at byte \(one.offset)",
        expected: "one for each level"
      )
    }
    snapshot.contexts = ContextTable(contexts.map(\.context))
    contexts = []
  }
}
