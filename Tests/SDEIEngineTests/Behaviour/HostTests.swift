import SDEIEngine
import SDEIModel
import Testing

@Suite("What happens outside the guest: sources, hosts and firmware")
struct HostTests {
  private static let busy: Int64 = -16
  private static let noEntry: Int64 = -2
  private static let inProgress: Int64 = -115

  @Test("fire tells whether the trigger waits, and effects tell who is asked")
  func fire() throws {
    var machine = try Machine()
    #expect(machine.engine.fire(Machine.normal, on: 0) == Outcome(.value(0)))
    #expect(machine.engine.fire(EventNumber(0x4000_0FFF), on: 0) == Outcome(.value(0)))
    machine.enable(Machine.normal)
    #expect(machine.engine.fire(Machine.normal, on: 3) == Outcome(.value(0)))
    #expect(
      machine.engine.fire(Machine.normal, on: 0)
        == Outcome(.value(1), [.pended(event: Machine.normal, slot: 0), .requested(vcpu: 0)])
    )
    #expect(machine.engine.fire(Machine.normal, on: 0) == Outcome(.value(1)), "an edge collapses")
    #expect(machine.engine.fire(Machine.normal, on: 1) == Outcome(.value(0)), "per PE")
  }

  @Test("deliver wants a request or force, and consumes the request")
  func deliver() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.call(.peMask)
    _ = machine.engine.fire(Machine.normal, on: 0)
    #expect(machine.deliver() == nil)
    machine.call(.peUnmask)
    let before = machine.registers[0]
    let outcome = machine.engine.deliver(0, registers: &machine.registers[0])
    #expect(outcome.value == 1)
    #expect(outcome.entry?.frame == machine.registers[0].frame && before != machine.registers[0])
    #expect(!machine.isRequested(0))
    #expect(machine.engine.deliver(0, registers: &machine.registers[0]) == Outcome(.value(0)))
    #expect(machine.engine.deliver(9, registers: &machine.registers[0]) == Outcome(.value(0)))
  }

  @Test("inject pends like a source; immediately refuses what would have to wait")
  func inject() throws {
    var machine = try Machine()
    #expect(machine.engine.inject(EventNumber(5), on: 0).value == Self.noEntry)
    #expect(machine.engine.inject(EventNumber(1 << 32), on: 0).value == Self.noEntry)
    #expect(machine.engine.inject(Machine.normal, on: 7).value == Self.noEntry)
    machine.enable(Machine.normal)
    machine.call(.peMask)
    #expect(machine.engine.inject(Machine.normal, on: 0, immediately: true).value == Self.busy)
    #expect(machine.engine.occurrence(of: Machine.normal, on: 0) == .none)
    #expect(machine.engine.inject(Machine.normal, on: 0).value == 0)
    #expect(machine.engine.occurrence(of: Machine.normal, on: 0) == .waiting(1))
    machine.call(.peUnmask)
    #expect(machine.engine.inject(Machine.normal, on: 0, immediately: true).value == 0)
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("cancel takes back what waits, and not what runs")
  func cancel() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    #expect(machine.engine.cancel(Machine.normal, on: 0).value == Self.noEntry)
    #expect(machine.engine.cancel(EventNumber(5), on: 0).value == Self.noEntry)
    _ = machine.engine.fire(Machine.normal, on: 0)
    #expect(machine.engine.cancel(Machine.normal, on: 0).value == 0)
    #expect(machine.deliver() == nil)
    machine.trigger(Machine.normal)
    #expect(machine.engine.cancel(Machine.normal, on: 0).value == Self.inProgress)
    _ = machine.engine.fire(Machine.normal, on: 0)
    #expect(machine.engine.cancel(Machine.normal, on: 0).value == 0)
    #expect(machine.running() == [Machine.normal, nil])
    machine.complete()
    #expect(machine.deliver() == nil)
  }

  @Test("occurrence tells what waits and what runs, a shared event for every PE")
  func occurrence() throws {
    var machine = try Machine()
    machine.enable(Machine.shared)
    _ = machine.engine.fire(Machine.shared, on: 1)
    #expect(machine.engine.occurrence(of: Machine.shared, on: 0) == .waiting(1))
    #expect(machine.engine.occurrence(of: Machine.shared, on: 1) == .waiting(1))
    machine.deliver(1)
    #expect(machine.engine.occurrence(of: Machine.shared, on: 0) == .none)
    #expect(machine.engine.occurrence(of: Machine.shared, on: 1) == .running(waiting: 0))
    _ = machine.engine.fire(Machine.shared, on: 0)
    #expect(machine.engine.occurrence(of: Machine.shared, on: 0) == .waiting(1))
    #expect(machine.engine.occurrence(of: Machine.shared, on: 1) == .running(waiting: 1))
    #expect(machine.engine.occurrence(of: Machine.shared, on: 3) == .none)
    #expect(machine.engine.occurrence(of: EventNumber(5), on: 0) == .none)
  }

  @Test("dispatch enters at once, without a trigger, or changes nothing")
  func dispatch() throws {
    var machine = try Machine()
    let before = (machine.snapshot, machine.registers[0])
    for number in [Machine.normal, EventNumber(5)] {
      #expect(
        machine.engine.dispatch(number, on: 0, registers: &machine.registers[0]).value == -1
      )
    }
    #expect(machine.snapshot == before.0 && machine.registers[0] == before.1)
    machine.enable(Machine.normal)
    let outcome = machine.engine.dispatch(Machine.normal, on: 0, registers: &machine.registers[0])
    #expect(outcome.value == 0 && outcome.entry?.event == Machine.normal)
    #expect(machine.registers[0].frame.pc == Machine.entry(Machine.normal))
    #expect(
      machine.engine.dispatch(Machine.normal, on: 0, registers: &machine.registers[0]).value == -1
    )
  }

  @Test("arrive enters at once where it can, else the event waits for a PE that can")
  func arrive() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.shared)
    machine.call(.peMask)
    #expect(
      machine.engine.arrive(Machine.normal, on: 0, registers: &machine.registers[0]).value == 0
    )
    #expect(machine.engine.occurrence(of: Machine.normal, on: 0) == .waiting(1))
    #expect(
      machine.engine.arrive(Machine.shared, on: 0, registers: &machine.registers[0]).value == 0
    )
    #expect(machine.deliver(1) == Machine.shared)
    machine.complete(1)
    let outcome = machine.engine.arrive(Machine.shared, on: 2, registers: &machine.registers[2])
    #expect(outcome.value == 1 && outcome.entry?.event == Machine.shared)
    #expect(
      machine.engine.arrive(EventNumber(5), on: 0, registers: &machine.registers[0])
        == Outcome(.value(0))
    )
  }

  @Test("settle delivers on every PE until nothing is due, nested handlers included")
  func settle() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    machine.enable(Machine.zero, on: 1)
    machine.enable(Machine.shared)
    machine.trigger(Machine.normal)
    for number in [Machine.critical, Machine.shared] { _ = machine.engine.fire(number, on: 0) }
    _ = machine.engine.fire(Machine.zero, on: 1)
    let outcome = machine.engine.settle(registers: &machine.registers)
    let entered = outcome.effects.compactMap { effect -> EventNumber? in
      if case .entered(let entry) = effect { entry.event } else { nil }
    }
    #expect(outcome.value == 1)
    #expect(entered == [Machine.critical, Machine.zero, Machine.shared])
    #expect(machine.running() == [Machine.normal, Machine.critical])
    #expect(machine.running(2) == [Machine.shared, nil])
    #expect(machine.engine.settle(registers: &machine.registers) == Outcome(.value(0)))
    var few: [LiveRegisters] = []
    #expect(machine.engine.settle(registers: &few).value == 0, "missing registers are 0")
  }

  @Test("a notifier hears of deliveries and completions, and of nothing when taken away")
  func notifier() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    #expect(machine.engine.setNotifier("async-pf", of: Machine.normal).value == 0)
    #expect(machine.engine.setNotifier("x", of: EventNumber(5)).value == Self.noEntry)
    #expect(machine.snapshot.events[Machine.normal]?.definition?.notifier == "async-pf")
    func told(_ what: Effect.Notification) -> Effect {
      .notified(notifier: "async-pf", vcpu: 0, event: Machine.normal, what)
    }
    _ = machine.engine.fire(Machine.normal, on: 0)
    let entry = machine.engine.deliver(0, registers: &machine.registers[0])
    #expect(entry.effects.last == told(.delivered))
    #expect(machine.outcome(Call(.eventComplete)).effects.last == told(.completed))
    machine.trigger(Machine.normal)
    #expect(machine.engine.power(.off, on: 0).effects.contains(told(.completed)))
    _ = machine.engine.setNotifier(nil, of: Machine.normal)
    #expect(machine.snapshot.events[Machine.normal]?.definition?.notifier == nil)
  }
}
