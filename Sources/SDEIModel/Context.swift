/// What one level of one vCPU holds: the event whose handler runs there, as stored, and the
/// registers it interrupted.
public struct Context: Hashable, Sendable {
  /// The vCPU.
  public var vcpu: UInt32
  /// The level.
  public var level: Level
  /// The running event's number as the ABI had it, nil for the ABI's "none".
  ///
  /// What a number means is the dialect's matter: KVM v5 takes any unsupported one for none.
  public var event: EventNumber?
  /// The saved registers; left over from an earlier handler when nothing runs.
  public var frame: RegisterFrame

  /// Makes a context.
  public init(
    vcpu: UInt32,
    level: Level,
    event: EventNumber? = nil,
    frame: RegisterFrame = .zero
  ) {
    self.vcpu = vcpu
    self.level = level
    self.event = event
    self.frame = frame
  }

  /// Whether the context says nothing: no event and a frame of zeros.
  public var isIdle: Bool { event == nil && frame.isZero }

  fileprivate var key: UInt64 { Self.key(vcpu, level) }

  fileprivate static func key(_ vcpu: UInt32, _ level: Level) -> UInt64 {
    UInt64(level.rawValue) << 32 | UInt64(vcpu)
  }
}

/// The contexts of a snapshot: the normal level ascending by vCPU, then the critical one; idle ones
/// are absent.
public struct ContextTable: Hashable, Sendable {
  private var storage: [Context] = []

  /// Makes an empty table.
  public init() {}

  /// Makes a table from contexts in any order; of two with one vCPU and level the last one stays.
  ///
  /// O(contexts) when they come in the table's order, else O(n log n).
  public init(_ contexts: [Context]) {
    let isOrdered = zip(contexts, contexts.dropFirst()).allSatisfy { $0.key < $1.key }
    if isOrdered && !contexts.contains(where: \.isIdle) {
      storage = contexts
      return
    }
    for context in contexts.filter({ !$0.isIdle }).sorted(by: { $0.key < $1.key }) {
      if storage.last?.key == context.key { storage.removeLast() }
      storage.append(context)
    }
  }

  /// The context of a vCPU's level, nil when idle; O(log contexts), O(contexts) to set.
  public subscript(vcpu: UInt32, level: Level) -> Context? {
    get {
      let position = self.position(Context.key(vcpu, level))
      guard position < storage.count else { return nil }
      let found = storage[position]
      return found.vcpu == vcpu && found.level == level ? found : nil
    }
    set { insert(newValue ?? Context(vcpu: vcpu, level: level)) }
  }

  /// Puts a context in the place of its vCPU and level; an idle one removes what is there.
  ///
  /// O(1) behind all others, O(contexts) elsewhere.
  public mutating func insert(_ context: Context) {
    let position = self.position(context.key)
    let isThere = position < storage.count && storage[position].key == context.key
    switch (isThere, context.isIdle) {
    case (true, true): storage.remove(at: position)
    case (true, false): storage[position] = context
    case (false, true): break
    case (false, false): storage.insert(context, at: position)
    }
  }

  /// The contexts of one level, ascending by vCPU.
  public func level(_ level: Level) -> ArraySlice<Context> {
    let first = position(Context.key(0, level))
    let end = storage.partitioningIndex { $0.level > level }
    return storage[first..<end]
  }

  /// The vCPUs that have a context at some level, ascending.
  public var vcpus: [UInt32] {
    let (normal, critical) = (level(.normal).map(\.vcpu), level(.critical).map(\.vcpu))
    return critical.isEmpty ? normal : Set(normal).union(critical).sorted()
  }

  private func position(_ key: UInt64) -> Int {
    guard let last = storage.last, last.key >= key else { return storage.count }
    return storage.partitioningIndex { $0.key >= key }
  }
}

extension ContextTable: RandomAccessCollection {
  /// The position of the first context.
  public var startIndex: Int { 0 }
  /// The position behind the last context.
  public var endIndex: Int { storage.count }
  /// The context at a position.
  public subscript(position: Int) -> Context { storage[position] }
}
