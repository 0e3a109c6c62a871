import SDEIEngine
import SDEIModel
import Testing

@Suite("Entering and leaving a handler (sdei-spec 4.3 to 4.5)")
struct EntryTests {
  @Test("4.3: X0 to X3 tell of the event and of what was interrupted, X4 to X17 are kept")
  func registers() throws {
    var machine = try Machine()
    machine.enable(Machine.normal, on: 1)
    let before = machine.registers[1]
    #expect(machine.trigger(Machine.normal, on: 1) == Machine.normal)
    let after = machine.registers[1]
    #expect(after.frame.x[0] == Machine.normal.rawValue)
    #expect(after.frame.x[1] == 0xA0)
    #expect(after.frame.x[2] == before.frame.pc)
    #expect(after.frame.x[3] == before.frame.pstate)
    #expect((4..<18).allSatisfy { after.frame.x[$0] == before.frame.x[$0] })
    #expect(after.frame.pc == Machine.entry(Machine.normal))
    // ELR_EL_C and SPSR_EL_C are not written on entry.
    #expect(after.elr == before.elr && after.spsr == before.spsr && after.vbar == before.vbar)
    #expect(machine.snapshot.contexts[1, .normal]?.frame == before.frame)
  }

  @Test("4.3, A-10: a relative entry point counts from VBAR at the time of the delivery")
  func relative() throws {
    var machine = try Machine()
    #expect(machine.call(.eventRegister, Machine.normal.rawValue, 0x480, 1, 2) == 0)
    machine.call(.eventEnable, Machine.normal.rawValue)
    machine.registers[0].vbar = 0xFFFF_8000_4000_0000
    machine.trigger(Machine.normal)
    #expect(machine.registers[0].frame.pc == 0xFFFF_8000_4000_0480)
    // An offset may be negative.
    machine.complete()
    machine.call(.eventUnregister, Machine.normal.rawValue)
    #expect(machine.call(.eventRegister, Machine.normal.rawValue, .max - 0xF, 1, 2) == 0)
    machine.call(.eventEnable, Machine.normal.rawValue)
    machine.trigger(Machine.normal)
    #expect(machine.registers[0].frame.pc == 0xFFFF_8000_3FFF_FFF0)
  }

  @Test(
    "4.3: PSTATE is DAIF, EL_C, AArch64 and its own stack pointer, the rest as of an exception",
    arguments: [
      // EL0t with flags; EL1t; EL1h with PAN and DIT; single step and illegal state; BTYPE and UAO.
      (0x6000_0000, 0x6000_03C5), (0x4, 0x3C5), (0x0140_0005, 0x0140_03C5),
      (0x8030_0000, 0x8000_03C5), (0x0080_0C05, 0x3C5),
      // AArch32 EL0: T, IT, E, GE, Q and SSBS are no bits of an AArch64 PSTATE.
      (0x8000_0010, 0x8000_03C5), (0xFFFF_FFF0, 0xF140_03C5),
    ] as [(UInt64, UInt64)]
  )
  func pstate(_ interrupted: UInt64, _ expected: UInt64) throws {
    for clientEL in [1, 2] as [UInt8] {
      var machine = try Machine { $0.instance.clientEL = clientEL }
      machine.enable(Machine.normal)
      machine.registers[0].frame.pstate = interrupted
      machine.trigger(Machine.normal)
      #expect(machine.registers[0].frame.pstate == (clientEL == 1 ? expected : expected + 4))
      #expect(machine.registers[0].frame.x[3] == interrupted)
    }
  }

  @Test("4.4: COMPLETE restores X0 to X17, PC and PSTATE, whatever the handler left")
  func complete() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    let before = machine.registers[0]
    machine.trigger(Machine.normal)
    machine.registers[0].frame = RegisterFrame(pc: 1, pstate: 2)
    machine.registers[0].elr = 0x99
    let outcome = machine.outcome(Call(.eventComplete, 0))
    #expect(outcome.answer == .resumes, "X0 is no result register here")
    #expect(
      outcome.effects == [.completed(vcpu: 0, level: .normal, event: Machine.normal)]
    )
    #expect(machine.registers[0].frame == before.frame)
    #expect(machine.registers[0].elr == 0x99 && machine.registers[0].spsr == before.spsr)
    #expect(machine.snapshot.contexts.isEmpty && machine.status(Machine.normal) == 3)
  }

  @Test("4.5, A-07: COMPLETE_AND_RESUME goes on at an address, with the interrupted PSTATE's rest")
  func resume() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.registers[0].frame.pstate = 0x6160_0000
    let before = machine.registers[0].frame
    machine.trigger(Machine.normal)
    machine.registers[0].frame.x[7] = 0xBAD
    let outcome = machine.outcome(Call(.eventCompleteAndResume, Machine.resumeAt))
    #expect(outcome.answer == .resumes)
    let after = machine.registers[0]
    #expect((0..<18).allSatisfy { after.frame.x[$0] == before.x[$0] })
    #expect(after.frame.pc == Machine.resumeAt && after.frame.pstate == 0x6160_03C5)
    #expect(after.elr == before.pc && after.spsr == before.pstate)
  }

  @Test("4.5: the resume context of an AArch32 context has no bits of AArch32's PSTATE")
  func resumeOfAArch32() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.registers[0].frame.pstate = 0xFFFF_FFF0
    machine.trigger(Machine.normal)
    machine.outcome(Call(.eventCompleteAndResume, Machine.resumeAt))
    #expect(machine.registers[0].frame.pstate == 0xF170_03C5)
    #expect(machine.registers[0].spsr == 0xFFFF_FFF0)
  }

  @Test("4.5: the resume context is outside of SDEI: no CONTEXT, and events hit at once")
  func resumeContext() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.trigger(Machine.normal)
    machine.outcome(Call(.eventCompleteAndResume, Machine.resumeAt))
    #expect(machine.call(.eventContext, 0) == ReturnCode.no)
    #expect(machine.trigger(Machine.normal) == Machine.normal)
    #expect(machine.snapshot.contexts[0, .normal]?.frame.pc == Machine.resumeAt)
  }

  @Test(
    "1.3: CONTEXT gives X0 to X17 raw, the same until completion, even if it looks like an error"
  )
  func context() throws {
    var machine = try Machine()
    machine.enable(Machine.normal)
    machine.registers[0].frame.x[3] = UInt64(bitPattern: -3)
    let before = machine.registers[0].frame
    machine.trigger(Machine.normal)
    for _ in 0..<2 {
      for index in 0..<18 {
        #expect(
          machine.call(.eventContext, UInt64(index)) == Int64(bitPattern: before.x[index])
        )
      }
    }
    #expect(machine.call(.eventContext, 18) == ReturnCode.invalid)
    #expect(machine.call(.eventContext, 0, on: 1) == ReturnCode.no)
  }

  @Test("1.3, A-24: COMPLETE takes any status")
  func status() throws {
    for status in [0, 1, 2, .max] as [UInt64] {
      var machine = try Machine()
      machine.enable(Machine.normal)
      machine.trigger(Machine.normal)
      #expect(machine.call(.eventComplete, status) == nil)
      #expect(machine.status(Machine.normal) == 3)
    }
  }
}
