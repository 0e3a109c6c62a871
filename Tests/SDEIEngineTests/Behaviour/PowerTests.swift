import SDEIEngine
import SDEIModel
import Testing

@Suite("Power (sdei-spec 6)")
struct PowerTests {
  @Test("every PE starts masked, with nothing registered")
  func start() throws {
    let engine = try Dispatcher(.fresh(vcpus: 3))
    let snapshot = engine.snapshot()
    #expect(snapshot.vcpus.masked == Bitmap(below: 3))
    #expect(snapshot.events.allSatisfy { !$0.hasHandlerState })
  }

  @Test("CPU_OFF completes the handlers, the innermost first; UP ends in U")
  func off() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.critical)
    machine.trigger(Machine.normal)
    machine.trigger(Machine.critical)
    machine.call(.eventUnregister, Machine.normal.rawValue)
    let outcome = machine.engine.power(.off, on: 0)
    #expect(
      outcome.effects == [
        .completed(vcpu: 0, level: .critical, event: Machine.critical),
        .completed(vcpu: 0, level: .normal, event: Machine.normal),
      ]
    )
    #expect(machine.snapshot.contexts.isEmpty)
    #expect(machine.status(Machine.normal) == 0 && machine.status(Machine.critical) == 3)
    #expect(machine.snapshot.vcpus.powerState(of: 0) == .off)
  }

  @Test("no event brings a PE online: what waits there waits for ON and UNMASK")
  func offWaits() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.shared, flags: 1, affinity: Machine.affinity(0))
    _ = machine.engine.power(.off, on: 0)
    for number in [Machine.normal, Machine.shared] { _ = machine.engine.fire(number, on: 0) }
    #expect(machine.engine.settle(registers: &machine.registers).value == 0)
    #expect((0..<3).allSatisfy { !machine.isRequested($0) })
    _ = machine.engine.power(.on, on: 0)
    #expect(machine.snapshot.vcpus.masked.contains(0))
    #expect(machine.engine.settle(registers: &machine.registers).value == 0)
    #expect(machine.call(.peUnmask) == 0)
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("A-09: registrations survive OFF and ON")
  func registrationsKept() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    _ = machine.engine.power(.off, on: 0)
    _ = machine.engine.power(.on, on: 0)
    #expect(machine.status(Machine.normal) == 3)
  }

  @Test("a PE that is reset while handlers run comes up masked and runs none")
  func warmReset() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.shared)
    machine.trigger(Machine.normal)
    _ = machine.engine.fire(Machine.shared, on: 0)
    machine.call(.peMask, on: 1)
    machine.call(.peMask, on: 2)
    _ = machine.engine.power(.on, on: 0)
    #expect(machine.running() == [nil, nil] && machine.snapshot.contexts.isEmpty)
    #expect(machine.status(Machine.normal) == 3)
    #expect(machine.snapshot.vcpus.masked.contains(0))
  }

  @Test("a shared event that a PE was asked to take goes to another one when it is reset")
  func resetRetargets() throws {
    for transition in [PowerTransition.on, .wake] {
      var machine = try Machine()
      machine.enable(Machine.shared)
      _ = machine.engine.fire(Machine.shared, on: 0)
      #expect(machine.isRequested(0))
      _ = machine.engine.power(transition, on: 0)
      #expect(machine.isRequested(1), "\(transition)")
      #expect(machine.deliver(1) == Machine.shared)
    }
  }

  @Test("a powerdown suspend masks on wake and keeps registrations; what waits comes at UNMASK")
  func suspend() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.enable(Machine.shared)
    _ = machine.engine.power(.suspend, on: 0)
    #expect(!machine.snapshot.vcpus.masked.contains(0))
    _ = machine.engine.fire(Machine.normal, on: 0)
    _ = machine.engine.fire(Machine.shared, on: 0)
    #expect(!machine.isRequested(0))
    #expect(machine.deliver(1) == Machine.shared, "others may take shared events")
    _ = machine.engine.power(.wake, on: 0)
    #expect(machine.snapshot.vcpus.masked.contains(0))
    #expect(machine.snapshot.vcpus.powerState(of: 0) == .on)
    #expect(machine.deliver() == nil && machine.status(Machine.normal) == 3)
    machine.call(.peUnmask)
    #expect(machine.deliver() == Machine.normal)
  }

  @Test("standby leaves the mask alone, and an unmasked PE takes events at once")
  func standby() throws {
    for isMasked in [false, true] {
      var machine = try Machine()
      machine.enable(Machine.normal)
      if isMasked { machine.call(.peMask) }
      _ = machine.engine.power(.standby, on: 0)
      #expect(machine.trigger(Machine.normal) == (isMasked ? nil : Machine.normal))
      _ = machine.engine.power(.wake, on: 0)
      #expect(machine.snapshot.vcpus.masked.contains(0) == isMasked)
    }
  }

  @Test("a vCPU that does not exist has no power")
  func unknown() throws {
    var machine = try Machine()
    let before = machine.snapshot
    #expect(machine.engine.power(.off, on: 3).value == -1)
    #expect(machine.snapshot == before)
  }
}
