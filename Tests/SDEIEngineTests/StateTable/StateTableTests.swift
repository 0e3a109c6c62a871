import SDEIEngine
import SDEIModel
import Testing

@Suite("State table: every call in every state (sdei-spec 1.3, 3.2)")
struct StateTableTests {
  @Test("the product covers six states, 19 calls, both types, every place and both masks")
  func axes() {
    let starts = Situation.all
    // 4 private kinds: U, then R, E, UP, RR, ER here and on another PE; 3 shared kinds: U, R, E,
    // then UP, RR, ER here and elsewhere; each masked and not.
    #expect(starts.count == (4 * 11 + 3 * 9) * 2)
    #expect(Set(starts.map(\.description)).count == starts.count)
    let functions = Set(TableCall.all.map { $0.call(starts[0]).function })
    #expect(functions == Set(FunctionID.allCases.map(\.rawValue)))
    #expect(TableCall.all.count == 51 && Set(TableCall.all).count == 51)
    for kind in Situation.Kind.allCases {
      #expect(Set(starts.filter { $0.kind == kind }.map(\.state)).count == 6)
    }
  }

  @Test("each call answers, changes and leaves alone what the specification says")
  func product() throws {
    var cases = 0
    var byState: [HandlerState: Int] = [:]
    for situation in Situation.all {
      let start = situation.snapshot(situation.state)
      let engine = try Dispatcher(start)
      try #require(engine.snapshot() == start, "the engine starts as told: \(situation)")
      for call in TableCall.all {
        check(call, situation, engine)
        cases += 1
        byState[situation.state, default: 0] += 1
      }
    }
    let states = HandlerState.allCases.map { "\($0.rawValue) \(byState[$0] ?? 0)" }
    print("state table: \(cases) cases (\(states.joined(separator: ", ")))")
    #expect(cases == 142 * 51)
  }

  private func check(_ call: TableCall, _ situation: Situation, _ start: Dispatcher) {
    let expected = Expectation(call, situation)
    var engine = start
    var frame = Situation.frame
    frame.pc = 0x7777
    frame.x[0] = 0x7070
    let before = LiveRegisters(frame: frame, elr: 0xE1, spsr: 0x5B, vbar: 0x1000)
    var registers = before
    let outcome = engine.call(call.call(situation), on: Situation.caller, registers: &registers)
    let place: Comment = "\(call) in \(situation)"
    #expect(outcome.answer == expected.answer, place)
    let after = engine.snapshot()
    if after != expected.snapshot {
      let paths = after.differences(from: expected.snapshot).map(\.path)
      Issue.record("\(call) in \(situation): state differs in \(paths)")
    }
    // Only a completion touches registers, and it gives the interrupted ones back.
    if expected.answer == .resumes {
      #expect((0..<18).allSatisfy { registers.frame.x[$0] == Situation.frame.x[$0] }, place)
    } else {
      #expect(registers == before, place)
    }
  }
}
