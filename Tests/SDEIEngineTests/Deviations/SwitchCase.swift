import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

/// One situation in which a single switch decides what is seen.
struct SwitchCase: Sendable {
  /// The switch.
  let name: String
  /// What happens, where the steps do not say it by themselves.
  var story = ""
  /// Switches without which this one changes nothing here; they are on in both plays.
  var prerequisites: [String] = []
  /// What is changed in the world before anything is done.
  var change: @Sendable (inout Snapshot) -> Void = { _ in }
  /// Whether the start is what the dialect itself makes.
  var isFresh = false
  /// What is done before in the specification, all switches off.
  var preparation: [Step] = []
  /// What is done in both dialects.
  let probe: [Step]
  /// What is looked at then.
  var look = Look.answers
  /// What is seen with the prerequisites alone, which is the specification where there are none.
  let plain: Seen
  /// What is seen with the switch.
  let switched: Seen

  init(
    _ name: String,
    _ story: String = "",
    with prerequisites: [String] = [],
    change: @escaping @Sendable (inout Snapshot) -> Void = { _ in },
    isFresh: Bool = false,
    after preparation: [Step] = [],
    doing probe: [Step],
    look: Look = .answers,
    plain: Seen,
    switched: Seen
  ) {
    (self.name, self.story, self.prerequisites) = (name, story, prerequisites)
    (self.change, self.isFresh, self.preparation) = (change, isFresh, preparation)
    (self.probe, self.look, self.plain, self.switched) = (probe, look, plain, switched)
  }

  /// Every case there is.
  static let all =
    answers + arguments + registration + unregistration + routing + completion + triggers + choice
    + entry + power + requests + signals + hosts + interrupts + resets + kernels

  /// What is seen in a dialect, and whether an undefined answer left everything as it was.
  func play(in dialect: Dialect) throws -> (seen: Seen, isUntouched: Bool) {
    var start = isFresh ? Snapshot.fresh(dialect, vcpus: 2) : World.start
    change(&start)
    var scene = try Scene(start, .specification)
    for step in preparation { try scene.play(step) }
    scene = try Scene(continuing: scene, dialect)
    for step in probe { try scene.play(step) }
    return (look.read(scene), scene.isUntouched)
  }

  /// The specification with some switches on.
  static func dialect(_ names: [String]) throws -> Dialect {
    try names.reduce(.specification) { $0.with(try #require(Deviation.named($1), "\($1)")) }
  }
}

extension SwitchCase: CustomTestStringConvertible {
  var testDescription: String {
    name + (prerequisites.isEmpty ? "" : " with " + prerequisites.joined(separator: " and "))
      + (story.isEmpty ? "" : ": " + story)
  }
}

/// What a case sees at its end.
enum Seen: Hashable, Sendable {
  case answers([Answer])
  case effects([Effect])
  case isTrue(Bool)
  case occurrence(Dispatcher.Occurrence)
  case event(EventNumber?)
  case events([EventNumber])
  case word(UInt64)
  case routing(Routing?)
  case frame(RegisterFrame?)

  static func values(_ values: Int64...) -> Seen { .answers(values.map { .value($0) }) }
  static func code(_ code: ReturnCode) -> Seen { .values(code.rawValue) }
  static func errno(_ errno: Errno) -> Seen { .values(errno.result) }
  static func undefined(_ reason: Undefined) -> Seen { .answers([.undefined(reason)]) }
}

/// How a case looks at what became of its probe.
struct Look: Sendable {
  let read: @Sendable (Scene) -> Seen

  /// The answers of all steps of the probe.
  static let answers = Look { .answers($0.outcomes.map(\.answer)) }
  /// The effects of the last step.
  static let effects = Look { .effects($0.outcomes.last?.effects ?? []) }

  /// Whether a vCPU is asked to look for an event.
  static func requested(_ vcpu: UInt32 = 0) -> Look {
    Look { .isTrue($0.engine.isDeliveryRequested(vcpu)) }
  }

  static func occurrence(_ number: EventNumber, on vcpu: UInt32 = 0) -> Look {
    Look { .occurrence($0.engine.occurrence(of: number, on: vcpu)) }
  }

  static func running(_ level: Level = .normal, on vcpu: UInt32 = 0) -> Look {
    Look { .event($0.engine.runningEvent(vcpu, level)) }
  }

  /// The event whose handler the last step completed.
  static let completed = Look { scene in
    for case .completed(_, _, let event) in scene.outcomes.last?.effects ?? [] {
      return .event(event)
    }
    return .event(nil)
  }

  static func register(_ read: @escaping @Sendable (LiveRegisters) -> UInt64) -> Look {
    Look { .word(read($0.live[0])) }
  }

  static func snapshot(_ read: @escaping @Sendable (Snapshot) -> Seen) -> Look {
    Look { read($0.engine.snapshot()) }
  }

  static func routing(_ number: EventNumber) -> Look {
    .snapshot { .routing($0.events[number]?.routing) }
  }
}
