import SDEIEngine
import SDEIModel
import Testing

@Suite("The form of calls (sdei-spec 1.1, 1.3)")
struct CallFormTests {
  @Test("VERSION tells the instance's version as it is, vendor part included")
  func version() throws {
    var machine = try Machine()
    #expect(machine.call(.version) == 0x0001_0001_0000_0000)
    machine = try Machine {
      $0.instance.version = SDEIVersion(major: 1, minor: 0, vendor: 0x4B_564D)
    }
    #expect(machine.call(.version) == 0x0001_0000_004B_564D)
  }

  @Test("FEATURES: slots shared over private, relative mode since 1.1, nothing else")
  func features() throws {
    var machine = try Machine {
      $0.instance.features = Features(privateSlots: 3, sharedSlots: 0xFFFF, relativeMode: false)
    }
    #expect(machine.call(.features, 0) == 0xFFFF_0003)
    #expect(machine.call(.features, 1) == 0)
    #expect(machine.call(.features, 2) == ReturnCode.invalid)
    #expect(machine.call(.features, 0xFFFF_FFFF) == ReturnCode.invalid)
    machine = try Machine { $0.instance.version = .v1_0 }
    #expect(machine.call(.features, 1) == ReturnCode.invalid, "1.0 does not know it")
    #expect(machine.call(.features, 0) == 0x2_0002)
  }

  @Test("A-08: reserved flag bits, and relative mode without support, are INVALID_PARAMETERS")
  func flags() throws {
    var machine = try Machine { $0.instance.features.relativeMode = false }
    let number = Machine.normal.rawValue
    for flags in [2, 3, 4, 1 << 31, 1 << 32, 1 << 63] as [UInt64] {
      #expect(machine.call(.eventRegister, number, 0x1000, 0, flags) == ReturnCode.invalid)
    }
    #expect(machine.call(.eventRegister, number, 0x1000, 0, 1, 0x7777) == 0, "A-22: ignored")
    #expect(machine.snapshot.events[Machine.normal]?.routing == Routing())
  }

  @Test("GET_INFO: EV_SIGNALED is 0 for what can be signalled and 1 for what can not (A-01)")
  func info() throws {
    var machine = try Machine()
    #expect(machine.call(.eventGetInfo, 0, 1) == 0)
    for number in [Machine.normal, Machine.shared, Machine.critical] {
      #expect(machine.call(.eventGetInfo, number.rawValue, 1) == 1)
    }
    #expect(machine.call(.eventGetInfo, Machine.sharedCritical.rawValue, 0) == 1)
    #expect(machine.call(.eventGetInfo, Machine.sharedCritical.rawValue, 2) == 1)
    #expect(machine.call(.eventGetInfo, 0, 5) == ReturnCode.invalid)
    #expect(machine.call(.eventGetInfo, 0, 0xFFFF_FFFF) == ReturnCode.invalid)
  }

  @Test("32-bit arguments: upper halves do not matter")
  func truncation() throws {
    var machine = try Machine()
    let high: UInt64 = 0xDEAD_BEEF_0000_0000
    let number = Machine.normal.rawValue | high
    #expect(machine.call(.eventRegister, number, 0x1000) == 0)
    #expect(machine.call(.eventEnable, number) == 0)
    #expect(machine.call(.eventStatus, number) == 3)
    #expect(machine.call(.eventGetInfo, number, high | 2) == 0)
    #expect(machine.call(.features, high) == 0x2_0002)
    #expect(machine.call(.eventSignal, high, Machine.affinity(1)) == 0)
    machine.trigger(Machine.normal)
    #expect(machine.call(.eventContext, high | 4) == 0x1_0000_0004)
    #expect(machine.call(.eventDisable, number) == 0)
    #expect(machine.call(.eventUnregister, number) == ReturnCode.later)
    let bound = try machine.bind(high | 40).rawValue
    #expect(machine.call(.interruptBind, 40) == Int64(bound) && bound >> 32 == 0)
    #expect(machine.call(.interruptRelease, bound | high) == 0)
    // The mode of ROUTING_SET and the flags of REGISTER have 64 bits.
    machine.call(.eventRegister, Machine.shared.rawValue, 0x1000)
    #expect(
      machine.call(.eventRoutingSet, Machine.shared.rawValue, high) == ReturnCode.invalid
    )
  }

  @Test("numbers that are no event's are INVALID_PARAMETERS for every call that takes one")
  func unknownEvents() throws {
    var machine = try Machine()
    let before = machine.snapshot
    let numbers: [UInt64] = [1, 0x8000_0000, 0xFFFF_FFFF, 0x4100_0100, 0x4000_0FFF]
    for number in numbers {
      for function in [
        FunctionID.eventRegister, .eventEnable, .eventDisable, .eventUnregister, .eventStatus,
        .eventGetInfo, .eventRoutingSet, .interruptRelease, .eventSignal,
      ] {
        #expect(machine.call(function, number) == ReturnCode.invalid, "\(function.name)")
      }
    }
    #expect(machine.snapshot == before)
  }

  @Test("NOT_SUPPORTED: another exception level, an unknown function, no such vCPU")
  func notSupported() throws {
    for clientEL in [1, 2] as [UInt8] {
      var machine = try Machine { $0.instance.clientEL = clientEL }
      let before = machine.snapshot
      for function in FunctionID.allCases {
        var call = Call(function, 0, 0x1000)
        for level in 0...3 as ClosedRange<UInt8> where level != clientEL {
          call.level = level
          #expect(machine.outcome(call).value == ReturnCode.absent)
        }
        var registers = LiveRegisters()
        call.level = clientEL
        let outside = machine.engine.call(call, on: 3, registers: &registers)
        #expect(outside.value == ReturnCode.absent)
      }
      #expect(machine.snapshot == before)
      var version = Call(.version)
      version.level = clientEL
      #expect(machine.outcome(version).value == 0x0001_0001_0000_0000)
    }
  }

  @Test(
    "NOT_SUPPORTED: functions around the block, and the SMC32 forms, which do not exist",
    arguments: [
      0xC400_001F, 0xC400_0033, 0xC400_003F, 0x8400_0020, 0x8400_0032, 0x4400_0020, 0,
      0xFFFF_FFFF,
    ] as [UInt32]
  )
  func unknownFunctions(_ function: UInt32) throws {
    var machine = try Machine()
    #expect(machine.outcome(Call(function: function)).value == ReturnCode.absent)
  }
}
