import SDEIEngine
import SDEIModel
import SDEITestSupport

/// One step with the states around it, and what sdei-spec section 8 says of such a pair.
struct StepChecks {
  let action: Action
  let outcome: Outcome
  let before: StateFacts
  let after: StateFacts
  /// The registers of the acting vCPU.
  let was: LiveRegisters
  let now: LiveRegisters

  /// The rules that the step breaks.
  var broken: [String] {
    Self.all.filter { $0.isBroken(self) }.map { "\($0.rule) \($0.name)" }
  }

  private struct Check: Sendable {
    let rule: String
    let name: String
    let isBroken: @Sendable (StepChecks) -> Bool

    init(_ rule: String, _ name: String, _ isBroken: @escaping @Sendable (StepChecks) -> Bool) {
      (self.rule, self.name, self.isBroken) = (rule, name, isBroken)
    }
  }

  private static let all: [Check] = [
    Check("1.3", "what is refused changes nothing", \.isRefusalNotSilent),
    Check("45", "X0 to X17, PC and PSTATE at an entry", \.isEntryWrong),
    Check("60", "definitions are fixed for the life of a number", \.isDefinitionChanged),
    Check("61", "a handler's change is an edge of the table", \.isEdgeUnknown),
    Check("62", "entry, argument and routing are fixed while registered", \.isRegistrationChanged),
    Check("63, 46", "the mask changes by MASK, UNMASK, reset and wake-up", \.isMaskChanged),
    Check("64", "saved registers stay from entry to completion", \.isContextChanged),
    Check("65", "a completion restores what was saved", \.isCompletionWrong),
    Check("66", "a bound number disappears by a release, unregistered", \.isNumberLost),
  ]

  var vcpu: Int { Int(action.vcpu ?? 0) }

  var function: FunctionID? {
    if case .call(let call, _) = action { FunctionID(rawValue: call.function) } else { nil }
  }

  private var power: PowerTransition? {
    if case .power(let transition, _) = action { transition } else { nil }
  }

  private var isRefusalNotSilent: Bool {
    guard let value = outcome.value, value < 0, value != ReturnCode.pending.rawValue else {
      return false
    }
    // CONTEXT gives a register, which may look like anything; it changes nothing as well.
    if function == .privateReset || function == .sharedReset { return false }
    return before.snapshot != after.snapshot || was != now || !outcome.effects.isEmpty
  }

  // MARK: Definitions and handlers

  private var isDefinitionChanged: Bool {
    before.events.contains { old in
      guard let new = after.event(old.number) else { return false }
      return new.definition != old.definition
    }
  }

  private typealias Edge = (HandlerState, HandlerState)

  private static let completions: [Edge] = [
    (.unregisterPending, .unregistered), (.registeredRunning, .registered),
    (.enabledRunning, .enabled),
  ]
  private static let unregistrations: [Edge] = [
    (.registered, .unregistered), (.enabled, .unregistered),
    (.registeredRunning, .unregisterPending), (.enabledRunning, .unregisterPending),
  ]

  /// The edges of sdei-spec 3.2 that an action can take.
  private var edges: [Edge] {
    switch action {
    case .deliver, .arrive, .dispatch: return [(.enabled, .enabledRunning)]
    case .power: return power == .off || power == .on ? Self.completions : []
    case .call:
      switch function {
      case .eventRegister: return [(.unregistered, .registered)]
      case .eventEnable:
        return [(.registered, .enabled), (.registeredRunning, .enabledRunning)]
      case .eventDisable:
        return [(.enabled, .registered), (.enabledRunning, .registeredRunning)]
      case .eventUnregister, .privateReset, .sharedReset: return Self.unregistrations
      case .eventComplete, .eventCompleteAndResume: return Self.completions
      default: return []
      }
    default: return []
    }
  }

  private var isEdgeUnknown: Bool {
    var changes = 0
    for old in before.events {
      guard let new = after.event(old.number) else { continue }
      for index in old.slots.indices {
        guard let from = old.slots[index].state, let to = new.slots[index].state, from != to else {
          continue
        }
        changes += 1
        if !edges.contains(where: { $0 == (from, to) }) { return true }
        // No call reaches another PE's handler (3.3).
        if !old.isShared && index != vcpu { return true }
        if function == .privateReset && old.isShared { return true }
        if function == .sharedReset && !old.isShared { return true }
      }
    }
    let isReset = function == .privateReset || function == .sharedReset
    return !isReset && changes > (power == nil ? 1 : 2)
  }

