import SDEIEngine
import SDEIModel
import Testing

@Suite("Priorities and nesting (sdei-spec 4.1, 4.2)")
struct NestingTests {
  @Test("4.2: a critical handler preempts a normal one, and CONTEXT is the innermost one's")
  func nests() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    let outer = machine.registers[0].frame
    machine.trigger(Machine.normal)
    machine.registers[0].frame.x[5] = 0x5555
    let inner = machine.registers[0].frame
    #expect(machine.trigger(Machine.critical) == Machine.critical)
    #expect(machine.running() == [Machine.normal, Machine.critical])
    #expect(machine.call(.eventContext, 5) == 0x5555)
    #expect(machine.call(.eventContext, 0) == Int64(Machine.normal.rawValue))
    #expect(machine.complete() == .resumes)
    #expect(machine.registers[0].frame == inner)
    #expect(machine.call(.eventContext, 5) == Int64(outer.x[5]))
    #expect(machine.complete() == .resumes)
    #expect(machine.registers[0].frame == outer)
    #expect(machine.complete() == .value(ReturnCode.no))
  }

  @Test("4.1: nothing enters within a class, and a normal handler on top of nothing")
  func withinClass() throws {
    var machine = try Machine()
    for number in [Machine.zero, Machine.normal, Machine.critical, Machine.sharedCritical] {
      machine.enable(number)
    }
    machine.trigger(Machine.normal)
    #expect(machine.trigger(Machine.zero) == nil)
    machine.trigger(Machine.critical)
    #expect(machine.trigger(Machine.sharedCritical) == nil, "a critical one runs here")
    #expect(machine.running() == [Machine.normal, Machine.critical])
    machine.complete()
    #expect(machine.deliver() == Machine.sharedCritical)
    machine.complete()
    #expect(machine.deliver() == nil, "the normal handler still runs")
    machine.complete()
    #expect(machine.deliver() == Machine.zero)
  }

  @Test("4.1: a normal event does not enter on top of a critical handler alone")
  func normalOnCritical() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    machine.trigger(Machine.critical)
    #expect(machine.trigger(Machine.normal) == nil)
    #expect(machine.engine.occurrence(of: Machine.normal, on: 0) == .waiting(1))
    machine.complete()
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("4.2: of what waits, the critical event comes first")
  func criticalFirst() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    machine.call(.peMask)
    _ = machine.engine.fire(Machine.normal, on: 0)
    _ = machine.engine.fire(Machine.critical, on: 0)
    machine.call(.peUnmask)
    #expect(machine.deliver() == Machine.critical)
    machine.complete()
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("A-06: MASK inside a normal handler holds a critical event back, and the handler goes on")
  func maskInside() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    machine.trigger(Machine.normal)
    #expect(machine.call(.peMask) == 1)
    #expect(machine.trigger(Machine.critical) == nil)
    #expect(machine.running() == [Machine.normal, nil])
    #expect(machine.call(.peUnmask) == 0)
    #expect(machine.deliver() == Machine.critical)
  }

  @Test("A-06: DISABLE and UNREGISTER inside a handler show at once and let it go on")
  func changesInside() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    let before = machine.registers[0].frame
    machine.trigger(Machine.normal)
    machine.call(.eventDisable, Machine.normal.rawValue)
    #expect(machine.status(Machine.normal) == 5)
    #expect(machine.call(.eventUnregister, Machine.normal.rawValue) == ReturnCode.later)
    #expect(machine.status(Machine.normal) == 4)
    #expect(machine.call(.eventUnregister, Machine.normal.rawValue) == ReturnCode.later)
    #expect(machine.call(.eventContext, 4) == Int64(before.x[4]))
    machine.complete()
    #expect(machine.status(Machine.normal) == 0)
    #expect(machine.call(.eventUnregister, Machine.normal.rawValue) == ReturnCode.no)
    #expect(machine.registers[0].frame == before)
  }

  @Test("4.1: a shared event never runs on two PEs, and UNREGISTER elsewhere waits for its PE")
  func sharedOnce() throws {
    var machine = try Machine()
    machine.enable(Machine.shared)
    machine.trigger(Machine.shared, on: 1)
    #expect(machine.running(1) == [Machine.shared, nil])
    #expect(machine.trigger(Machine.shared, on: 2) == nil)
    #expect(machine.status(Machine.shared, on: 2) == 7, "its status is global")
    #expect(machine.call(.eventContext, 0, on: 2) == ReturnCode.no)
    #expect(machine.complete(2) == .value(ReturnCode.no))
    #expect(machine.call(.eventUnregister, Machine.shared.rawValue, on: 2) == ReturnCode.later)
    #expect(machine.complete(1) == .resumes)
    #expect(machine.status(Machine.shared) == 0)
    #expect(machine.engine.occurrence(of: Machine.shared, on: 0) == .none)
  }
}
