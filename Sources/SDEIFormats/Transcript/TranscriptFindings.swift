internal import SDEIModel

/// What is noticed in a transcript and kept.
extension Finding {
  static func notifier(_ number: EventNumber, _ value: UInt64, at offset: Int?) -> Finding {
    Finding(
      id: "SDEI-L001",
      severity: .note,
      path: ModelPath.event(number, "notifier"),
      offset: offset,
      problem: "the notifier \(hex(value)) is a function pointer of the host kernel",
      action: "do not publish it; another kernel must not be given it"
    )
  }

  /// The notifiers of an event's instances, of which the first is shown.
  static func notifier(
    _ number: EventNumber,
    _ first: UInt64,
    _ vcpus: Bitmap,
    at offset: Int?
  ) -> Finding {
    var finding = notifier(number, first, at: offset)
    finding.path = ModelPath.event(number, vcpus: vcpus, "slotNotifier")
    return finding
  }

  static func padding(
    _ bytes: [UInt8],
    _ field: ExtraField,
    _ path: String,
    at offset: Int?
  ) -> Finding {
    let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    let what = field == .registeredHole ? "the compiler's hole" : "padding"
    // Such bytes end where an 8-byte word does: of an address they are the upper ones.
    let isUpper = bytes.count >= 4 && bytes.suffix(2).allSatisfy { $0 == 0xFF }
    let isFull = bytes.allSatisfy { $0 == 0xFF }
    let looks = isUpper && !isFull ? " (by its look the upper part of a kernel's address)" : ""
    return Finding(
      id: field == .registeredHole ? "SDEI-L003" : "SDEI-L002",
      severity: .warning,
      path: path,
      offset: offset,
      problem: "\(what) holds \(text), which may be leaked kernel memory" + looks,
      action: "clear it before the state leaves the host (canonical form has none)"
    )
  }

  static func surplus(_ array: StructArray, _ used: Int) -> Finding {
    let count = array.count - used
    return Finding(
      id: "SDEI-D021",
      severity: .note,
      path: array.name,
      offset: array.start(used),
      problem: "\(count) all-zero structure\(count == 1 ? "" : "s") of \(array.size) bytes at the "
        + "end: GET was asked for more than there are",
      action: "ask for as many as GET_…_COUNT told"
    )
  }

  static func meansNone(
    _ number: EventNumber,
    _ vcpus: Bitmap,
    _ level: Level,
    _ dialect: DialectID,
    at offset: Int?
  ) -> Finding {
    Finding(
      id: "SDEI-D022",
      severity: .note,
      path: ModelPath.contexts(vcpus, level, "event"),
      offset: offset,
      problem:
        "the number \(number) is none that \(KVMLayout.title(dialect)) supports, so it means "
        + "that nothing runs",
      action: "write \(hex(KVMLayout.noEvent(dialect))) for none"
    )
  }

  static func assumedEvent(at offset: Int) -> Finding {
    Finding(
      id: "SDEI-D023",
      severity: .note,
      path: ModelPath.event(.softwareSignalled),
      offset: offset,
      problem:
        "a structure of zeros is taken for event 0 (private, normal, not signalable), of which "
        + "nothing else speaks; it may be what a GET with too large a count left",
      action: "ask for as many as GET_EXPOSED_EVENT_COUNT told"
    )
  }
}

/// Findings, of which a large number is counted and not kept: a hostile transcript can ask for one
/// with every 16 bytes.
struct FindingList {
  static let largestCount = 4096
  private var kept: [Finding] = []
  private var more = 0

  mutating func append(_ finding: Finding) {
    if kept.count < Self.largestCount { kept.append(finding) } else { more += 1 }
  }

  var all: [Finding] {
    guard more > 0 else { return kept }
    return kept + [
      Finding(
        id: "SDEI-D024",
        severity: .warning,
        problem: "\(more) more findings of these kinds are not listed",
        action: "resolve the ones that are"
      )
    ]
  }
}
