extension Rule {
  /// Why a patch does not apply (`PatchError.Code`).
  static let patches: [Rule] = [
    patch(
      "SDEI-A001",
      "stale patch",
      "the state has another value than the patch was made for",
      "make the patch for this state, or apply it to the one that it was made for",
      """
      A patch says what it found as well as what it puts there, and a JSON patch tests it first. So \
      it can not be applied to a state that has changed since, and undo what changed it.
      """,
      "a change of vcpus[2].masked from true to false, and vCPU 2 is not masked"
    ),
    patch(
      "SDEI-A002",
      "no such place",
      "the patch names a place that the state does not have",
      "make the patch for this state",
      "An operation on a member, an item or an event that is not there has nothing to act on.",
      "{\"op\": \"remove\", \"path\": \"/events/0x40400007\"} and no such event"
    ),
    patch(
      "SDEI-A003",
      "too large a result",
      "the result of the patch would take more memory than allowed",
      "raise --max-memory, or check what made the patch",
      """
      A few operations of RFC 6902 that copy what was copied double a document each. The size of the \
      result is known before anything unfolds, and refused.
      """,
      "40 operations that copy a member into itself"
    ),
    patch(
      "SDEI-A004",
      "too deep a result",
      "the result of the patch would be nested deeper than any document",
      "correct the patch",
      "Readers of JSON accept 64 levels; no state needs more than a few.",
      "an operation that puts a document into itself 64 times"
    ),
    patch(
      "SDEI-A005",
      "no state",
      "what the patch makes is no state",
      "correct the patch at the place that the message names",
      """
      A JSON patch can write anything into a document. What comes out is read like any document, and \
      what that says is told.
      """,
      "{\"op\": \"replace\", \"path\": \"/vcpus/count\", \"value\": \"four\"}"
    ),
    patch(
      "SDEI-A006",
      "unfit change",
      "a change of the patch does not fit the place that it names, or names one again",
      "correct the patch",
      """
      Each place changes once, and by a value that it can have: else what a patch does would depend on \
      the order of its changes.
      """,
      "two changes of events[0x40400001].type in one patch"
    ),
  ]

  private static func patch(
    _ id: String,
    _ title: String,
    _ problem: String,
    _ action: String,
    _ explanation: String,
    _ example: String
  ) -> Rule {
    Rule(
      id: id,
      kind: .patch,
      severity: .error,
      title: title,
      source: "RFC 6902; schemas/diff.schema.json",
      problem: problem,
      action: action,
      explanation: explanation,
      example: example
    )
  }
}
