import SDEIEngine
import SDEIModel
import SDEITestSupport

/// What a recording says of one operation.
enum StepObservation {
  case value(Int64)
  case registers(TraceValue?)
  case delivery(Bool, TraceValue?)
  case resumption(pc: UInt64, pstate: UInt64)
  /// TF-A: an entry; nil where nothing was entered.
  case entry(TraceValue?)
}

/// Compares what was recorded with what the specification would have done from the same state.
final class SpecificationComparison {
  func before(_ action: Action, _ dispatcher: Dispatcher) {}
  func after(_ observation: StepObservation) {}
}
