import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("States of scenarios in other forms")
struct ScenarioFormatTests {
  @Test("kvm-sysreg gives back every scenario's state but texts, as it is and canonical")
  func sysreg() throws {
    var states = 0
    for scenario in Scenario.all {
      for vcpus in [max(1, scenario.minimumVCPUs), 5, 64] {
        let state = try scenario.run(vcpus: vcpus).snapshot()
        for snapshot in [state, state.canonical()] {
          let verdict = try #require(try FormatVerdict(snapshot, as: .kvmSysreg))
          #expect(verdict.misreported.isEmpty, "\(scenario.name): \(verdict.misreported)")
          #expect(verdict.lost.allSatisfy { $0.hasSuffix(".notifier") }, "\(verdict.lost)")
          states += 1
        }
      }
    }
    print("kvm-sysreg: \(states) states of scenarios")
    #expect(states >= 50)
  }

  @Test("kvm-split and qemu-rfc leave nothing of a scenario's state out without saying so")
  func others() throws {
    for scenario in Scenario.all {
      let state = try scenario.run(vcpus: max(5, scenario.minimumVCPUs)).snapshot()
      for format in [FormatID.kvmSplit, .qemuRFC] {
        let verdict = try #require(try FormatVerdict(state, as: format))
        #expect(verdict.unreported.isEmpty, "\(scenario.name) \(format): \(verdict.unreported)")
      }
    }
  }
}
