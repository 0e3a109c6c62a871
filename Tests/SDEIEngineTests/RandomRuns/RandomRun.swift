import SDEIEngine
import SDEIFormats
import SDEIModel
import SDEITestSupport

/// One run by a seed: a start, some steps with all checks, a second engine that starts in the
/// middle, and the last state in every format.
struct RandomRun {
  let seed: UInt64
  private(set) var problems: [String] = []
  /// What happened how often, by name.
  private(set) var counts: [String: Int] = [:]

  static let steps = 40

  init(seed: UInt64) { self.seed = seed }

  mutating func play() throws {
    var maker = StepMaker(random: SplitMix64(seed: seed))
    var player = try maker.player()
    var facts = StateFacts(player.engine.snapshot())
    let split = Int(maker.random.below(UInt64(Self.steps)))
    var second: LivePlayer?
    for number in 0..<Self.steps {
      if number == split {
        var engine = try Dispatcher(facts.snapshot)
        engine.interrupts = player.engine.interrupts
        second = LivePlayer(engine: engine, registers: player.registers)
      }
      let step = maker.step(facts)
      let next = try check(step, number, &player, facts)
      if let outcome = try second?.play(step), outcome != next.outcome {
        problems.append("seed \(seed) step \(number): a restarted engine does \(outcome)")
      }
      facts = next.facts
      try checkQuiet(player, facts, number)
      if !problems.isEmpty { return }
    }
    if second?.engine.snapshot() != facts.snapshot || second?.registers != player.registers {
      problems.append("seed \(seed): a restarted engine ends elsewhere")
    }
    try checkFormats(facts.snapshot)
  }

  /// Plays one step and asks every rule.
  private mutating func check(
    _ step: LivePlayer.Step,
    _ number: Int,
    _ player: inout LivePlayer,
    _ before: StateFacts
  ) throws -> (outcome: Outcome, facts: StateFacts) {
    let vcpu = Int(step.action.vcpu ?? 0)
    let exists = vcpu < player.registers.count
    let was = step.guest ?? (exists ? player.registers[vcpu] : LiveRegisters())
    let outcome = try player.play(step)
    let after = StateFacts(player.engine.snapshot())
    let checks = StepChecks(
      action: step.action,
      outcome: outcome,
      before: before,
      after: after,
      was: was,
      now: exists ? player.registers[vcpu] : was
    )
    var broken = StateInvariant.broken(by: after) + checks.broken
    if case .undefined = outcome.answer { broken.append("the engine went astray") }
    if !broken.isEmpty {
      let told = "\(step.action) gives \(outcome)".prefix(400)
      problems.append("seed \(seed) step \(number): \(broken) after \(told)")
    }
    count(checks)
    return (outcome, after)
  }

  private mutating func count(_ checks: StepChecks) {
    if checks.outcome.entry?.level == .critical {
      let outer = checks.before.vcpus[checks.vcpu].normal?.event
      counts[outer == nil ? "critical entries" : "nested entries", default: 0] += 1
    } else if checks.outcome.entry != nil {
      counts["normal entries", default: 0] += 1
    }
    guard let function = checks.function else { return }
    let value = checks.outcome.value ?? 0
    let code =
      checks.outcome.value == nil ? "resumes" : ReturnCode(rawValue: value)?.name ?? "value"
    counts["\(function.name) \(code)", default: 0] += 1
  }

  /// Rule 50: after `settle` nothing is due, and everything else holds as well.
  private mutating func checkQuiet(
    _ player: LivePlayer,
    _ facts: StateFacts,
    _ number: Int
  ) throws {
    guard StateInvariant.quiescent.isBroken(facts) else { return }
    var quiet = player
    _ = quiet.engine.settle(registers: &quiet.registers)
    let settled = StateFacts(quiet.engine.snapshot())
    let broken = StateInvariant.broken(by: settled)
    if StateInvariant.quiescent.isBroken(settled) || !broken.isEmpty {
      problems.append("seed \(seed) step \(number): settled, but \(broken)")
    }
    counts["settled", default: 0] += 1
    checkRequests(player, number)
  }

  /// Nothing that is due is forgotten: what is delivered on request leaves nothing for `settle`.
  private mutating func checkRequests(_ player: LivePlayer, _ number: Int) {
    var asked = player
    // Each round enters a handler on some vCPU; two levels of each can be entered.
    for _ in 0...2 * asked.engine.vcpuCount {
      let due = (0..<asked.engine.vcpuCount).filter { asked.engine.isDeliveryRequested($0) }
      if due.isEmpty { break }
      for vcpu in due {
        _ = asked.engine.deliver(vcpu, registers: &asked.registers[Int(vcpu)])
      }
    }
    let forced = asked.engine.settle(registers: &asked.registers)
    if forced.value != 0 {
      problems.append("seed \(seed) step \(number): due, but nobody was asked to look")
    }
  }

  /// The state in the formats that hold any, and in one of the others.
  private mutating func checkFormats(_ snapshot: Snapshot) throws {
    let written = FormatRegistry.formats.filter { $0.traits.isWritten }
    let foreign = written.filter { $0.id != .sdei && $0.id != .json }
    let chosen = foreign[Int(seed % UInt64(foreign.count))]
    for format in [NativeFormat.self, JSONFormat.self, chosen] as [any StateFormat.Type] {
      let options = EncodeOptions(maxBytes: 1 << 22)
      let encoded = try Codec.encode(snapshot, as: format.id, options: options)
      let back = try Codec.decode(encoded.bytes).snapshot
      if encoded.losses.isEmpty != (back == snapshot) {
        problems.append("seed \(seed): \(format.id.name) says nothing of a loss")
      }
      let lost = LossAccounts.Named(encoded.losses, of: snapshot, format)
      let differences = snapshot.differences(from: back).map(\.path)
      if !lost.explains(differences) || format.id != chosen.id && !lost.paths.isEmpty {
        problems.append("seed \(seed): \(format.id.name) reports \(lost.paths) of \(differences)")
      }
    }
  }
}
