internal import SDEIModel
internal import SDEIWire

/// The CONTEXTS record: per level the vCPUs, their event numbers, and 20 columns of registers.
enum ContextsRecord {
  static let layout =
    "2*(n:varint vcpu:4*n hasEvent:bitmap(rank) event:packed x0..x17,pc,pstate:20*packed)"

  static func write<Sink: ByteSink & ~Copyable>(_ table: ContextTable, into sink: inout Sink) {
    for level in Level.allCases {
      let contexts = table.level(level)
      sink.writeVarint(UInt64(contexts.count))
      if contexts.isEmpty { continue }
      for context in contexts { sink.write(context.vcpu) }
      var builder = BitmapBuilder()
      for (position, context) in contexts.enumerated() where context.event != nil {
        builder.append(IndexRange(UInt32(position), UInt32(position)))
      }
      sink.writeBitmap(builder.finish(), below: UInt32(contexts.count))
      sink.writePacked(contexts.compactMap(\.event?.rawValue))
      for word in 0..<RegisterFrame.wordCount {
        sink.writePacked(contexts.lazy.map { $0.frame[word: word] })
      }
    }
  }

  static func read(_ body: inout NativeReader) throws(DecodeError) -> ContextTable {
    let start = body.offset
    var contexts: [Context] = []
    for level in Level.allCases { try read(&body, level, into: &contexts) }
    guard !contexts.isEmpty else {
      throw body.error(
        .notCanonical,
        at: start,
        "n",
        found: "no context",
        expected: "no CONTEXTS record"
      )
    }
    return ContextTable(contexts)
  }

  private static func read(
    _ body: inout NativeReader,
    _ level: Level,
    into contexts: inout [Context]
  ) throws(DecodeError) {
    let start = body.offset
    let name = level.name
    let count = try body.varint("\(name).n", below: 1 << 32)
    if count == 0 { return }
    guard count <= UInt64(body.storedLength / 4) else {
      throw body.error(
        .truncated,
        at: start,
        "\(name).n",
        found: "\(count) contexts in \(body.storedLength) bytes",
        expected: "at most a quarter as many as bytes"
      )
    }
    try body.require(count, of: 4, "\(name).vcpu")
    let first = contexts.count
    contexts.reserveCapacity(first + Int(count))
    for position in 0..<Int(count) {
      let vcpu = UInt32(try body.number(4, "\(name).vcpu"))
      guard position == 0 || vcpu > contexts[contexts.count - 1].vcpu else {
        throw body.error(
          .structure,
          at: body.offset - 4,
          "\(name).vcpu",
          found: "\(vcpu) behind \(contexts[contexts.count - 1].vcpu)",
          expected: "ascending vCPUs"
        )
      }
      contexts.append(Context(vcpu: vcpu, level: level))
    }
    try readEvents(&body, name, first, into: &contexts)
    for word in 0..<RegisterFrame.wordCount {
      try body.packed(count, "\(name).\(wordName(word))") {
        contexts[first + $0].frame[word: word] = $1
      }
    }
    if let idle = contexts[first...].first(where: \.isIdle) {
      throw body.error(
        .notCanonical,
        at: start,
        name,
        found: "an idle context of vCPU \(idle.vcpu)",
        expected: "none"
      )
    }
  }

  private static func readEvents(
    _ body: inout NativeReader,
    _ name: String,
    _ first: Int,
    into contexts: inout [Context]
  ) throws(DecodeError) {
    let count = UInt32(contexts.count - first)
    let start = body.offset
    let running = try body.bitmap("\(name).hasEvent", below: count)
    guard (running.max ?? 0) < count else {
      throw body.error(
        .value,
        at: start,
        "\(name).hasEvent",
        found: "position \(running.max ?? 0)",
        expected: "positions below \(count)"
      )
    }
    var positions: [Int] = []
    running.forEachRange { positions += Int($0.first)...Int($0.last) }
    try body.packed(UInt64(positions.count), "\(name).event") {
      contexts[first + positions[$0]].event = EventNumber($1)
    }
  }

  private static func wordName(_ word: Int) -> String {
    word < 18 ? "x\(word)" : word == 18 ? "pc" : "pstate"
  }
}
