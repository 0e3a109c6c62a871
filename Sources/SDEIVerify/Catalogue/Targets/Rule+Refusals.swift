internal import SDEIEngine

extension Rule {
  /// What the SET commands of KVM v2 to v5 refuse: the checks that the migration port makes, in words
  /// for people.
  static let refusals: [Rule] = LoadRule.all.map { rule in
    let text = RuleText.refusals[rule.id] ?? .missing
    return Rule(
      id: rule.id,
      kind: .target,
      severity: .error,
      title: text.title,
      source: rule.command.source(of: rule.id),
      problem: "\(rule.command.rawValue) returns \(rule.errno.name), because \(rule.problem)",
      action: rule.action,
      explanation: text.explanation,
      example: text.example
    )
  }
}

extension LoadCommand {
  /// Where its checks can be read.
  ///
  /// The command for the state of a vCPU has one name in all series; rules from 21 on are of v2 to v4.
  fileprivate func source(of id: String) -> String {
    let older = "KVM/arm64 SDEI series v2, patches 16 and 17"
    return switch self {
    case .setVCPUState where id > "SDEI-T020": older
    case .setExposedEvent, .setRegisteredEvent, .setVCPUEvent, .setVCPUState:
      "KVM/arm64 SDEI series v5, patches 18 and 19"
    case .setEvent, .setKEvent, .setVEvent: older
    case .setOneReg: "KVM/arm64 SDEI series v7, patch 19"
    }
  }
}

extension RuleText {
  /// The words for refusals, by identifier.
  fileprivate static let refusals = v5Lists.merging(v5VCPUs) { first, _ in first }
    .merging(v4) { first, _ in first }

  private static let v5Lists: [String: RuleText] = [
    "SDEI-T001": RuleText(
      "too many exposed events",
      "KVM_SDEI_MAX_EVENTS is 128. The command counts what it is given and what is there already, "
        + "updates included, so that a second restore may fail with fewer (SDEI-T111).",
      example: "129 events with a definition"
    ),
    "SDEI-T002": RuleText(
      "an exposed number that v5 does not support",
      "The list commands look at the number first. Numbers of firmware or of other hosts rarely "
        + "pass: 0x40000001 is a fine vendor event and has bits 23:22 = 00. One bad entry "
        + "refuses the whole list, and all that depends on it.",
      example: "event 0x40000001 is exposed"
    ),
    "SDEI-T003": RuleText(
      "an exposed type without a meaning",
      "0 is private and 1 is shared. The byte comes from a VMM or a damaged file; no guest can set it.",
      example: "type 2"
    ),
    "SDEI-T004": RuleText(
      "an exposed priority without a meaning",
      "0 is normal and 1 is critical. The byte comes from a VMM or a damaged file; no guest can set it.",
      example: "priority 7"
    ),
    "SDEI-T005": RuleText(
      "too many registered events",
      "KVM_SDEI_MAX_EVENTS is 128 for the registered list, too; it counts events and not handlers.",
      example: "129 events that some vCPU has registered"
    ),
    "SDEI-T006": RuleText(
      "a registered number that v5 does not support",
      "The same check as for exposed events. The whole list is refused, and then every vCPU with "
        + "something queued is, too (SDEI-T011).",
      example: "event 0x80 is registered"
    ),
    "SDEI-T007": RuleText(
      "a routing mode that is no mode",
      "The guest did nothing wrong: v5 stores the affinity's low byte as the mode when an event is "
        + "first registered (SDEI-K001), and its own SET command refuses what its GET gave. Such a "
        + "VM can not be moved until the mode is put right: sdeictl dump --to json, edit, convert.",
      example: "routing.mode 0x2 with affinity 0x102"
    ),
    "SDEI-T008": RuleText(
      "registered without being exposed",
      "SET_REGISTERED_EVENT looks the event up among the exposed ones, so that those must be "
        + "restored first and completely.",
      example: "event 0x400001 has a registered bit and no definition"
    ),
    "SDEI-T015": RuleText(
      "an exposed event that is named twice",
      "A list names each event once. A snapshot can not hold an event twice, so this is only seen "
        + "where a journal or a program gives the command such a list.",
      example: "SET_EXPOSED_EVENT with two entries for 0x400000"
    ),
    "SDEI-T016": RuleText(
      "an event that is exposed otherwise already",
      "Exposing again with equal properties is an update; with other ones it is -EEXIST, because "
        + "a guest may have read the old ones.",
      example: "0x400000 is private there, and the list says shared"
    ),
    "SDEI-T017": RuleText(
      "an event that is registered already",
      "The registered list is restored once, into a VM whose guest has not run.",
      example: "SET_REGISTERED_EVENT twice with one list"
    ),
    "SDEI-T018": RuleText(
      "a registered event that is named twice",
      "A list names each event once. A snapshot can not hold an event twice, so this is only seen "
        + "where a journal or a program gives the command such a list.",
      example: "SET_REGISTERED_EVENT with two entries for 0x400000"
    ),
  ]

