import SDEIEngine
import SDEIModel
import Testing

@Suite("Routing of shared events (sdei-spec 5)")
struct RoutingTests {
  @Test("RM_ANY asks exactly one PE, the one of the trigger where it can take the event")
  func exactlyOne() throws {
    var machine = try Machine(vcpus: 4)
    machine.enable(Machine.shared)
    let outcome = machine.engine.fire(Machine.shared, on: 2)
    #expect(
      outcome.effects == [.pended(event: Machine.shared, slot: 0), .requested(vcpu: 2)]
    )
    #expect((0..<4).filter { machine.isRequested($0) } == [2])
    #expect((0..<4).compactMap { machine.deliver($0) } == [Machine.shared])
    #expect(machine.running(2) == [Machine.shared, nil])
  }

  @Test("RM_ANY goes to another PE when the asked one masks, goes busy, off or to sleep")
  func another() throws {
    for obstacle in 0..<4 {
      var machine = try Machine(vcpus: 3)
      machine.enable(Machine.shared)
      machine.enable(Machine.normal)
      _ = machine.engine.fire(Machine.shared, on: 0)
      switch obstacle {
      case 0: machine.call(.peMask)
      case 1:
        #expect(
          machine.engine.dispatch(Machine.normal, on: 0, registers: &machine.registers[0]).value
            == 0
        )
      case 2: _ = machine.engine.power(.off, on: 0)
      default: _ = machine.engine.power(.suspend, on: 0)
      }
      #expect(machine.isRequested(1), "obstacle \(obstacle)")
      #expect(machine.deliver(0) == nil)
      #expect(machine.deliver(1) == Machine.shared)
      #expect(machine.deliver(2) == nil)
    }
  }

  @Test("4.6: with all targets masked the event waits until one unmasks")
  func allMasked() throws {
    var machine = try Machine(vcpus: 3)
    machine.enable(Machine.shared)
    for vcpu in 0..<3 as Range<UInt32> { machine.call(.peMask, on: vcpu) }
    _ = machine.engine.fire(Machine.shared, on: 0)
    #expect((0..<3).allSatisfy { !machine.isRequested($0) })
    machine.call(.peUnmask, on: 2)
    #expect(machine.deliver(2) == Machine.shared)
  }

  @Test("RM_PE: only the named PE takes the event, however it is caused")
  func onePE() throws {
    var machine = try Machine(vcpus: 4)
    #expect(machine.enable(Machine.shared, flags: 1, affinity: Machine.affinity(3)) == [0, 0])
    _ = machine.engine.fire(Machine.shared, on: 1)
    #expect((0..<4).filter { machine.isRequested($0) } == [3])
    for vcpu in [0, 1, 2] as [UInt32] {
      let outcome = machine.engine.deliver(
        vcpu,
        force: true,
        registers: &machine.registers[Int(vcpu)]
      )
      #expect(outcome.entry == nil)
    }
    #expect(machine.deliver(3) == Machine.shared)
    #expect(machine.call(.eventGetInfo, Machine.shared.rawValue, 3) == 1)
    #expect(
      machine.call(.eventGetInfo, Machine.shared.rawValue, 4) == Int64(Machine.affinity(3))
    )
  }

  @Test("RM_PE: a masked target keeps the event waiting while others are free")
  func maskedTarget() throws {
    var machine = try Machine(vcpus: 2)
    machine.enable(Machine.shared, flags: 1, affinity: Machine.affinity(1))
    machine.call(.peMask, on: 1)
    _ = machine.engine.fire(Machine.shared, on: 0)
    #expect(!machine.isRequested(0) && !machine.isRequested(1))
    machine.call(.peUnmask, on: 1)
    #expect(machine.deliver(1) == Machine.shared)
  }

  @Test("5: ROUTING_SET in state R takes what waits along; A-17: MPIDR bits are stripped")
  func routingSet() throws {
    var machine = try Machine(vcpus: 3)
    machine.call(.eventRegister, Machine.shared.rawValue, 0x1000)
    _ = machine.engine.fire(Machine.shared, on: 0)
    let raw = Machine.affinity(2) | 1 << 31 | 1 << 24
    #expect(machine.call(.eventRoutingSet, Machine.shared.rawValue, 1, raw) == 0)
    #expect(
      machine.call(.eventGetInfo, Machine.shared.rawValue, 4) == Int64(Machine.affinity(2))
    )
    machine.call(.eventEnable, Machine.shared.rawValue)
    #expect((0..<3).filter { machine.isRequested($0) } == [2])
    #expect(machine.call(.eventRoutingSet, Machine.shared.rawValue, 0) == ReturnCode.no)
    machine.call(.eventDisable, Machine.shared.rawValue)
    #expect(machine.call(.eventRoutingSet, Machine.shared.rawValue, 0) == 0)
    #expect(machine.call(.eventGetInfo, Machine.shared.rawValue, 4) == ReturnCode.invalid)
    #expect(
      machine.call(.eventRoutingSet, Machine.shared.rawValue, 1 << 32) == ReturnCode.invalid,
      "bits 63:1 of the mode must be zero"
    )
  }

  @Test("4.4: what came while a handler ran goes to a free PE when its own can not take it")
  func afterCompletion() throws {
    var machine = try Machine(vcpus: 2)
    machine.enable(Machine.normal)
    machine.enable(Machine.shared)
    machine.trigger(Machine.shared)
    // PE 0 was asked for an event that is then masked, so that its request is stale.
    machine.enable(Machine.critical)
    _ = machine.engine.fire(Machine.critical, on: 0)
    machine.call(.peMask)
    _ = machine.engine.fire(Machine.shared, on: 0)
    #expect(machine.isRequested(0) && !machine.isRequested(1))
    machine.complete()
    #expect(machine.isRequested(1))
    #expect(machine.deliver(1) == Machine.shared)
  }
}
