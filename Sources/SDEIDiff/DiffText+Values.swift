internal import SDEIModel

extension DiffText {
  /// Two values cut down to where they differ first: of contexts, one field.
  static func differing(_ one: ChangeValue, _ other: ChangeValue) -> (ChangeValue, ChangeValue) {
    guard case .context(let mine) = one, case .context(let theirs) = other else {
      return (one, other)
    }
    for (one, other) in zip(mine.items, theirs.items) where one != other {
      return (.context(ContextValues([one])), .context(ContextValues([other])))
    }
    return (one, other)
  }

  /// A value that was found and one that was expected, in words that tell them apart.
  static func told(_ found: ChangeValue, beside expected: ChangeValue) -> (String, String) {
    switch (found, expected) {
    case (.context(let mine), .context(let theirs)):
      guard let one = mine.items.first, let other = theirs.items.first else {
        return ("other fields", "\(theirs.items.count) fields")
      }
      return (told(one.value), told(other.value))
    case (.event(let mine), .event(let theirs)):
      let paths = Snapshot(events: EventTable([mine]))
        .differences(from: Snapshot(events: EventTable([theirs]))).map(\.path)
      return ("one with another \(paths.first ?? "number")", "the event that the change has")
    default: return (told(found), told(expected))
    }
  }

  private static func told(_ value: UInt64?) -> String { value.map(hex) ?? "none" }

  private static func told(_ value: ChangeValue) -> String {
    switch value {
    case .nothing: "nothing"
    case .flag(let flag): flag ? "true" : "false"
    case .event(let event): "an event \(event.number)"
    case .definition(let definition): self.definition(definition)
    case .context: "a context"
    case .number, .progression, .text, .events: plain(value)
    }
  }
}
