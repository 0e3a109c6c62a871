import SDEIModel

/// The workloads W1 to W4: big snapshots made by rule, in two styles, the same in every language.
///
/// Types, slots and counts are as generated: legal, not canonical.
package struct Workload: Sendable, CustomStringConvertible {
  package var number: Int
  package var isRandom: Bool
  package var vcpus: Int
  package var exposed: Int
  package var registered: Int

  package static let all: [Workload] = [false, true].flatMap { isRandom in
    [(1, 8, 4, 3), (2, 512, 16, 12), (3, 4096, 64, 48), (4, 65536, 128, 96)].map {
      Workload(number: $0.0, isRandom: isRandom, vcpus: $0.1, exposed: $0.2, registered: $0.3)
    }
  }

  package static func linux(_ number: Int) -> Workload { all[number - 1] }

  package var description: String { "W\(number) \(isRandom ? "random" : "linux")" }

  /// The digest of the natural bytes for seed 1.
  package var digest: UInt32 {
    let digests: [UInt32] = [
      0x0f55_a44b, 0x9c86_3d2f, 0x7f03_9b34, 0x44d9_444e, 0x6efb_8312, 0xa085_6e08, 0xc8be_9da9,
      0x0765_23f8,
    ]
    return digests[number - 1 + (isRandom ? 4 : 0)]
  }

  /// The snapshot of a seed.
  package func snapshot(seed: UInt64 = 1) -> Snapshot {
    let start = seed ^ UInt64(number) << 32 ^ (isRandom ? 1 << 40 : 0)
    var maker = Maker(workload: self, random: SplitMix64(seed: start))
    return maker.make()
  }
}

private struct Maker {
  let workload: Workload
  var random: SplitMix64
  var snapshot = Snapshot()
  var numbers: [EventNumber] = []
  var registered: [EventNumber] = []

  mutating func make() -> Snapshot {
    snapshot.instance = Instance(version: .v1_1, dialect: .kvmV5, producer: "test")
    snapshot.vcpus = VCPUs(count: UInt32(workload.vcpus))
    expose()
    register()
    makeVCPUs()
    return snapshot
  }

  private mutating func expose() {
    var previous: UInt64 = 0x4000_0000
    for i in 0..<UInt64(workload.exposed) {
      var (number, type, signaled, priority, notifier): (UInt64, UInt64, UInt64, UInt64, UInt64)
      if workload.isRandom {
        if i > 0 { previous += 1 + random.next() % 1000 }
        number = i == 0 ? 0 : previous
        type = random.next() & 1
        signaled = random.next() & 1
        priority = random.next() & 1
        notifier = random.next()
      } else {
        (number, type) = i == 0 ? (0, 0) : (0x4000_0000 + i, i & 1)
        (signaled, priority) = (i == 0 ? 1 : 0, i % 4 == 3 ? 1 : 0)
        notifier = i == 0 ? 0 : 0xffff_8000_0800_0000 + 0x100 * i
      }
      var event = Event(
        EventNumber(number),
        definition: EventDefinition(
          type: EventType(rawValue: UInt8(type)),
          priority: EventPriority(rawValue: UInt8(priority)),
          isSignalable: signaled == 1
        )
      )
      event.extras[.notifier] = notifier == 0 ? nil : notifier
      snapshot.events.insert(event)
      numbers.append(event.number)
    }
  }

