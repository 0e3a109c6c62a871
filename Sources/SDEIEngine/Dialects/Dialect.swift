public import SDEIModel

/// An implementation as the engine can play it: the specification and a list of named switches.
public struct Dialect: Hashable, Sendable {
  /// The implementation.
  public let id: DialectID
  /// What it is, in one line.
  public let title: String
  /// The switches that are on.
  public let deviations: [Deviation]
  let rules: Rules

  init(_ id: DialectID, _ title: String, _ deviations: [Deviation]) {
    self.id = id
    self.title = title
    self.deviations = deviations
    var rules = Rules()
    for deviation in deviations { deviation.apply(&rules) }
    self.rules = rules
  }

  private init(_ id: DialectID, _ title: String, names: [String]) {
    self.init(id, title, names.compactMap(Deviation.named))
    precondition(deviations.count == names.count, "a dialect names a switch that there is not")
  }

  /// The dialect with one more switch turned on.
  public func with(_ deviation: Deviation) -> Dialect {
    Dialect(id, title, deviations.contains(deviation) ? deviations : deviations + [deviation])
  }

  /// The dialect with one switch turned off.
  public func without(_ deviation: Deviation) -> Dialect {
    Dialect(id, title, deviations.filter { $0 != deviation })
  }

  /// DEN0054C 1.1, its ambiguities decided as DESIGN.md says.
  public static let specification = Dialect(
    .specification,
    "DEN0054C 1.1, the reference",
    names: []
  )

  /// KVM, series v4 of 15 August 2021.
  public static let kvmV4 = Dialect(
    .kvmV4,
    "KVM/arm64 SDEI virtualization, series v2 to v4",
    names: kvmLists + [
      "virtual-numbers-without-zero", "refcount-kept", "no-features", "mask-twice-denied",
      "context-knows-x18", "status-oopses", "routing-of-unregistered-is-any",
      "unregistered-anywhere-invalid", "enable-waits-for-quiet", "enable-twice-denied",
      "routing-set-of-nothing-invalid", "signal-not-supported", "reset-skips-occurring",
      "reset-succeeds",
    ]
  )

  /// KVM, series v5 of 22 March 2022.
  public static let kvmV5 = Dialect(
    .kvmV5,
    "KVM/arm64 SDEI virtualization, series v5",
    names: kvmLists + [
      "virtual-numbers", "features-at-0x50", "context-denied-first", "status-running-is-anywhere",
      "registrations-limited", "unknown-event-denied", "pending-unregister-keeps-bits",
      "unregister-pending-stays", "routing-set-private-denied", "signal-goes-to-caller",
      "signal-looks-at-no-property", "signal-needs-registration", "signal-needs-enable",
      "signal-respects-unregistration", "signal-needs-unmasked", "resets-swapped",
      "reset-answers-pending",
    ]
  )

  /// KVM, series v7 of 27 May 2022.
  public static let kvmV7 = Dialect(
    .kvmV7,
    "KVM/arm64 SDEI virtualization, series v7",
    names: kvm + [
      "routing-not-told", "context-denied-first", "enable-out-of-bounds",
      "unregister-keeps-pending", "routing-set-not-supported", "one-level",
      "running-is-marks-only", "request-while-busy", "search-stops-at-disabled",
      "no-request-on-completion",
      "request-whatever-waits-on-unmask", "signal-goes-to-caller",
      "signal-of-pending-silent", "signal-looks-at-no-property", "signal-needs-registration",
      "inject-needs-registration", "immediate-needs-quiet", "cancel-busy-while-running",
      "reset-succeeds", "shared-reset-does-nothing",
    ]
  )

  /// Trusted Firmware-A, v2.15.0.
  public static let tfA = Dialect(
    .tfA,
    "Trusted Firmware-A v2.15.0, services/std_svc/sdei",
    names: [
      "flags-are-the-mode", "flags-looked-at-before-event", "entry-zero-refused",
      "affinity-kept-for-any", "registration-needs-bound-slot",
      "registration-looks-at-interrupt", "registrations-counted", "resume-unchecked",
      "resume-pstate-fresh", "entry-keeps-feature-bits", "priority-mask-sticks",
      "event-zero-asserts", "explicit-dispatch-only", "request-only-for-unmask",
      "power-on-clears-private", "power-off-keeps-handlers",
      "signal-needs-registration", "signal-needs-enable", "signal-needs-unmasked",
      "bind-foreign-denied", "bind-active-allowed", "bind-no-extended", "slots-keep-numbers",
      "slots-share-search", "registration-takes-interrupt", "release-looks-here",
    ]
  )

  /// What the KVM series have in common.
  private static let kvm = [
    "signalable-is-one", "mask-answers-zero", "flags-are-the-mode", "affinity-not-checked",
    "unregister-keeps-handler", "complete-outside-silent", "resume-unchecked", "frames-stay",
    "entry-clears-registers", "entry-keeps-pstate", "bind-not-supported",
  ]

  /// What v2 to v5 have in common besides.
  private static let kvmLists =
    kvm + [
      "kernel-objects", "wide-arguments", "status-of-unknown-is-zero", "affinity-of-any-told",
      "mode-takes-affinity", "routing-kept-for-private", "unregister-of-nothing-invalid",
      "routing-set-waits-for-quiet", "resume-is-complete", "counts-occurrences",
      "first-in-first-out", "shared-waits-per-vcpu", "delivers-while-masked",
      "delivers-while-disabled", "delivers-shared-concurrently", "entry-writes-spsr",
      "request-on-injection", "request-whatever-waits", "no-request-on-enable",
      "no-request-on-unmask", "inject-refused-not-pended", "cancel-of-nothing-invalid",
      "reset-reaches-all-vcpus",
    ]

  /// The dialects that the engine can play.
  public static let all = [specification, kvmV4, kvmV5, kvmV7, tfA]

  /// The dialect of an implementation, nil where the engine can not play it.
  public static func of(_ id: DialectID) -> Dialect? { all.first { $0.id == id } }
}
