import SDEIEngine
import SDEIModel
import Testing

@Suite("Binding interrupts (sdei-spec 1.3, 2.1, A-11, A-12)")
struct BindingTests {
  @Test("a PPI makes a private event and an SPI a shared one, normal, in the vendor space")
  func types() throws {
    for (interrupt, type) in [
      (16, 0), (31, 0), (32, 1), (1019, 1), (1056, 0), (1119, 0), (4096, 1),
    ]
      as [(UInt64, Int64)]
    {
      var machine = try Machine()
      let outcome = machine.outcome(Call(.interruptBind, interrupt))
      let number = try #require(outcome.value.map { UInt64(bitPattern: $0) })
      #expect(EventNumber(number).space == .vendor)
      #expect(outcome.effects == [.interruptTaken(interrupt: UInt32(interrupt), vcpu: nil)])
      #expect(machine.call(.eventGetInfo, number, 0, on: 1) == type)
      #expect(machine.call(.eventGetInfo, number, 1) == 1)
      #expect(machine.call(.eventGetInfo, number, 2) == 0)
      #expect(machine.status(EventNumber(number), on: 2) == 0)
    }
  }

  @Test("an interrupt that is bound already gives the same number, from any PE")
  func twice() throws {
    var machine = try Machine()
    let first = machine.call(.interruptBind, 40)
    #expect(machine.call(.interruptBind, 40, on: 2) == first)
    machine.engine.interrupts.setActive(true, 40, on: 0)
    #expect(machine.call(.interruptBind, 40) == first)
    #expect(machine.snapshot.events.count { $0.definition?.origin == .slot } == 1)
  }

  @Test("SGIs, special and unknown INTIDs are refused")
  func refused() throws {
    var machine = try Machine()
    let before = machine.snapshot
    for interrupt in [0, 15, 1020, 1023, 1055, 1120, 4095, 5120, 0xFFFF_FFFF] as [UInt64] {
      #expect(machine.call(.interruptBind, interrupt) == ReturnCode.invalid, "\(interrupt)")
    }
    #expect(machine.snapshot == before)
  }

  @Test("an interrupt of another owner is INVALID_PARAMETERS, an active one DENIED")
  func stated() throws {
    var machine = try Machine()
    machine.engine.interrupts.setOwner(.dispatcher, of: 40, on: 2)
    machine.engine.interrupts.setActive(true, 41, on: 2)
    machine.engine.interrupts.setActive(true, 20, on: 1)
    #expect(machine.call(.interruptBind, 40) == ReturnCode.invalid)
    #expect(machine.call(.interruptBind, 41) == ReturnCode.no)
    #expect(machine.call(.interruptBind, 20, on: 1) == ReturnCode.no)
    machine.engine.interrupts.setOwner(.client, of: 40, on: 0)
    machine.engine.interrupts.setActive(false, 41, on: 0)
    #expect((machine.call(.interruptBind, 40) ?? -1) > 0)
    #expect((machine.call(.interruptBind, 41) ?? -1) > 0)
  }

  @Test("the platform's own interrupts can not be bound")
  func platform() throws {
    var machine = try Machine { snapshot in
      snapshot.events.update(Machine.shared) { $0.definition?.interrupt = 50 }
    }
    #expect(machine.call(.interruptBind, 50) == ReturnCode.invalid)
  }

  @Test("past the slots of a type it is OUT_OF_RESOURCE, and a release frees one")
  func slots() throws {
    var machine = try Machine()
    let numbers = [40, 41].map { machine.call(.interruptBind, $0) ?? -1 }
    #expect(machine.call(.interruptBind, 42) == ReturnCode.full)
    #expect((machine.call(.interruptBind, 20) ?? -1) > 0, "private slots are others")
    #expect((machine.call(.interruptBind, 21) ?? -1) > 0)
    #expect(machine.call(.interruptBind, 22) == ReturnCode.full)
    #expect(Set(machine.snapshot.events.map(\.number)).count == machine.snapshot.events.count)
    #expect(machine.call(.interruptRelease, UInt64(numbers[0])) == 0)
    #expect((machine.call(.interruptBind, 42) ?? -1) > 0)
    #expect(machine.call(.features, 0) == 0x2_0002, "slots are allocated ones, not free ones")
  }

  @Test("numbers that the platform uses are not given to bindings")
  func numbers() throws {
    var machine = try Machine { snapshot in
      let definition = EventDefinition(type: .shared, priority: .normal, isSignalable: false)
      for number in [0x4000_0000, 0x4000_0002] as [UInt64] {
        snapshot.events.insert(Event(EventNumber(number), definition: definition))
      }
    }
    #expect(machine.call(.interruptBind, 40) == 0x4000_0001)
    #expect(machine.call(.interruptBind, 41) == 0x4000_0003)
  }

  @Test("RELEASE wants a bound event that is unregistered on every PE, and returns the interrupt")
  func release() throws {
    var machine = try Machine()
    let event = try machine.bind(20)
    let number = event.rawValue
    machine.enable(event, on: 2)
    #expect(machine.call(.interruptRelease, number) == ReturnCode.no)
    machine.trigger(event, on: 2)
    machine.call(.eventUnregister, number, on: 2)
    #expect(machine.call(.interruptRelease, number) == ReturnCode.no, "unregister-pending")
    machine.complete(2)
    let outcome = machine.outcome(Call(.interruptRelease, number))
    #expect(outcome == Outcome(.value(0), [.interruptReturned(interrupt: 20, vcpu: nil)]))
    #expect(machine.call(.interruptRelease, number) == ReturnCode.invalid)
    for function in [FunctionID.eventStatus, .eventRegister, .eventEnable, .eventGetInfo] {
      #expect(machine.call(function, number) == ReturnCode.invalid, "\(function.name)")
    }
    for platform in [Machine.zero, Machine.normal, Machine.shared] {
      #expect(machine.call(.interruptRelease, platform.rawValue) == ReturnCode.invalid)
    }
  }

  @Test("A-12: a slot's number is unknown while nothing is bound, and can be given again")
  func unbound() throws {
    var machine = try Machine { snapshot in
      let definition = EventDefinition(
        type: .shared,
        priority: .normal,
        isSignalable: false,
        origin: .slot
      )
      for number in [0x4000_0000, 0x4000_0001, 0x4000_0002] as [UInt64] {
        snapshot.events.insert(Event(EventNumber(number), definition: definition))
      }
    }
    for function in FunctionID.allCases where function.name.contains("EVENT_") {
      if [.eventContext, .eventComplete, .eventCompleteAndResume].contains(function) { continue }
      #expect(machine.call(function, 0x4000_0001) == ReturnCode.invalid, "\(function.name)")
    }
    #expect(machine.call(.interruptRelease, 0x4000_0001) == ReturnCode.invalid)
    #expect(machine.call(.interruptBind, 40) == 0x4000_0000)
    #expect(machine.call(.interruptBind, 20) == 0x4000_0001)
    #expect(machine.call(.eventGetInfo, 0x4000_0001, 0) == 0)
  }

  @Test("what a bound interrupt triggers is delivered like any event")
  func delivered() throws {
    var machine = try Machine()
    let number = try machine.bind(40)
    machine.enable(number, flags: 1, affinity: Machine.affinity(1))
    #expect(machine.trigger(number, on: 1) == number)
    #expect(machine.registers[1].frame.x[0] == number.rawValue)
  }
}