  private static let v5VCPUs: [String: RuleText] = [
    "SDEI-T009": RuleText(
      "a queued number that v5 does not support",
      "The same check as for exposed events; the vCPU's whole queue is refused.",
      example: "event 0x80 waits on vCPU 1"
    ),
    "SDEI-T010": RuleText(
      "queued without being exposed",
      "The command looks the event up among the exposed ones, then among the registered ones.",
      example: "event 0x400001 waits and has no definition"
    ),
    "SDEI-T011": RuleText(
      "queued without being registered",
      "Seldom a fault of its own: where SET_REGISTERED_EVENT was refused, nothing is registered, "
        + "and each vCPU with a queue gets -ENOENT. Resolve the first refusal.",
      example: "event 0x400001 waits, and the registered list was refused (SDEI-T007)"
    ),
    "SDEI-T012": RuleText(
      "a critical handler whose event is not queued",
      "v5 counts the occurrence that is being handled in the queue. A number that it does not "
        + "support means that nothing runs, and is not looked up.",
      example: "critical_num 0x400001 on vCPU 0, whose queue is empty"
    ),
    "SDEI-T013": RuleText(
      "a normal handler whose event is not queued",
      "v5 counts the occurrence that is being handled in the queue. A number that it does not "
        + "support means that nothing runs, and is not looked up.",
      example: "normal_num 0x0 (event 0) on vCPU 0, whose queue is empty"
    ),
    "SDEI-T014": RuleText(
      "too many events in a queue",
      "KVM_SDEI_MAX_EVENTS is 128 for each vCPU's queue; it counts entries and not occurrences.",
      example: "129 different events wait on vCPU 0"
    ),
  ]

  private static let v4: [String: RuleText] = [
    "SDEI-T021": RuleText(
      "an exposed number that v2 to v4 do not support",
      "Only numbers with bits 23:22 = 01 pass. Event 0, which every instance of DEN0054C has, is "
        + "the ABI's word for no event there.",
      example: "event 0 is exposed"
    ),
    "SDEI-T022": RuleText(
      "an exposed type without a meaning",
      "0 is private and 1 is shared. The byte comes from a VMM or a damaged file; no guest can set it.",
      example: "type 2"
    ),
    "SDEI-T023": RuleText(
      "an exposed priority without a meaning",
      "0 is normal and 1 is critical. The byte comes from a VMM or a damaged file; no guest can set it.",
      example: "priority 7"
    ),
    "SDEI-T024": RuleText(
      "an event that is exposed already",
      "v2 to v4 take no update. The kernel's own event, 0x40400000, must not be exposed at all.",
      example: "SET_EVENT for 0x40400000"
    ),
    "SDEI-T025": RuleText(
      "a registered number that v2 to v4 do not support",
      "The same check as for exposed events.",
      example: "event 0 is registered"
    ),
    "SDEI-T026": RuleText(
      "a routing mode that is no mode",
      "As in v5: the kernel stores the affinity's low byte as the mode when an event is first "
        + "registered (SDEI-K001), and refuses it when it is given back.",
      example: "routing.mode 0x2 with affinity 0x102"
    ),
    "SDEI-T027": RuleText(
      "registered without being exposed",
      "No GET command tells what a VMM has exposed, so the VMM must remember it and expose it "
        + "again before anything else. sdeictl takes such definitions with --events FILE.",
      example: "event 0x40400001 is registered, and the destination exposes 0x40400000 only"
    ),
    "SDEI-T028": RuleText(
      "an event that is registered already",
      "Events are restored once, into a VM whose guest has not run.",
      example: "SET_KEVENT twice for one event"
    ),
    "SDEI-T029": RuleText(
      "a queued number that v2 to v4 do not support",
      "The same check as for exposed events.",
      example: "event 0 waits on vCPU 1"
    ),
    "SDEI-T030": RuleText(
      "queued without being registered",
      "Seldom a fault of its own: where SET_KEVENT was refused for the event, nothing of it can be "
        + "queued. Resolve the first refusal.",
      example: "event 0x40400001 waits, and its SET_KEVENT was refused"
    ),
    "SDEI-T031": RuleText(
      "an event that is in the queue already",
      "Queues are restored once, into a VM whose guest has not run.",
      example: "SET_VEVENT twice for one event on vCPU 0"
    ),
    "SDEI-T032": RuleText(
      "a critical handler whose event is not queued",
      "The only check of this command: as posted it looks critical_num up for both levels and "
        + "normal_num never, which loses and doubles handlers (SDEI-T118, SDEI-T119).",
      example: "critical_num 0x40400001 on vCPU 0, whose queue is empty"
    ),
  ]
}