  private var isRegistrationChanged: Bool {
    before.events.contains { old in
      guard let new = after.event(old.number) else { return false }
      if old.isShared, old.slots[0].isRegistered, new.slots[0].isRegistered,
        old.routing != new.routing
      {
        let isInR = old.slots[0].state == .registered && new.slots[0].state == .registered
        if function != .eventRoutingSet || !isInR { return true }
      }
      return zip(old.slots, new.slots).contains { old, new in
        old.isRegistered && new.isRegistered
          && (old.entry != new.entry || old.argument != new.argument
            || old.isRelative != new.isRelative)
      }
    }
  }

  private var isNumberLost: Bool {
    before.events.contains { old in
      if after.event(old.number) != nil { return false }
      guard old.isBound else { return true }
      switch function {
      case .interruptRelease: return old.slots.contains { $0.state != .unregistered }
      case .sharedReset:
        // A shared event may have been unregistered by the same call.
        return old.slots.contains { old.isShared ? $0.isRunning : $0.state != .unregistered }
      default: return true
      }
    }
  }

  // MARK: The mask

  private var isMaskChanged: Bool {
    for index in before.vcpus.indices {
      let (old, new) = (before.vcpus[index], after.vcpus[index])
      let isMine = index == vcpu
      if isMine && (power == .on || power == .wake && old.power != .standby) && !new.isMasked {
        return true
      }
      if old.power != new.power && !(isMine && power != nil) { return true }
      if old.isMasked == new.isMasked { continue }
      let isByCall = function == (new.isMasked ? .peMask : .peUnmask)
      let isByPower = new.isMasked && (power == .on || power == .wake && old.power != .standby)
      if !isMine || !(isByCall || isByPower) { return true }
    }
    return false
  }

  // MARK: Contexts and registers

  private var isContextChanged: Bool {
    zip(before.vcpus, after.vcpus).contains { old, new in
      [(old.normal, new.normal), (old.critical, new.critical)].contains { old, new in
        guard let old, let new else { return false }
        return old != new
      }
    }
  }

  private var isCompletionWrong: Bool {
    let isCompleted = outcome.answer == .resumes
    guard isCompleted, let saved = before.vcpus[vcpu].innermost?.frame else { return isCompleted }
    guard case .call(let call, _) = action else { return true }
    var expected = was
    expected.frame = saved
    if function == .eventCompleteAndResume {
      expected.elr = saved.pc
      expected.spsr = saved.pstate
      expected.frame.pc = call.x1
      let mode: UInt64 = before.snapshot.instance.clientEL == 2 ? 9 : 5
      // The interrupted value; of AArch32's only what AArch64 has as well.
      let kept: UInt64 = saved.pstate & 0x10 != 0 ? 0xF170_0000 : ~0x3DF
      expected.frame.pstate = saved.pstate & kept | 0x3C0 | mode
    }
    return now != expected
  }

  private var isEntryWrong: Bool {
    guard let entry = outcome.entry else {
      // Nothing but an entry and a completion touches registers.
      return outcome.answer != .resumes && was != now
    }
    guard let event = after.event(entry.event), Int(entry.vcpu) == vcpu else { return true }
    let saved = entry.level == .normal ? after.vcpus[vcpu].normal : after.vcpus[vcpu].critical
    let slot = event.slots[event.slot(of: vcpu)]
    let frame = now.frame
    let (old, new) = (was.frame.pstate, frame.pstate)
    let mode: UInt64 = before.snapshot.instance.clientEL == 2 ? 9 : 5
    // Bits 27:26, 19:14 and 5 are reserved in AArch64; IL and SS are clear after an exception.
    let isPStateRight =
      new & 0x3DF == 0x3C0 | mode && new & 0x0C3F_C020 == 0 && (new ^ old) & 0xF140_0000 == 0
    return frame != entry.frame || saved?.frame != was.frame || saved?.event != entry.event
      || frame.x[0] != entry.event.rawValue || frame.x[1] != slot.argument
      || frame.x[2] != was.frame.pc || frame.x[3] != old
      || (4..<18).contains { frame.x[$0] != was.frame.x[$0] }
      || frame.pc != (slot.isRelative ? was.vbar &+ slot.entry : slot.entry)
      || !isPStateRight || now.elr != was.elr || now.spsr != was.spsr || now.vbar != was.vbar
  }
}
