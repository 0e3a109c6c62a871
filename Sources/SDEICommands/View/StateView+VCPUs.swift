internal import SDEIModel

extension StateView {
  /// The vCPUs that run a handler or have registers left over from one.
  func vcpuSection() -> [String] {
    guard !snapshot.contexts.isEmpty else { return [] }
    var table = TextTable(["VCPU", "MASK", "LEVEL", "RUNS", "INTERRUPTED PC", "PSTATE"])
    // Those that run a handler first: the table may not have room for all.
    let running = Set(
      snapshot.contexts.filter { snapshot.runningEvent(of: $0) != nil }.map(\.vcpu)
    )
    let all = snapshot.contexts.vcpus
    let vcpus = all.filter(running.contains) + all.filter { !running.contains($0) }
    var rows = 0
    var left: [UInt32] = []
    for vcpu in vcpus {
      let contexts = [Level.critical, .normal].compactMap { snapshot.contexts[vcpu, $0] }
      if rows + contexts.count > limit(Budget.vcpus) {
        left.append(vcpu)
        continue
      }
      for (number, context) in contexts.enumerated() {
        table.add(cells(context, isFirst: number == 0))
        rows += 1
      }
    }
    let hidden = Bitmap(indexes: left)
    var lines = [style.bold("VCPUS THAT ARE NOT IDLE")] + runningSummary() + table.lines(style)
    if !hidden.isEmpty {
      let count = ViewText.count(hidden.count, "more vCPU")
      lines.append(
        more("\(count): " + ViewText.vcpus(hidden, limit: Budget.setWidth, isCounted: false))
      )
    }
    return lines
  }

  private func cells(_ context: Context, isFirst: Bool) -> [String] {
    let runs: String
    if let event = snapshot.runningEvent(of: context) {
      runs = event.description
    } else if let stored = context.event {
      runs = "nothing (stored number \(stored))"
    } else {
      runs = "nothing (left over)"
    }
    let isMasked = snapshot.vcpus.masked.contains(context.vcpu)
    return [
      isFirst ? String(context.vcpu) : "", isFirst ? (isMasked ? "masked" : "open") : "",
      context.level.name, runs, hex(context.frame.pc),
      "\(hex(context.frame.pstate)) \(PState(rawValue: context.frame.pstate))",
    ]
  }

  /// Which handlers run where, as far as a table of single vCPUs would get long.
  private func runningSummary() -> [String] {
    guard snapshot.contexts.count > Budget.vcpus else { return [] }
    var lines: [String] = []
    for level in Level.allCases {
      var vcpus: [EventNumber: [UInt32]] = [:]
      var idle: [UInt32] = []
      for context in snapshot.contexts.level(level) {
        if let event = snapshot.runningEvent(of: context) {
          vcpus[event, default: []].append(context.vcpu)
        } else {
          idle.append(context.vcpu)
        }
      }
      let running = vcpus.values.reduce(0) { $0 + UInt64($1.count) }
      if running > 0 {
        let events = ViewText.count(UInt64(vcpus.count), "event")
        lines.append(
          "  \(level.name) handlers run on \(ViewText.count(running, "vCPU")) (\(events))"
        )
      }
      if !idle.isEmpty {
        lines.append(
          "  \(level.name) registers are left over on \(ViewText.count(UInt64(idle.count), "vCPU"))"
        )
      }
    }
    return lines
  }
}
