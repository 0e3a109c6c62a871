import SDEIEngine
import SDEIModel
import SDEITestSupport

/// What a conformance run compared, and where it disagreed.
struct Tally {
  var traces = 0
  var operations = 0
  var checks = 0
  var mismatches: [String] = []
  /// What is in the recordings and not SDEI's, by name.
  var leftOut: [String: Int] = [:]
  /// Where the engine said that the original went astray, by step.
  var undefined: [String: Undefined] = [:]
  /// TF-A: the interrupts that entered nothing, by why.
  var refused: [String: Int] = [:]
  /// Where a comparison is, for messages.
  var place = ""

  mutating func check<Value: Equatable>(_ what: String, _ recorded: Value, _ actual: Value) {
    checks += 1
    if recorded != actual {
      mismatches.append("\(place) \(what): recorded \(recorded), engine \(actual)")
    }
  }

  mutating func leaveOut(_ what: String, _ count: Int = 1) { leftOut[what, default: 0] += count }

  mutating func add(_ other: Tally) {
    traces += other.traces
    operations += other.operations
    checks += other.checks
    mismatches += other.mismatches
    leftOut.merge(other.leftOut) { $0 + $1 }
    refused.merge(other.refused) { $0 + $1 }
    undefined.merge(other.undefined) { first, _ in first }
  }

  func summary(_ family: TraceFamily) -> String {
    "conformance \(family): \(traces) traces, \(operations) operations, \(checks) checks, "
      + "\(mismatches.count) mismatches"
  }
}

/// The registers of a vCPU as the recording's driver kept them; they are no part of SDEI's state.
struct LiveVCPU {
  /// X0 to X30.
  var x = [UInt64](repeating: 0, count: 31)
  var pc: UInt64 = 0
  var pstate: UInt64 = 0
  var elr: UInt64 = 0
  var spsr: UInt64 = 0
  /// KVM: COMPLETE_AND_RESUME left the exception flag.
  var isIRQPending = false

  /// What the engine is handed, and takes back.
  var registers: LiveRegisters {
    get {
      var frame = RegisterFrame(pc: pc, pstate: pstate)
      for index in 0..<18 { frame.x[index] = x[index] }
      return LiveRegisters(frame: frame, elr: elr, spsr: spsr)
    }
    set {
      for index in 0..<18 { x[index] = newValue.frame.x[index] }
      (pc, pstate) = (newValue.frame.pc, newValue.frame.pstate)
      (elr, spsr) = (newValue.elr, newValue.spsr)
    }
  }
}
