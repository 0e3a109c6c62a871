import SDEIEngine
import SDEIModel
import Testing

@Suite("Triggers that wait (sdei-spec 2.2, 4.4, 4.6)")
struct TriggerTests {
  @Test("1.3: several signals collapse into one run, one more while it runs into one more run")
  func collapse() throws {
    var machine = try Machine()
    machine.enable(Machine.zero, on: 1)
    for _ in 0..<3 {
      #expect(machine.call(.eventSignal, 0, Machine.affinity(1)) == 0)
    }
    #expect(machine.engine.occurrence(of: Machine.zero, on: 1) == .waiting(1))
    #expect(machine.deliver(1) == Machine.zero)
    #expect(machine.engine.occurrence(of: Machine.zero, on: 1) == .running(waiting: 0))
    for _ in 0..<2 { machine.call(.eventSignal, 0, Machine.affinity(1), on: 1) }
    #expect(machine.engine.occurrence(of: Machine.zero, on: 1) == .running(waiting: 1))
    #expect(machine.deliver(1) == nil)
    machine.complete(1)
    #expect(machine.deliver(1) == Machine.zero)
    machine.complete(1)
    #expect(machine.deliver(1) == nil)
  }

  @Test("4.4: a level source delivers again after each completion until it is cleared")
  func level() throws {
    var machine = try Machine()
    machine.enable(Machine.level)
    machine.trigger(Machine.level)
    for _ in 0..<3 {
      machine.complete()
      #expect(machine.deliver() == Machine.level)
    }
    _ = machine.engine.clear(Machine.level, on: 0)
    machine.complete()
    #expect(machine.deliver() == nil)
    #expect(machine.engine.occurrence(of: Machine.level, on: 0) == .none)
  }

  @Test("4.4: clearing the source does nothing to an edge that waits")
  func clearOfEdge() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    _ = machine.engine.fire(Machine.normal, on: 0)
    _ = machine.engine.clear(Machine.normal, on: 0)
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("4.6: what comes while an event is not enabled waits for ENABLE")
  func disabled() throws {
    var machine = try Machine()
    machine.call(.eventRegister, Machine.normal.rawValue, 0x1000)
    #expect(machine.trigger(Machine.normal) == nil)
    #expect(!machine.isRequested(0))
    machine.call(.eventEnable, Machine.normal.rawValue)
    #expect(machine.isRequested(0))
    #expect(machine.deliver() == Machine.normal)
    machine.call(.eventDisable, Machine.normal.rawValue)
    #expect(machine.trigger(Machine.normal) == nil)
    machine.complete()
    #expect(machine.deliver() == nil)
    machine.call(.eventEnable, Machine.normal.rawValue)
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("4.6: what comes while a PE is masked waits for UNMASK, of both priorities")
  func masked() throws {
    var machine = try Machine()
    machine.enable(Machine.critical)
    machine.call(.peMask)
    #expect(machine.trigger(Machine.critical) == nil)
    #expect(machine.engine.deliver(0, force: true, registers: &machine.registers[0]).value == 0)
    machine.call(.peUnmask)
    #expect(machine.deliver() == Machine.critical)
  }

  @Test("A-19, 4.6: a trigger is dropped while unregistered, and with the registration")
  func dropped() throws {
    var machine = try Machine()
    #expect(machine.engine.fire(Machine.normal, on: 0).value == 0)
    machine.enable(Machine.normal)
    #expect(machine.deliver() == nil)
    machine.call(.peMask)
    #expect(machine.engine.fire(Machine.normal, on: 0).value == 1)
    #expect(machine.call(.eventUnregister, Machine.normal.rawValue) == 0)
    machine.enable(Machine.normal)
    machine.call(.peUnmask)
    #expect(machine.deliver() == nil)
  }

  @Test("3.2, 4.6: in UP nothing is delivered afterwards")
  func unregisterPending() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.trigger(Machine.normal)
    machine.trigger(Machine.normal)
    machine.call(.eventUnregister, Machine.normal.rawValue)
    machine.trigger(Machine.normal)
    machine.complete()
    machine.enable(Machine.normal)
    #expect(machine.deliver() == nil)
  }

  @Test(
    "A-02: SIGNAL is a success whatever its target's state, and only wrong arguments are errors"
  )
  func signal() throws {
    var machine = try Machine()
    let target = Machine.affinity(2)
    #expect(machine.call(.eventSignal, 0, target) == 0, "not registered there")
    machine.call(.eventRegister, 0, 0x1000, on: 2)
    #expect(machine.call(.eventSignal, 0, target) == 0, "not enabled there")
    machine.call(.peMask, on: 2)
    machine.call(.eventEnable, 0, on: 2)
    #expect(machine.call(.eventSignal, 0, target) == 0, "masked")
    #expect(machine.call(.eventSignal, 0, 0x7777) == ReturnCode.invalid)
    #expect(machine.call(.eventSignal, Machine.normal.rawValue, target) == ReturnCode.invalid)
    #expect(machine.call(.eventSignal, 0, target | 0xC100_0000) == 0, "A-17: MPIDR bits")
    machine.call(.peUnmask, on: 2)
    #expect(machine.deliver(2) == Machine.zero)
    #expect(machine.snapshot.events[Machine.zero]?.pending.isEmpty == true)
  }
}
