internal import SDEIModel

extension PairRule {
  static let contextKept = PairRule(
    Rule(
      id: "SDEI-V064",
      kind: .pair,
      severity: .error,
      title: "saved context changed",
      source: "DEN0054C 5.2.1.2",
      problem: "what a level interrupted has changed while its handler ran",
      action: "restore the registers that were saved at the handler's entry",
      explanation: """
        The dispatcher saves X0 to X17, PC and PSTATE when it enters a handler, and gives them back \
        when that completes; nothing writes them in between, and no call can. A change means that \
        the interrupted code goes on with other registers. A level that runs another handler one \
        operation later has skipped a completion. KVM's SET_VCPU_STATE overwrites the context of a \
        running handler without a word.
        """,
      example: "contexts[1].critical: pc 0xffff800000012340 before, 0x0 one call later"
    )
  ) { pair, report in
    for level in Level.allCases {
      let vcpus = pair.vcpus(level)
      let old = pair.before.runningEvents(on: vcpus, level)
      let new = pair.after.runningEvents(on: vcpus, level)
      for (index, vcpu) in vcpus.enumerated() {
        guard let ran = old[index], let runs = new[index] else { continue }
        if ran != runs {
          // KVM v7 stores no number: its one context is of whatever is marked, be it after a completion.
          guard pair.before.dialect.numbersContexts, pair.after.dialect.numbersContexts else {
            continue
          }
          report.add(
            ModelPath.context(vcpu, level, "event"),
            found: "\(ran) ran before, \(runs) runs now, and none has completed"
          )
          continue
        }
        let frame = pair.before.contexts[vcpu, level]?.frame ?? .zero
        let now = pair.after.contexts[vcpu, level]?.frame ?? .zero
        for word in 0..<RegisterFrame.wordCount where frame[word: word] != now[word: word] {
          report.add(
            ModelPath.context(vcpu, level, RegisterFrame.name(of: word)),
            found: "\(hex(frame[word: word])) before, \(hex(now[word: word])) now"
          )
        }
      }
    }
  }
}

extension StatePair {
  /// The vCPUs with a context at a level in either state, ascending.
  fileprivate func vcpus(_ level: Level) -> [UInt32] {
    let (old, new) = (before.contexts.level(level), after.contexts.level(level))
    if old.map(\.vcpu) == new.map(\.vcpu) { return old.map(\.vcpu) }
    return Set(old.map(\.vcpu)).union(new.map(\.vcpu)).sorted()
  }
}

extension CheckedState {
  /// The events whose handlers run at a level of some vCPUs, which ascend.
  ///
  /// O(vCPUs asked for x log contexts); KVM v7's marks are gone through once.
  fileprivate func runningEvents(on vcpus: [UInt32], _ level: Level) -> [EventNumber?] {
    if dialect.numbersContexts { return vcpus.map { snapshot.runningEvent($0, level) } }
    guard level == .normal else { return vcpus.map { _ in nil } }
    var marks = snapshot.lowestRunning()[...]
    return vcpus.map { vcpu in
      while let mark = marks.first, mark.vcpus.last < vcpu { marks.removeFirst() }
      guard let mark = marks.first, mark.vcpus.first <= vcpu else { return nil }
      return mark.event
    }
  }
}

extension RegisterFrame {
  /// The name of a word: `x4`, `pc`, `pstate`.
  static func name(of word: Int) -> String {
    switch word {
    case 18: "pc"
    case 19: "pstate"
    default: "x\(word)"
    }
  }
}
