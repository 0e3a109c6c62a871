extension Rule {
  /// What no snapshot can hold of running handlers, contexts and masks (34 to 59).
  static let decoderRunning: [Rule] = [
    Rule(
      id: "SDEI-V035b",
      kind: .decoder,
      severity: .error,
      title: "handlers nested deeper than two levels",
      source: "DEN0054C 4.3.2.2",
      problem: "more handlers are nested on a vCPU than there are levels",
      action: "keep one context for the normal level and one for the critical level",
      explanation: """
        Only a critical handler preempts, and only a normal one: there are two levels and never three \
        handlers. A snapshot has a place for one context of each level; a third one is refused when \
        it is read. Marks that say more are SDEI-V035a.
        """,
      example: "contexts.1 has a member beside normal and critical"
    ),
    Rule(
      id: "SDEI-V039",
      kind: .decoder,
      severity: .error,
      title: "normal handler on top of a critical one",
      source: "DEN0054C 4.3.2",
      problem: "a normal handler is nested in a critical one",
      action: "put the critical context on top: it is the one that interrupted the other",
      explanation: """
        Critical preempts normal and never the reverse, so the order of two nested handlers follows \
        from their levels. A snapshot stores no order: the critical level is the inner one. A form \
        that says another order is refused when it is read.
        """,
      example: "contexts.1 has a member that lists critical before normal"
    ),
    Rule(
      id: "SDEI-V040",
      kind: .decoder,
      severity: .error,
      title: "an event's number stands for none",
      source: "DEN0054C 4.4, Appendix E",
      problem: "the number that stands for no event is one that an event can have",
      action: "leave the event out where a level runs none",
      explanation: """
        0 is the software-signalled event. KVM v2 to v4 store 0 for "nothing runs", so there a handler \
        of event 0 could not be told from none; they have no event 0. KVM v5 stores 0xffffffff and \
        takes any number that it does not support for none. A snapshot has no number for it: the \
        event is absent, and each format's own value is translated when it is read. Another spelling \
        is refused.
        """,
      example: "contexts.1.normal.event is null"
    ),
    Rule(
      id: "SDEI-V043",
      kind: .decoder,
      severity: .error,
      title: "saved context without all registers",
      source: "DEN0054C 5.1.5, 5.2.1.2",
      problem: "a saved context lacks one of X0 to X17, PC and PSTATE",
      action: "take the state again with all 20 words of each context",
      explanation: """
        CONTEXT must answer for X0 to X17 while a handler runs, and COMPLETE restores them with PC and \
        PSTATE. A frame of the model always has all 20 words. A form that lacks some is refused when \
        it is read; a list of KVM v7's registers without SDEI_EVENT_CONTEXT is read with its reset \
        value, zeros, and a finding says so.
        """,
      example: "contexts.1.normal.x has 17 registers"
    ),
  ]
}
