import SDEIModel

extension RuleCase {
  static let handlers: [RuleCase] = [
    RuleCase(
      id: "SDEI-V020",
      path: "events[0x40400002].vcpus[2-3].enabled",
      breaks: { state in
        state.events.update(LegalState.privateCritical) {
          $0.enabled.formUnion(Bitmap(IndexRange(2, 3)))
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.enabled = Bitmap() }
      }
    )
  ]
}
