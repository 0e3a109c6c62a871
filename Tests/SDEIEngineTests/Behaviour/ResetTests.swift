import SDEIEngine
import SDEIModel
import Testing

@Suite("PRIVATE_RESET and SHARED_RESET (sdei-spec 7)")
struct ResetTests {
  @Test("7.1: PRIVATE_RESET unregisters the calling PE's private events and nothing else")
  func privateReset() throws {
    var machine = try Machine()
    for vcpu in [0, 1] as [UInt32] {
      for number in [Machine.zero, Machine.normal, Machine.critical] {
        machine.enable(number, on: vcpu)
      }
    }
    machine.enable(Machine.shared)
    let bound = try machine.bind(40)
    machine.enable(bound)
    machine.call(.peMask)
    _ = machine.engine.fire(Machine.normal, on: 0)
    #expect(machine.call(.privateReset) == 0)
    let after = machine.snapshot
    for event in after.events where !event.isShared {
      #expect(!event.registered.contains(0) && event.pending[0] == 0)
      #expect(event.entry[0] == 0 && event.argument[0] == 0, "7.1: auxiliary data is cleared")
    }
    #expect(machine.status(Machine.normal, on: 1) == 3)
    #expect(machine.status(Machine.shared) == 3 && machine.status(bound) == 3)
    #expect(after.vcpus.masked.contains(0), "the mask stays")
  }

  @Test("7.1: a running handler makes PRIVATE_RESET DENIED; the others are unregistered")
  func privateResetInside() throws {
    var machine = try Machine()
    for number in [Machine.zero, Machine.normal, Machine.critical] { machine.enable(number) }
    machine.trigger(Machine.normal)
    machine.trigger(Machine.critical)
    #expect(machine.call(.privateReset) == ReturnCode.no)
    #expect(machine.status(Machine.zero) == 0)
    #expect(machine.status(Machine.normal) == 4 && machine.status(Machine.critical) == 4)
    #expect(machine.call(.privateReset) == ReturnCode.no, "in UP still")
    machine.complete()
    machine.complete()
    #expect(machine.call(.privateReset) == 0)
  }

  @Test("A-04: a shared handler that runs on the PE does not deny PRIVATE_RESET")
  func privateResetInShared() throws {
    var machine = try Machine()
    machine.enable(Machine.shared)
    machine.trigger(Machine.shared)
    #expect(machine.call(.privateReset) == 0)
    #expect(machine.status(Machine.shared) == 7)
  }

  @Test("7.2: SHARED_RESET unregisters shared events, releases all bindings, leaves private events")
  func sharedReset() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.shared, flags: 1, affinity: Machine.affinity(2))
    let bound = try machine.bind(40)
    machine.call(.interruptBind, 20)
    machine.enable(bound)
    let outcome = machine.outcome(Call(.sharedReset), on: 2)
    #expect(outcome.answer == .value(0))
    #expect(
      Set(outcome.effects) == [
        .interruptReturned(interrupt: 40, vcpu: nil), .interruptReturned(interrupt: 20, vcpu: nil),
      ]
    )
    let after = machine.snapshot
    #expect(after.events.allSatisfy { $0.definition?.origin == .platform })
    #expect(machine.status(Machine.shared) == 0 && machine.status(Machine.normal) == 3)
    #expect(after.events[Machine.shared]?.routing == Routing())
  }

  @Test("7.2: a shared handler that runs on any PE denies SHARED_RESET, its event waits in UP")
  func sharedResetWhileRunning() throws {
    var machine = try Machine()
    machine.enable(Machine.shared)
    machine.enable(Machine.sharedCritical)
    machine.trigger(Machine.shared, on: 1)
    #expect(machine.call(.sharedReset) == ReturnCode.no)
    #expect(machine.status(Machine.shared) == 4 && machine.status(Machine.sharedCritical) == 0)
    #expect(machine.call(.sharedReset, on: 1) == ReturnCode.no)
    machine.complete(1)
    #expect(machine.call(.sharedReset) == 0)
  }

  @Test("7.2: a private binding that is registered on any PE denies; the other bindings go")
  func sharedResetWithPrivateBinding() throws {
    var machine = try Machine()
    let bound = try machine.bind(20)
    machine.call(.interruptBind, 21)
    machine.call(.interruptBind, 40)
    machine.enable(bound, on: 2)
    #expect(machine.call(.sharedReset) == ReturnCode.no)
    let left = machine.snapshot.events.filter { $0.definition?.origin == .slot }
    #expect(left.map(\.number) == [bound])
    #expect(machine.status(bound, on: 2) == 3)
    #expect(machine.call(.privateReset, on: 2) == 0)
    #expect(machine.call(.sharedReset) == 0)
    #expect(machine.snapshot.events.allSatisfy { $0.definition?.origin == .platform })
  }
}
