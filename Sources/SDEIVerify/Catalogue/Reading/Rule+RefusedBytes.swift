internal import SDEIFormats

extension Rule {
  /// Why bytes are no state: nothing is read then, and there is one of these and not a list.
  static let refusedBytes: [Rule] = DecodeError.Code.allCases.map { code in
    let (text, problem) = code.text
    return Rule(
      id: code.rawValue,
      kind: .decoding,
      severity: .error,
      title: text.title,
      source: "the form's own document in schemas/",
      problem: problem,
      action: code.usualAction,
      explanation: text.explanation,
      example: text.example
    )
  }
}

extension DecodeError.Code {
  /// The words for a failure, and what is wrong in one sentence.
  fileprivate var text: (RuleText, problem: String) {
    switch self {
    case .truncated:
      (
        RuleText(
          "the input ends too early",
          """
          Every length is compared with what is there before anything is taken. The offset is \
          that of the field that needs more than there is.
          """,
          example: "a transcript of 120 bytes whose header announces 3 structures of 8408"
        ),
        "the input ends too early, or a length points beyond its end"
      )
    case .notRecognised:
      (
        RuleText(
          "no known format",
          """
          Formats are told by their first bytes and never guessed: the vCPU states of KVM v4 and \
          v5 have the same 344 bytes, and 0 means event 0 in one and none in the other.
          """,
          example: "a file of bare structures"
        ),
        "no known format begins like this, or more than one could"
      )
    case .unsupported:
      (
        RuleText(
          "a version or part that is not known",
          """
          A part that must be understood is not passed over, since the state would be another \
          one without it.
          """,
          example: "a record of type 0x42 with the must-understand bit"
        ),
        """
        the input has a version, dialect, feature or record that this program does not know
        """
      )
    case .checksum:
      (
        RuleText(
          "a checksum that does not match",
          """
          Records have a CRC over all their bits, so that damage is found before it is taken for \
          state.
          """,
          example: "one bit of a record is flipped"
        ),
        "a checksum does not match its bytes: they were damaged"
      )
    case .structure:
      (
        RuleText(
          "a part that is missing, out of order or there twice",
          "Each form has one order of its parts, and equal states have equal bytes.",
          example: "an EVENTS record behind the CONTEXTS record"
        ),
        "a part of the input is missing, out of order or there twice"
      )
    case .value:
      (
        RuleText(
          "a value that its field can not have",
          """
          Only of fields that are the form's own, or whose other values a state could not hold; \
          whatever an ABI can carry is read and left to the rules.
          """,
          example: "a level of 3 in a context"
        ),
        "a field has a value that it can not have"
      )
    case .notCanonical:
      (
        RuleText(
          "another encoding of the same",
          """
          There is one encoding of each state. A second one would let two files differ that say \
          the same, and a comparison miss what differs.
          """,
          example: "a number in more bytes than it needs"
        ),
        "the encoding is valid and not the one canonical form"
      )
    case .trailing:
      (
        RuleText(
          "something behind the end",
          "Bytes behind the end would be lost by a rewrite, and could be anything.",
          example: "16 bytes behind the END record"
        ),
        "something follows the end"
      )
    case .duplicate:
      (
        RuleText(
          "a number that names two things",
          """
          A state keyed by number can not hold both, and the ABI's lists never have it. Both \
          offsets are told.
          """,
          example: "two registered structures for event 0x400000"
        ),
        "a number names two things"
      )
    case .syntax:
      (
        RuleText(
          "a text that is not JSON",
          """
          With the byte and the path at which it stops being JSON. Keys that are there twice are \
          an error, too.
          """,
          example: "a comma behind the last member"
        ),
        "the text is not JSON"
      )
    case .tooLarge:
      (
        RuleText(
          "a state that is larger than allowed",
          """
          A few bytes can stand for 2^32 vCPUs. Memory is asked for only as far as the input \
          pays for it, and as --max-memory allows.
          """,
          example: "marks of 2^32 contexts in 300 bytes"
        ),
        "the state needs more memory than allowed"
      )
    }
  }
}
