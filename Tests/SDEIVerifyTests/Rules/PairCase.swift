import SDEIFormats
import SDEIModel
import SDEIVerify
import Testing

/// A step between two states that breaks one rule and only it, and one that nearly does.
struct PairCase: Sendable, CustomTestStringConvertible {
  let id: String
  /// The dialect that both states are given.
  var dialect: DialectID = .specification
  /// What the state before is like.
  var before: @Sendable (inout Snapshot) -> Void = { _ in }
  /// Where the finding says the rule is broken.
  let path: String
  /// A part of the finding's problem, where what was found matters.
  var found = ""
  /// Makes the state afterwards out of the one before.
  let breaks: @Sendable (inout Snapshot) -> Void
  /// Makes one that nearly breaks the rule.
  let nearMiss: @Sendable (inout Snapshot) -> Void

  var testDescription: String { "\(id) at \(path)" }

  /// What the rules of pairs say of a step.
  func findings(_ change: (inout Snapshot) -> Void) -> [Finding] {
    var old = LegalState.snapshot
    old.instance.dialect = dialect
    before(&old)
    var new = old
    change(&new)
    return Self.findings(old, new)
  }

  /// What the rules of pairs say of two states, and nothing of each one.
  static func findings(_ old: Snapshot, _ new: Snapshot) -> [Finding] {
    Verifier.findings(
      Document(format: .sdei, snapshot: new),
      after: Document(format: .sdei, snapshot: old)
    ).listed.filter { RuleKindFilter.beyondStates.contains($0.id) }
  }
}

/// The identifiers of rules that need two states or a journal.
enum RuleKindFilter {
  static let beyondStates = Set(
    Catalogue.rules.filter { [.pair, .journal, .replay].contains($0.kind) }.map(\.id)
  )
}

extension PairCase {
  private typealias Legal = LegalState

  static let all: [PairCase] = definitions + handlers + masks + contexts + bindings + instances

  private static let definitions = [
    PairCase(
      id: "SDEI-V060",
      path: "events[0x40400002].signalable",
      found: "false before, true now",
      breaks: { $0.events.update(Legal.privateCritical) { $0.definition?.isSignalable = true } },
      nearMiss: { state in
        state.events.update(Legal.freeSlot) {
          $0.definition?.interrupt = 21
          $0.definition?.type = .private
        }
      }
    ),
    PairCase(
      id: "SDEI-V060",
      path: "events[0x40400002].priority",
      breaks: { $0.events.update(Legal.privateCritical) { $0.definition?.priority = .normal } },
      // What a form does not tell has not changed.
      nearMiss: { $0.events.update(Legal.privateCritical) { $0.definition = nil } }
    ),
  ]

