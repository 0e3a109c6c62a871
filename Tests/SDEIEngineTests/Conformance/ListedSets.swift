import SDEIEngine
import SDEIModel

/// The sets of switches that together explain a difference which none of them explains alone.
///
/// Listed are the switches that act on one kind of operation; a set is two or more of one list,
/// the smallest that does it first.
enum ListedSets {
  private static let lists: [(functions: Set<FunctionID>, names: [String])] = [
    (
      [.privateReset, .sharedReset],
      [
        "resets-swapped", "reset-answers-pending", "reset-reaches-all-vcpus",
        "reset-skips-occurring", "reset-succeeds", "shared-reset-does-nothing", "kernel-objects",
      ]
    ),
    (
      [.eventComplete, .eventCompleteAndResume],
      [
        "complete-outside-silent", "resume-unchecked", "resume-is-complete",
        "resume-pstate-fresh",
      ]
    ),
    (
      [.eventSignal],
      [
        "signal-goes-to-caller", "signal-looks-at-no-property", "signal-needs-registration",
        "signal-needs-enable", "signal-needs-unmasked", "signal-respects-unregistration",
        "wide-arguments",
      ]
    ),
    (
      [.eventGetInfo],
      [
        "affinity-of-any-told", "routing-of-unregistered-is-any", "signalable-is-one",
        "wide-arguments",
      ]
    ),
    (
      [.eventEnable, .eventDisable, .eventUnregister],
      [
        "enable-waits-for-quiet", "enable-twice-denied", "unregistered-anywhere-invalid",
        "unregister-of-nothing-invalid", "unknown-event-denied", "kernel-objects",
        "wide-arguments", "slots-keep-numbers",
      ]
    ),
    (
      [.eventRegister, .eventRoutingSet],
      [
        "affinity-not-checked", "flags-are-the-mode", "flags-looked-at-before-event",
        "registration-needs-bound-slot", "registration-looks-at-interrupt",
        "routing-set-private-denied", "routing-set-of-nothing-invalid",
        "routing-set-waits-for-quiet", "entry-zero-refused", "wide-arguments", "kernel-objects",
        "slots-keep-numbers",
      ]
    ),
    (
      [.interruptBind, .interruptRelease],
      [
        "bind-active-allowed", "bind-foreign-denied", "bind-no-extended", "slots-keep-numbers",
        "slots-share-search", "release-looks-here", "registrations-counted",
      ]
    ),
  ]

  /// Which event is entered, and how.
  private static let entering = [
    "entry-clears-registers", "entry-writes-spsr", "entry-keeps-pstate", "first-in-first-out",
    "shared-waits-per-vcpu", "delivers-while-masked", "delivers-while-disabled",
    "delivers-shared-concurrently", "entry-keeps-feature-bits",
  ]

  private static let injecting = [
    "inject-refused-not-pended", "inject-needs-registration", "immediate-needs-quiet",
    "shared-waits-per-vcpu", "counts-occurrences",
  ]

  /// The sets for an action, of switches that a dialect has, ascending by size.
  static func sets(for action: Action, in dialect: Dialect) -> [[Deviation]] {
    let names: [String] =
      switch action {
      case .call(let call, _):
        lists.first { list in
          FunctionID(rawValue: call.function).map(list.functions.contains) ?? false
        }?.names ?? []
      case .deliver, .arrive, .dispatch: entering
      case .inject: injecting
      default: []
      }
    let list = names.compactMap(Deviation.named).filter(dialect.deviations.contains)
    precondition(Set(names).allSatisfy { Deviation.named($0) != nil }, "a list names no switch")
    return (0..<1 << list.count).filter { $0.nonzeroBitCount > 1 }
      .sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
      .map { mask in list.indices.filter { mask >> $0 & 1 == 1 }.map { list[$0] } }
  }
}
