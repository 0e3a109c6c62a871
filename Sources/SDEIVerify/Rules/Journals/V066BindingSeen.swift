internal import SDEIEngine
internal import SDEIModel

extension JournalRule {
  static let bindingKept = JournalRule(
    PairRule.bindingKept.rule,
    step: { step, report in
      guard let (function, call) = step.call, let value = step.value else { return }
      switch function {
      case .eventStatus where value == ReturnCode.invalidParameters.rawValue:
        // STATUS knows every number that an event has.
        let number = EventNumber(UInt64(UInt32(truncatingIfNeeded: call.x1)))
        guard let interrupt = step.before.definition(of: number)?.boundInterrupt else { return }
        report.add(
          "result",
          found:
            "interrupt \(interrupt) was bound to \(number), and STATUS does not know the number"
        )
      case .interruptBind where value >= 0:
        let number = EventNumber(UInt64(value))
        let interrupt = UInt32(truncatingIfNeeded: call.x1)
        guard let bound = step.before.definition(of: number)?.boundInterrupt, bound != interrupt
        else { return }
        report.add(
          "result",
          found: "interrupt \(bound) was bound to \(number), which BIND gave to \(interrupt)"
        )
      default: break
      }
    },
    state: { state, report in
      for event in state.before.events {
        guard let interrupt = event.definition?.boundInterrupt,
          state.after.events[event.number]?.definition?.boundInterrupt == nil,
          !state.releases(event.number)
        else { continue }
        report.add(
          ModelPath.event(event.number, "interrupt"),
          found: "\(interrupt) was bound, and the operation released nothing"
        )
      }
    }
  )
}

extension ObservedState {
  /// Whether the operation between the states may have released a number.
  fileprivate func releases(_ number: EventNumber) -> Bool {
    guard case .call(let call, _)? = operation else { return false }
    switch FunctionID(rawValue: call.function) {
    case .sharedReset: return true
    case .interruptRelease: return UInt64(UInt32(truncatingIfNeeded: call.x1)) == number.rawValue
    default: return false
    }
  }
}