  private static let handlers = [
    PairCase(
      id: "SDEI-V061",
      path: "events[0x40400002].vcpus[2-3]",
      found: "from U to E",
      breaks: { state in
        state.events.update(Legal.privateCritical) {
          $0.registered.formUnion(Bitmap(IndexRange(2, 3)))
          $0.enabled.formUnion(Bitmap(IndexRange(2, 3)))
        }
      },
      nearMiss: { state in
        state.events.update(Legal.privateCritical) {
          $0.registered.formUnion(Bitmap(IndexRange(2, 3)))
        }
      }
    ),
    PairCase(
      id: "SDEI-V061",
      path: "events[0x40400004]",
      found: "from ER to U",
      breaks: { state in
        state.contexts[1, .critical] = nil
        state.events.update(Legal.sharedPE) {
          ($0.running, $0.registered, $0.enabled) = (Bitmap(), Bitmap(), Bitmap())
        }
      },
      nearMiss: { state in
        state.events.update(Legal.sharedPE) { ($0.registered, $0.enabled) = (Bitmap(), Bitmap()) }
      }
    ),
    PairCase(
      id: "SDEI-V062a",
      path: "events[0x40400001].vcpus[2-3].entry",
      found: "before, 0x10 now on vCPU 2",
      breaks: { state in
        state.events.update(Legal.privateNormal) {
          $0.entry[2] = 0x10
          $0.entry[3] = 0x20
        }
      },
      nearMiss: { state in
        // What is left over of a handler that is not registered is no registration.
        state.events.update(Legal.privateCritical) { $0.entry[3] = 0x20 }
      }
    ),
    PairCase(
      id: "SDEI-V062a",
      path: "events[0x40400003].relative",
      found: "entry point absolute before, relative now",
      breaks: { $0.events.update(Legal.sharedAny) { $0.relative.insert(0) } },
      nearMiss: { state in
        state.events.update(Legal.sharedAny) {
          ($0.registered, $0.enabled, $0.entry) = (Bitmap(), Bitmap(), Column())
        }
      }
    ),
    PairCase(
      id: "SDEI-V062a",
      path: "events[0x40400003].argument",
      found: "before, 0x0 now",
      breaks: { $0.events.update(Legal.sharedAny) { $0.argument = Column() } },
      nearMiss: { state in
        // A new registration gives new values.
        state.events.update(Legal.freeSlot) {
          ($0.registered, $0.argument) = (Bitmap(below: 1), Column([7]))
        }
      }
    ),
    PairCase(
      id: "SDEI-V062b",
      path: "events[0x40400004].routing",
      found: "RM_PE 0.0.0.1 before, RM_ANY now",
      breaks: { $0.events.update(Legal.sharedPE) { $0.routing = Routing() } },
      nearMiss: { state in
        // An affinity means nothing under RM_ANY, and routing nothing for a private event.
        state.events.update(Legal.sharedAny) { $0.routing.affinity = Affinity(rawValue: 3) }
        state.events.update(Legal.privateNormal) { $0.routing.mode = .pe }
      }
    ),
    PairCase(
      id: "SDEI-V062b",
      before: { $0.events.update(Legal.sharedAny) { $0.enabled = Bitmap() } },
      path: "events[0x40400003].routing",
      breaks: { state in
        state.events.update(Legal.sharedAny) {
          $0.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 2))
          $0.enabled = $0.registered
        }
      },
      nearMiss: { state in
        state.events.update(Legal.sharedAny) {
          $0.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 2))
        }
      }
    ),
  ]

  private static let masks = [
    PairCase(
      id: "SDEI-V063a",
      path: "vcpus[2-3].masked",
      found: "2 have changed",
      breaks: { $0.vcpus.masked = Bitmap() },
      nearMiss: { $0.vcpus.masked.remove(2) }
    ),
    PairCase(
      id: "SDEI-V063a",
      path: "vcpus[3].masked",
      found: "it is off",
      breaks: { $0.vcpus.masked.remove(3) },
      nearMiss: { $0.vcpus.masked.insert(7) }
    ),
    PairCase(
      id: "SDEI-V063a",
      path: "vcpus[2].masked",
      breaks: { $0.vcpus.masked = Bitmap(indexes: [0, 3]) },
      nearMiss: { $0.vcpus.masked.remove(2) }
    ),
    PairCase(
      id: "SDEI-V063b",
      path: "vcpus[0-1].masked",
      breaks: { $0.vcpus.masked = Bitmap(below: 4) },
      nearMiss: { $0.vcpus.masked.insert(1) }
    ),
  ]

  private static let contexts = [
    PairCase(
      id: "SDEI-V064",
      path: "contexts[1].critical.x4",
      found: "0x104 before, 0x0 now",
      breaks: { $0.contexts[1, .critical]?.frame.x[4] = 0 },
      nearMiss: { state in
        state.contexts[1, .critical] = nil
        state.events.update(Legal.sharedPE) { $0.running = Bitmap() }
      }
    ),
    PairCase(
      id: "SDEI-V064",
      path: "contexts[0].normal.event",
      found: "0x40400001 ran before, 0x0 runs now",
      breaks: { state in
        state.contexts[0, .normal]?.event = Legal.zero
        state.events.update(Legal.privateNormal) { $0.running.remove(0) }
        state.events.update(Legal.zero) { $0.running.insert(0) }
      },
      nearMiss: { state in
        state.contexts[0, .critical] = LegalState.context(0, .critical, Legal.privateCritical)
        state.events.update(Legal.privateCritical) { $0.running.insert(0) }
      }
    ),
    PairCase(
      id: "SDEI-V064",
      dialect: .kvmV7,
      path: "contexts[0].normal.pc",
      breaks: { $0.contexts[0, .normal]?.frame.pc = 4 },
      // A frame that no handler's mark belongs to is left over.
      nearMiss: { $0.contexts[2, .normal] = Context(vcpu: 2, level: .normal, frame: Self.frame) }
    ),
  ]

  private static let frame = RegisterFrame(pc: 0x8)

  private static let bindings = [
    PairCase(
      id: "SDEI-V066a",
      path: "events[0x40000000].interrupt",
      found: "20 was bound before, 21 is now",
      breaks: { $0.events.update(Legal.boundPrivate) { $0.definition?.interrupt = 21 } },
      nearMiss: { $0.events.update(Legal.freeSlot) { $0.definition?.interrupt = 41 } }
    ),
    PairCase(
      id: "SDEI-V066b",
      path: "events[0x40000000].vcpus[0].registered",
      found: "it was registered",
      breaks: { $0.events[Legal.boundPrivate] = nil },
      nearMiss: { $0.events[Legal.boundShared] = nil }
    ),
    PairCase(
      id: "SDEI-V066b",
      dialect: .tfA,
      before: { state in
        state.events.update(Legal.boundShared) { $0.running = Bitmap(below: 1) }
        state.contexts[0, .normal] = LegalState.context(0, .normal, Legal.boundShared)
        state.events.update(Legal.privateNormal) { $0.running = Bitmap() }
      },
      path: "events[0x40000001].interrupt",
      found: "its handler ran",
      breaks: { $0.events.update(Legal.boundShared) { $0.definition?.interrupt = nil } },
      nearMiss: { state in
        state.events.update(Legal.boundShared) { $0.running = Bitmap() }
        state.contexts[0, .normal] = nil
      }
    ),
  ]

  private static let instances = [
    PairCase(
      id: "SDEI-R007",
      path: "vcpus.count",
      found: "5 vCPUs, and 4 before",
      breaks: { $0.vcpus.count = 5 },
      nearMiss: { $0.instance.producer = "another" }
    ),
    PairCase(
      id: "SDEI-R007",
      path: "instance.version",
      breaks: { $0.instance.version = .v1_0 },
      nearMiss: { $0.instance.version = SDEIVersion(major: 1, minor: 1, vendor: 7) }
    ),
    PairCase(
      id: "SDEI-R007",
      path: "instance.clientEL",
      breaks: { $0.instance.clientEL = 2 },
      nearMiss: { $0.instance.features = Features() }
    ),
  ]
}