  private mutating func register() {
    let (vcpus, exposed) = (UInt64(workload.vcpus), UInt64(workload.exposed))
    for i in 0..<exposed where registered.count < workload.registered {
      let chosen = UInt64(registered.count)
      if workload.isRandom, random.next() % (exposed - i) >= UInt64(workload.registered) - chosen {
        continue
      }
      let number = numbers[Int(i)]
      registered.append(number)
      guard var event = snapshot.events[number] else { continue }
      if workload.isRandom {
        let mode = random.next() & 1
        let affinity = random.next()
        event.routing = Routing(
          mode: RoutingMode(rawValue: UInt8(mode)),
          affinity: Affinity(rawValue: mode == 1 ? affinity & 0xff_00ff_ffff : 0)
        )
        event.entry = Column((0..<vcpus).map { _ in random.next() })
        event.argument = Column((0..<vcpus).map { _ in random.next() })
        let registered = words()
        event.registered = Bitmap(words: registered)
        event.enabled = Bitmap(words: words(within: registered))
        event.unregisterPending = Bitmap(words: words(within: registered))
      } else {
        let isCritical = event.definition?.priority == .critical
        let all = Bitmap(below: UInt32(vcpus))
        event.registered = all
        event.enabled = all
        event.entry = Column(0xffff_8000_0801_0e40 + (isCritical ? 0x1c0 : 0), at: all)
        var builder = ColumnBuilder()
        builder.append(
          IndexRange(0, UInt32(vcpus) - 1),
          base: 0xffff_0000_4000_0000 + 0x80 * chosen,
          stride: 0x1f000
        )
        event.argument = builder.finish()
      }
      snapshot.events.insert(event)
    }
  }

  private mutating func words(within mask: [UInt64]? = nil) -> [UInt64] {
    let count = (workload.vcpus + 63) / 64
    let tail: UInt64 = workload.vcpus % 64 == 0 ? ~0 : 1 << UInt64(workload.vcpus % 64) - 1
    return (0..<count).map { word in
      random.next() & (mask?[word] ?? (word == count - 1 ? tail : ~0))
    }
  }

  private mutating func makeVCPUs() {
    var pending: [EventNumber: ColumnBuilder] = [:]
    var masked = BitmapBuilder()
    var lists: [(UInt32, [EventNumber])] = []
    var contexts: [Context] = []
    for vcpu in 0..<UInt32(workload.vcpus) {
      var normal = Context(vcpu: vcpu, level: .normal)
      var critical = Context(vcpu: vcpu, level: .critical)
      let count = UInt64(registered.count)
      if workload.isRandom {
        if random.next() & 1 == 1 { masked.append(IndexRange(vcpu, vcpu)) }
        let (which, a, b) = (random.next(), random.next(), random.next())
        if which & 1 == 1 { critical.event = registered[Int(a % count)] }
        if which & 2 == 2 { normal.event = registered[Int(b % count)] }
        for word in 0..<20 { critical.frame[word: word] = random.next() }
        for word in 0..<20 { normal.frame[word: word] = random.next() }
      } else {
        let draw = random.next()
        guard vcpu == 0 || draw % 10 == 0 else { continue }
        if random.next() & 1 == 1 { masked.append(IndexRange(vcpu, vcpu)) }
        normal.event = registered[Int(random.next() % count)]
        for k in 0..<18 {
          let r = random.next()
          normal.frame.x[k] =
            k % 3 == 0 ? 0xffff_8000_0000_0000 | (r & 0x7f_ffff_fff8) : k % 3 == 1 ? r & 0xffff : 0
        }
        normal.frame.pc = 0xffff_8000_0800_0000 | (random.next() & 0xff_fffc)
        normal.frame.pstate = 0x6040_0005
      }
      contexts += [normal, critical]
      let n = random.next() % (workload.isRandom ? 4 : 3)
      let s = random.next() % count
      var order: [EventNumber] = []
      for k in 0..<n {
        let number = registered[Int((s + k) % count)]
        let occurrences = 1 + random.next() % (workload.isRandom ? 8 : 3)
        pending[number, default: ColumnBuilder()].append(vcpu, occurrences)
        order.append(number)
      }
      lists.append((vcpu, order))
    }
    for (number, builder) in pending {
      snapshot.events.update(number) { $0.pending = builder.finish() }
    }
    snapshot.vcpus.masked = masked.finish()
    snapshot.contexts = ContextTable(contexts)
    let usual = KVMLists.usualQueues(snapshot)
    var queues = VCPULists()
    for (vcpu, order) in lists where order != usual[vcpu] ?? [] {
      queues.append(IndexRange(vcpu, vcpu), order)
    }
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
  }
}
