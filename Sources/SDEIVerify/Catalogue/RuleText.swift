/// What a rule's own data does not say: the words that only its entry in the catalogue has.
struct RuleText: Sendable {
  /// What the rule is about, in a few words.
  let title: String
  /// Why it is there.
  let explanation: String
  /// What breaks it.
  let example: String

  init(_ title: String, _ explanation: String, example: String) {
    (self.title, self.explanation, self.example) = (title, explanation, example)
  }

  /// What stands in an entry whose words were forgotten; a test asks that none is.
  static let missing = RuleText("", "", example: "")
}
