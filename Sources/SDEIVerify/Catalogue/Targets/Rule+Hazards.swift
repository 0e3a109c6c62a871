internal import SDEIEngine

extension Rule {
  /// What a destination does wrong with a state that its commands take: the hazards that the migration
  /// port finds, in words for people.
  static let hazards: [Rule] = {
    // A rule that looks at two fields has one entry.
    var seen: Set<String> = []
    return HazardRule.all.filter { seen.insert($0.id).inserted }.map { rule in
      let text = RuleText.hazards[rule.id] ?? .missing
      return Rule(
        id: rule.id,
        kind: .target,
        severity: RuleSeverity(rule.severity),
        title: text.title,
        source: rule.source,
        problem: rule.problem,
        action: rule.action,
        explanation: text.explanation,
        example: text.example
      )
    }
  }()
}

extension RuleText {
  /// The words for hazards, by identifier.
  fileprivate static let hazards = v5.merging(v5Registrations) { first, _ in first }
    .merging(v4) { first, _ in first }.merging(v7) { first, _ in first }

  private static let v5: [String: RuleText] = [
    "SDEI-T101": RuleText(
      "a preemption that gets lost",
      "On the source the request to deliver is outstanding; it travels in no ABI. v5 makes a new "
        + "one only where nothing runs, so the critical event comes late, not never.",
      example: "a normal handler runs on vCPU 0, and a critical event waits there"
    ),
    "SDEI-T102": RuleText(
      "a queue entry that stands for nothing",
      "No guest produces a count of 0. The completion subtracts 1 without looking, and what is left "
        + "is the largest number (SDEI-K007).",
      example: "vCPU 0 has 0x400000 in its queue with event_count 0"
    ),
    "SDEI-T103": RuleText(
      "one event in both slots",
      "The kernel keeps a pointer for each level to one queue entry. The first completion of an "
        + "entry with one occurrence frees it; the second uses freed memory.",
      example: "critical_num and normal_num 0x400000, event_count 1"
    ),
    "SDEI-T104": RuleText(
      "a normal event in the critical slot",
      "SET looks the number up in the queue and not at its priority.",
      example: "critical_num 0x400000, which is exposed as normal"
    ),
    "SDEI-T105": RuleText(
      "a critical event in the normal slot",
      "SET looks the number up in the queue and not at its priority. Delivery asks whether the "
        + "critical slot is free, which it is.",
      example: "normal_num 0x400001, which is exposed as critical"
    ),
    "SDEI-T106": RuleText(
      "a masked byte above 1",
      "The byte is stored as given and read back so; any value but 0 masks.",
      example: "masked 2"
    ),
    "SDEI-T110": RuleText(
      "a running number that means none",
      "v5 writes 0xffffffff and v2 to v4 write 0, but any number that they do not support means the "
        + "same. It may be left over from another implementation's way to say it.",
      example: "normal_num 0x5"
    ),
    "SDEI-T111": RuleText(
      "an exposed list that can not be restored twice",
      "The limit is checked against what is there and what comes, and an update counts as new. A "
        + "VMM that retries a restore, or exposes events before it restores, gets -ERANGE.",
      example: "65 exposed events"
    ),
    "SDEI-T112": RuleText(
      "a queue that must not be restored twice",
      "The command adds to counts of events that are there already, so a retry delivers each "
        + "occurrence once more.",
      example: "vCPU 0 has 0x400000 in its queue"
    ),
    "SDEI-T113": RuleText(
      "structures that nobody filled",
      "A GET with a larger count than there are structures leaves the rest zero, and a structure of "
        + "zeros is a valid entry for event 0.",
      example: "two all-zero structures behind the exposed events"
    ),
    "SDEI-T117": RuleText(
      "a function pointer of another kernel",
      "The notifier was part of the ABI until series v5, and was dropped because user space "
        + "could make the kernel jump anywhere with it. See SDEI-L001 for the leak.",
      example: "notifier 0xffff800010a31c40"
    ),
    "SDEI-T122": RuleText(
      "delivered although the vCPU is masked",
      "Only injection looks at the mask. Loading a queue asks for a delivery, and delivery enters "
        + "the handler of a guest that has masked events, in the middle of what the mask protects.",
      example: "vCPU 0 is masked, runs nothing, and has 0x400000 in its queue"
    ),
    "SDEI-T123": RuleText(
      "delivered although the event is disabled",
      "Only injection looks at the enabled bit. A guest that disables an event and then frees what "
        + "its handler uses is called back all the same.",
      example: "0x400000 waits on vCPU 0 and is registered and not enabled"
    ),
  ]

