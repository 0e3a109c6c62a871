/// Structs of the ABI as bytes, made by hand.
package enum KVMv5Struct {
  /// `size` zero bytes with some fields set: value and width by offset.
  package static func make(_ size: Int, _ fields: [Int: (value: UInt64, width: Int)]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    for (offset, field) in fields {
      for byte in 0..<field.width {
        bytes[offset + byte] = UInt8(truncatingIfNeeded: field.value >> UInt64(8 * byte))
      }
    }
    return bytes
  }

  package static func exposed(
    _ number: UInt64,
    type: UInt64 = 0,
    signaled: UInt64 = 0,
    priority: UInt64 = 0,
    padding: UInt64 = 0,
    notifier: UInt64 = 0
  ) -> [UInt8] {
    make(
      24,
      [
        0: (number, 8), 8: (type, 1), 9: (signaled, 1), 10: (priority, 1), 11: (padding, 5),
        16: (notifier, 8),
      ]
    )
  }

  package static func registered(
    _ number: UInt64,
    mode: UInt64 = 0,
    padding: UInt64 = 0,
    hole: UInt64 = 0,
    affinity: UInt64 = 0,
    slots: [Int: (entry: UInt64, argument: UInt64)] = [:],
    registered: [Int: UInt64] = [:],
    enabled: [Int: UInt64] = [:],
    pending: [Int: UInt64] = [:]
  ) -> [UInt8] {
    var fields: [Int: (value: UInt64, width: Int)] = [
      0: (number, 8), 8: (mode, 1), 9: (padding, 3), 12: (hole, 4), 16: (affinity, 8),
    ]
    for (slot, values) in slots {
      fields[24 + slot * 8] = (values.entry, 8)
      fields[4120 + slot * 8] = (values.argument, 8)
    }
    for (start, words) in [(8216, registered), (8280, enabled), (8344, pending)] {
      for (word, value) in words { fields[start + word * 8] = (value, 8) }
    }
    return make(8408, fields)
  }

  package static func queued(_ number: UInt64, count: UInt64, padding: UInt64 = 0) -> [UInt8] {
    make(16, [0: (number, 8), 8: (count, 4), 12: (padding, 4)])
  }

  package static func state(
    masked: UInt64 = 0,
    padding: UInt64 = 0,
    critical: UInt64 = 0xFFFF_FFFF,
    normal: UInt64 = 0xFFFF_FFFF,
    words: [Int: UInt64] = [:]
  ) -> [UInt8] {
    var fields: [Int: (value: UInt64, width: Int)] = [
      0: (masked, 1), 1: (padding, 7), 8: (critical, 8), 16: (normal, 8),
    ]
    for (word, value) in words { fields[24 + word * 8] = (value, 8) }
    return make(344, fields)
  }
}

/// The structs of v2 to v4 that are not v5's.
package enum KVMv4Struct {
  package static func registered(
    _ number: UInt64,
    refcount: UInt64 = 0,
    mode: UInt64 = 0,
    padding: UInt64 = 0,
    affinity: UInt64 = 0,
    slots: [Int: (entry: UInt64, argument: UInt64)] = [:],
    registered: [Int: UInt64] = [:],
    enabled: [Int: UInt64] = [:]
  ) -> [UInt8] {
    var fields: [Int: (value: UInt64, width: Int)] = [
      0: (number, 8), 8: (refcount, 4), 12: (mode, 1), 13: (padding, 3), 16: (affinity, 8),
    ]
    for (slot, values) in slots {
      fields[24 + slot * 8] = (values.entry, 8)
      fields[4120 + slot * 8] = (values.argument, 8)
    }
    for (start, words) in [(8216, registered), (8280, enabled)] {
      for (word, value) in words { fields[start + word * 8] = (value, 8) }
    }
    return KVMv5Struct.make(8344, fields)
  }

  package static func state(
    masked: UInt64 = 0,
    padding: UInt64 = 0,
    critical: UInt64 = 0,
    normal: UInt64 = 0,
    words: [Int: UInt64] = [:]
  ) -> [UInt8] {
    KVMv5Struct.state(
      masked: masked,
      padding: padding,
      critical: critical,
      normal: normal,
      words: words
    )
  }
}
