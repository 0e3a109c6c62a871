import SDEIEngine
import SDEIModel
import Testing

/// Where an original goes astray, the engine says so and stays as it was.
@Suite("Undefined outcomes")
struct UndefinedTests {
  @Test("every reason is reached")
  func reasons() {
    var reached: Set<Undefined> = [.selfDeadlock, .wildPointer]
    for item in SwitchCase.all {
      guard case .answers(let answers) = item.switched else { continue }
      for case .undefined(let reason) in answers { reached.insert(reason) }
    }
    #expect(reached == Set(Undefined.allCases))
  }

  @Test("a delivery that goes astray leaves its request behind")
  func request() throws {
    let dialect = try SwitchCase.dialect(["search-stops-at-disabled"])
    var scene = try Scene(World.start, dialect)
    for step in [Step.register(.normal), .fire(.normal), .unmask()] { try scene.play(step) }
    expectRequest(scene)
    let unforced = Action.deliver(vcpu: 0, force: false, registers: LiveRegisters())
    try scene.play(.act(unforced))
    #expect(scene.outcomes.last?.answer == .undefined(.endlessLoop))
    expectRequest(scene)
    expectUntouched(scene)
  }

  @Test("KVM v4 never returns from a command that injects")
  func deadlock() throws {
    let inject = KVMCommand.inject(.softwareSignalled, vcpu: 0)
    let start = Snapshot.fresh(.kvmV4, vcpus: 1)
    #expect(try Dispatcher(start).undefined(by: inject) == .selfDeadlock)
    let later = Snapshot.fresh(.kvmV5, vcpus: 1)
    #expect(try Dispatcher(later).undefined(by: inject) == nil)
  }

  @Test("a notifier that a command brought is called, and is no function of this kernel")
  func wildPointer() throws {
    let number = EventNumber(0x4040_0001)
    var scene = try Scene(Snapshot.fresh(.kvmV5, vcpus: 1), .kvmV5)
    let entry = KVMCommand.ExposedEntry(
      number: number,
      type: .private,
      signaled: 0,
      priority: .normal,
      notifier: 0xFFFF_8000_1234_5678
    )
    #expect(scene.engine.apply(.setExposed([entry])) == nil)
    for step in [Step].ready(number) + [.unmask(), .inject(number), .deliver()] {
      try scene.play(step)
    }
    #expect(scene.outcomes.last?.answer == .undefined(.wildPointer))
    expectUntouched(scene)
    #expect(scene.engine.setNotifier(nil, of: number).value == 0)
    try scene.play(.deliver())
    #expect(scene.outcomes.last?.value == 1)
  }

  @Test("KVM v5 uses a shared event after its first completion freed it")
  func useAfterFree() throws {
    let number = EventNumber(0x4040_0002)
    var scene = try Scene(Snapshot.fresh(.kvmV5, vcpus: 2), .kvmV5)
    let definition = EventDefinition(type: .shared, priority: .normal, isSignalable: false)
    scene.engine.expose(number, definition)
    for step in [Step].ready(number) + [.unmask(0), .unmask(1)] { try scene.play(step) }
    for vcpu in UInt32(0)..<2 {
      try scene.play(.act(.inject(number, vcpu: vcpu, immediately: false)))
      try scene.play(.deliver(vcpu))
    }
    try scene.play(.unregister(number))
    #expect(scene.outcomes.last?.value == ReturnCode.pending.rawValue)
    try scene.play(.complete())
    #expect(scene.outcomes.last?.answer == .undefined(.useAfterFree))
    expectUntouched(scene)
  }

  @Test("an engine that queues first in, first out still finds shared events elsewhere")
  func sharedInQueue() throws {
    let dialect = try SwitchCase.dialect(["first-in-first-out"])
    var scene = try Scene(World.start, dialect)
    let steps = [Step].ready(.shared) + [.fire(.shared, on: 1), .unmask(0), .deliver(0)]
    for step in steps { try scene.play(step) }
    #expect(scene.engine.runningEvent(0, .normal) == .shared)
  }

  @Test("events that are objects, and not counted, are handled once")
  func objectsAlone() throws {
    let dialect = try SwitchCase.dialect(["kernel-objects"])
    var scene = try Scene(World.start, dialect)
    for step in [Step].running(.normal) + [.complete(), .deliver()] { try scene.play(step) }
    #expect(scene.engine.occurrence(of: .normal, on: 0) == .none)
    #expect(scene.outcomes.last?.value == 0)
    let leaving: [Step] = [
      .fire(.normal), .deliver(), .unregister(.normal), .status(.normal), .complete(),
      .status(.normal), .register(.normal),
    ]
    for step in leaving { try scene.play(step) }
    #expect(scene.outcomes.suffix(5).map(\.value) == [-5, 4, nil, 0, 0])
  }

  // An expectation that fails prints what it names, and an engine is long.

  private func expectUntouched(_ scene: Scene) {
    let isUntouched = scene.isUntouched
    #expect(isUntouched)
  }

  private func expectRequest(_ scene: Scene) {
    let isRequested = scene.engine.isDeliveryRequested(0)
    #expect(isRequested)
  }
}
