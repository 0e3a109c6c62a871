/// Puts a snapshot together from its VM part and its vCPU parts.
public struct PartsMerger {
  private var result: Snapshot
  private let digest: VMDigest
  private var parts: [(vcpu: UInt32, part: Snapshot)] = []

  /// Starts with the VM part.
  ///
  /// - Throws: `PartsError.misplaced` when it has state of a vCPU.
  public init(vm: Snapshot) throws(PartsError) {
    guard vm == vm.vmPart() else { throw .misplaced(vcpu: nil) }
    result = vm
    digest = VMDigest(of: vm)
  }

  /// Adds the part of a vCPU; parts may come in any order.
  ///
  /// - Throws: `PartsError.mismatch` when it belongs to another VM part, `.outOfRange` when the VM
  ///   has no such vCPU, `.foreignInstance`, `.foreignEvent` or `.misplaced` when it has what the VM
  ///   part does not know or something else should have.
  public mutating func add(_ part: Snapshot, vcpu: UInt32, of other: VMDigest) throws(PartsError) {
    guard other == digest else {
      throw .mismatch(vcpu: vcpu, expected: digest, found: other)
    }
    guard vcpu < result.vcpus.count else {
      throw .outOfRange(vcpu: vcpu, count: result.vcpus.count)
    }
    guard part.instance == result.instance else { throw .foreignInstance(vcpu: vcpu) }
    if let event = part.events.first(where: { result.events[$0.number] == nil }) {
      throw .foreignEvent(vcpu: vcpu, event: event.number)
    }
    guard part == part.vcpuPart(vcpu) else { throw .misplaced(vcpu: vcpu) }
    parts.append((vcpu, part))
  }

  /// The whole snapshot; O(all that the parts hold).
  ///
  /// - Throws: `PartsError.duplicate` or `.gap` when there is not exactly one part for each vCPU.
  public consuming func finish() throws(PartsError) -> Snapshot {
    parts.sort { $0.vcpu < $1.vcpu }
    var expected: UInt32 = 0
    for (vcpu, _) in parts {
      if vcpu < expected { throw .duplicate(vcpu: vcpu) }
      if vcpu > expected { break }
      expected += 1
    }
    guard expected == result.vcpus.count else {
      let distinct = Bitmap(indexes: parts.map(\.vcpu))
      if distinct.count < UInt64(parts.count) { throw .duplicate(vcpu: firstDuplicate()) }
      throw .gap(vcpu: expected, missing: result.vcpus.count - UInt32(parts.count))
    }
    mergeVCPUs()
    mergeEvents()
    result.contexts = ContextTable(
      parts.flatMap { Array($0.part.contexts) } + Array(result.contexts)
    )
    mergeExtras()
    return result
  }

  private func firstDuplicate() -> UInt32 {
    zip(parts, parts.dropFirst()).first { $0.vcpu == $1.vcpu }?.0.vcpu ?? 0
  }

  private mutating func mergeVCPUs() {
    result.vcpus.masked = merged(result.vcpus.masked) { $0.vcpus.masked }
    result.vcpus.deliveryRequest = merged(result.vcpus.deliveryRequest) {
      $0.vcpus.deliveryRequest
    }
    result.vcpus.power = merged(result.vcpus.power) { $0.vcpus.power }
    result.vcpus.affinityKnown = merged(result.vcpus.affinityKnown) { $0.vcpus.affinityKnown }
    result.vcpus.affinity = merged(result.vcpus.affinity) { $0.vcpus.affinity }
  }

  private mutating func mergeEvents() {
    var slices: [EventNumber: [Event]] = [:]
    for (_, part) in parts {
      for event in part.events { slices[event.number, default: []].append(event) }
    }
    for number in slices.keys.sorted() {
      let events = slices[number] ?? []
      result.events.update(number) { whole in
        for (_, path) in Event.bitmaps {
          whole[keyPath: path] = Self.merged(whole[keyPath: path], events.map { $0[keyPath: path] })
        }
        for (_, path) in Event.columns {
          whole[keyPath: path] = Self.merged(whole[keyPath: path], events.map { $0[keyPath: path] })
        }
        for field in ExtraField.allCases where field.scope == .slotValue {
          let column = Self.merged(
            whole.slotExtras[field] ?? Column(),
            events.compactMap { $0.slotExtras[field] }
          )
          whole.slotExtras[field] = column.isEmpty ? nil : column
        }
      }
    }
  }

  private mutating func mergeExtras() {
    for field in ExtraField.allCases where field.scope == .vcpuValue {
      let column = Self.merged(
        result.extras.vcpuValues[field] ?? Column(),
        parts.compactMap { $0.part.extras.vcpuValues[field] }
      )
      result.extras.vcpuValues[field] = column.isEmpty ? nil : column
    }
    for field in ExtraField.allCases where field.scope == .vcpuEvents {
      var lists = VCPULists()
      for source in parts.map(\.part.extras) + [result.extras] {
        for item in source.vcpuLists[field]?.items ?? [] { lists.append(item.vcpus, item.events) }
      }
      result.extras.vcpuLists[field] = lists.isEmpty ? nil : lists
    }
  }

  private func merged(_ vm: Bitmap, _ slice: (Snapshot) -> Bitmap) -> Bitmap {
    Self.merged(vm, parts.map { slice($0.part) })
  }

  private func merged(_ vm: Column, _ slice: (Snapshot) -> Column) -> Column {
    Self.merged(vm, parts.map { slice($0.part) })
  }

  /// Slices ascend by vCPU, and what the VM part has lies behind all of them, or is alone.
  private static func merged(_ vm: Bitmap, _ slices: [Bitmap]) -> Bitmap {
    Bitmap(slices.flatMap(\.ranges) + vm.ranges)
  }

  private static func merged(_ vm: Column, _ slices: [Column]) -> Column {
    var builder = ColumnBuilder()
    for slice in slices {
      for run in slice.runs { builder.append(run, of: slice, in: run.range) }
    }
    return builder.finish().overlaid(with: vm)
  }
}