  private static let v5Registrations: [String: RuleText] = [
    "SDEI-T107": RuleText(
      "a registered event without a registered bit",
      "The registered list keeps an object for each event. One without a bit is never freed, and "
        + "keeps its place of 128.",
      example: "0x400000 is in the registered list, and its bitmap is empty"
    ),
    "SDEI-T108": RuleText(
      "registered bits of nobody",
      "The bitmaps have 512 bits whatever the VM has. A bit of a vCPU that does not exist, or of a "
        + "shared event other than bit 0, is never cleared.",
      example: "registered bit 7 in a VM with 1 vCPU"
    ),
    "SDEI-T109": RuleText(
      "an event that waits for a vCPU that has not registered it",
      "SET_VCPU_EVENT asks whether anybody has registered the event, not whether this vCPU has. "
        + "Delivery takes the entry point of the vCPU's own place in the array, which is 0.",
      example: "0x400000 waits on vCPU 1, and only vCPU 0 has registered it"
    ),
    "SDEI-T114": RuleText(
      "an unregistration that waits for nothing",
      "v5 never clears the bit of an event that other vCPUs still have registered (SDEI-K003).",
      example: "unregister_pending bit 0, and nothing runs on vCPU 0"
    ),
    "SDEI-T115": RuleText(
      "a shared event that runs twice",
      "v5 queues shared events for each vCPU, and nothing keeps two of them from entering the "
        + "handler (SDEI-K004). DEN0054C lets a shared handler run on one PE.",
      example: "normal_num 0x400010 on vCPUs 0 and 1, and 0x400010 is shared"
    ),
    "SDEI-T116": RuleText(
      "an event that is freed while it is used",
      "The completion of the last vCPU that has it registered frees the event, and with it what "
        + "other vCPUs run or queue.",
      example: "shared event 0x400010 runs on vCPUs 0 and 1 and is being unregistered"
    ),
  ]

  private static let v4: [String: RuleText] = [
    "SDEI-T118": RuleText(
      "a normal handler that gets lost",
      "The command uses critical_num for the normal level, too. The normal handler's registers are "
        + "restored and its event is not: its completion is refused, and the guest never returns "
        + "to what it interrupted.",
      example: "normal_num 0x40400001 on vCPU 0"
    ),
    "SDEI-T119": RuleText(
      "a critical handler that is there twice",
      "The command uses critical_num for the normal level, too, so one queue entry is pointed at "
        + "by both levels.",
      example: "critical_num 0x40400000 on vCPU 0"
    ),
    "SDEI-T120": RuleText(
      "counts that do not agree",
      "The ABI has the number of occurrences twice: for the event, and for each vCPU's queue entry. "
        + "The kernel keeps them equal and does not check what it is given.",
      example: "refcount 3 of an event that waits nowhere"
    ),
    "SDEI-T121": RuleText(
      "the kernel's own event, defined otherwise",
      "0x40400000 (KVM_SDEI_DEFAULT_NUM) is there from the start, private and critical, and can not "
        + "be exposed otherwise.",
      example: "0x40400000 is private and normal in the state"
    ),
    "SDEI-T124": RuleText(
      "definitions that nobody has told",
      "The source's VMM exposed these events, or they could not be registered. The forms of v2 to "
        + "v4 have no place for it but the transcript's frame of SET_EVENT commands. The rest of the "
        + "prediction takes them for exposed.",
      example: "a QEMU stream whose cpu/sdei has 0x40400001 registered"
    ),
  ]

  private static let v7: [String: RuleText] = [
    "SDEI-T131": RuleText(
      "a host that hangs at once",
      "Delivery takes the lowest pending event, finds it disabled, and tries the same one again. "
        + "Loading PENDING or PE_STATE of an unmasked vCPU asks for a delivery.",
      example: "pending {0}, enabled {} on an unmasked vCPU"
    ),
    "SDEI-T132": RuleText(
      "a host that hangs when the guest unmasks",
      "The same loop as SDEI-T131, one PE_UNMASK later. A guest gets there by itself: register "
        + "event 0, signal it, unmask.",
      example: "pending {0}, enabled {} on a masked vCPU"
    ),
    "SDEI-T133": RuleText(
      "a host that hangs after a completion",
      "The same loop as SDEI-T131. While a handler runs nothing is delivered; v7's completion asks "
        + "for no delivery, so that it is the next request that loops.",
      example: "pending {0}, enabled {} on a vCPU that runs event 1"
    ),
    "SDEI-T134": RuleText(
      "a delivery that the source did not ask for",
      "Requests are in no ABI, and v7's completion loses one (SDEI-K022). Loading makes a new one "
        + "for whatever is pending, which the guest sees as an event that comes late.",
      example: "pending {0}, enabled {0} on an unmasked vCPU without a request"
    ),
    "SDEI-T135": RuleText(
      "events that v7 does not have",
      "v7 has two events, both of KVM's making, and drops all else without an error.",
      example: "0x40400001 is registered"
    ),
    "SDEI-T136": RuleText(
      "several occurrences that become one",
      "The review of v6 replaced counters by bits: DEN0054C 5.1.16.1 lets signals collapse. A "
        + "guest that counted on v4 or v5 delivering each one sees fewer.",
      example: "pending 3 of event 0 on vCPU 0"
    ),
    "SDEI-T137": RuleText(
      "a critical level that has no place",
      "v7 has no critical events.",
      example: "a critical handler runs on vCPU 0"
    ),
    "SDEI-T138": RuleText(
      "bits that have no place",
      "v7 refuses relative mode, and says a waiting unregistration by running without registered.",
      example: "event 0 is registered relative to VBAR"
    ),
    "SDEI-T139": RuleText(
      "bytes of the context register that are not read",
      "The register's id says 2048 bits, and the kernel copies 160 bytes of it. What is behind them "
        + "was in the VMM's buffer (SDEI-L005).",
      example: "byte 200 of SDEI_EVENT_CONTEXT is not 0"
    ),
  ]
}
