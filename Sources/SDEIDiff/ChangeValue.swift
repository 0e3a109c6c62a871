public import SDEIModel

/// What stands at a place.
public enum ChangeValue: Hashable, Sendable {
  /// Nothing: no event, no definition, no interrupt, no extra.
  case nothing
  /// A bit.
  case flag(Bool)
  /// A number; an enumerated byte is one, too.
  case number(UInt64)
  /// origin + stride * vCPU modulo 2^64, for several vCPUs.
  case progression(origin: UInt64, stride: UInt64)
  /// A text, compared by its bytes.
  case text(ExactText)
  /// A list of events, in its order.
  case events([EventNumber])
  /// A whole event that is there in one state only.
  indirect case event(Event)
  /// A whole definition that is there in one state only.
  indirect case definition(EventDefinition)
  /// Some fields of a context: those that differ.
  case context(ContextValues)

  /// A text.
  public static func text(_ text: String) -> ChangeValue { .text(ExactText(text)) }
}

/// A text that equals another one only byte by byte: two spellings of one character are two texts.
public struct ExactText: Hashable, Sendable {
  /// The text.
  public var string: String

  /// Makes an exact text.
  public init(_ string: String) { self.string = string }

  /// Compares the bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.string.utf8.elementsEqual(rhs.string.utf8)
  }

  /// Feeds the bytes.
  public func hash(into hasher: inout Hasher) {
    for byte in string.utf8 { hasher.combine(byte) }
  }
}

/// A field of a context: the stored event number, or one word of the frame.
public struct ContextField: Hashable, Comparable, Sendable {
  /// 0 is the event; 1 + n is the n-th word of `RegisterFrame`.
  let code: UInt8

  /// The number of the event whose handler runs, as stored.
  public static let event = ContextField(code: 0)

  /// A word of the frame: 0 to 17 are X0 to X17, 18 is PC, 19 is PSTATE.
  public static func word(_ word: Int) -> ContextField { ContextField(code: UInt8(word + 1)) }

  /// All fields, in the order of every view.
  public static let all = [event] + (0..<RegisterFrame.wordCount).map(word)

  /// The word of the frame, nil for the event.
  public var word: Int? { code == 0 ? nil : Int(code) - 1 }

  /// The name in paths and files: `event`, `x0` to `x17`, `pc` or `pstate`.
  public var name: String {
    switch code {
    case 0: "event"
    case 19: "pc"
    case 20: "pstate"
    default: "x\(code - 1)"
    }
  }

  /// The field with a name, nil when there is none.
  public init?(name: String) {
    guard let field = Self.all.first(where: { $0.name == name }) else { return nil }
    self = field
  }

  private init(code: UInt8) { self.code = code }

  /// Orders fields as every view does.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.code < rhs.code }
}

/// Some fields of a context, ascending.
public struct ContextValues: Hashable, Sendable {
  /// One field and what it holds.
  public struct Item: Hashable, Sendable {
    /// The field.
    public var field: ContextField
    /// What it holds; nil only for the event, where no number is stored.
    public var value: UInt64?
  }

  /// The fields, ascending, each at most once.
  public private(set) var items: [Item] = []

  /// Makes values of no field.
  public init() {}

  /// Makes values of some fields, ascending.
  init(_ items: [Item]) { self.items = items }

  /// Makes values of the fields of a context, nil for an idle one.
  public init(_ context: Context?, fields: some Sequence<ContextField> = ContextField.all) {
    for field in fields { set(field, Self.value(of: field, in: context)) }
  }

  /// What a field of a context holds; an idle one holds zeros and no event.
  public static func value(of field: ContextField, in context: Context?) -> UInt64? {
    guard let word = field.word else { return context?.event?.rawValue }
    return context?.frame[word: word] ?? 0
  }

  /// Sets a field; O(fields).
  public mutating func set(_ field: ContextField, _ value: UInt64?) {
    let item = Item(field: field, value: value)
    guard let place = items.firstIndex(where: { $0.field >= field }) else {
      return items.append(item)
    }
    if items[place].field == field {
      items[place] = item
    } else {
      items.insert(item, at: place)
    }
  }

  /// Writes the fields into a context.
  ///
  /// A register without a value becomes 0.
  public func write(to context: inout Context) {
    for item in items {
      if let word = item.field.word {
        context.frame[word: word] = item.value ?? 0
      } else {
        context.event = item.value.map { EventNumber($0) }
      }
    }
  }
}
