internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Writes one step as one line (schemas/journal.md, section 3).
struct LineWriter: StepVisitor {
  private var json = JSONWriter(layout: .line)
  private let options: EncodeOptions

  static func line(
    _ step: JournalStep,
    number: UInt64,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    var writer = LineWriter(options: options)
    writer.json.openObject()
    writer.json.key("n")
    writer.json.number(number)
    _ = try step.visited(by: &writer)
    writer.json.close()
    return writer.json.finish()
  }

  private init(options: EncodeOptions) { self.options = options }

  private mutating func text(_ key: String, _ text: String) {
    json.key(key)
    json.string(text)
  }

  mutating func mark(_ key: String) throws(EncodeError) {
    json.key(key)
    json.bool(true)
  }

  mutating func vcpu(_ value: inout UInt32) throws(EncodeError) {
    json.key("vcpu")
    json.number(value)
  }

  mutating func interrupt(_ key: String, _ value: inout UInt32) throws(EncodeError) {
    text(key, hex(UInt64(value)))
  }

  mutating func event(_ key: String, _ value: inout EventNumber) throws(EncodeError) {
    text(key, value.description)
  }

  mutating func event(_ key: String, _ value: inout EventNumber?) throws(EncodeError) {
    if let value { text(key, value.description) }
  }

  mutating func function(_ key: String, _ value: inout UInt32) throws(EncodeError) {
    text(key, FunctionID(rawValue: value)?.name ?? hex(UInt64(value)))
  }

  mutating func arguments(_ key: String, _ value: inout [UInt64]) throws(EncodeError) {
    words(key, value)
  }

  /// Writes words up to the last one that is not 0; nothing where all are.
  private mutating func words(_ key: String, _ values: [UInt64]) {
    guard let last = values.lastIndex(where: { $0 != 0 }) else { return }
    json.key(key)
    json.array { json in
      for value in values[...last] { json.string(hex(value)) }
    }
  }

  mutating func level(_ key: String, _ value: inout UInt8?) throws(EncodeError) {
    guard let value else { return }
    json.key(key)
    json.number(value)
  }

  mutating func flag(_ key: String, _ value: inout Bool) throws(EncodeError) {
    guard value else { return }
    json.key(key)
    json.bool(true)
  }

  mutating func name<Name: StepName>(_ key: String, _ value: inout Name) throws(EncodeError) {
    text(key, value.rawValue)
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters) throws(EncodeError) {
    if value != LiveRegisters() { object(key, value) }
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters?) throws(EncodeError) {
    if let value { object(key, value) }
  }

  private mutating func object(_ key: String, _ registers: LiveRegisters) {
    json.key(key)
    json.openObject()
    words("x", registers.frame.x.indices.map { registers.frame.x[$0] })
    text("pc", hex(registers.frame.pc))
    text("pstate", hex(registers.frame.pstate))
    for (index, name) in LiveRegisters.systemNames.enumerated() {
      let value = registers[word: RegisterFrame.wordCount + index]
      if value != 0 { text(name, hex(value)) }
    }
    json.close()
  }

  mutating func definition(_ key: String, _ value: inout EventDefinition) throws(EncodeError) {
    try value.checkNotifier()
    json.key(key)
    JSONFormat.write(value, into: &json)
  }

  mutating func snapshot(_ key: String, _ value: inout Snapshot) throws(EncodeError) {
    json.key(key)
    try JSONFormat.write(value, options, into: &json)
  }

  mutating func digest(_ key: String, _ value: inout SnapshotDigest) throws(EncodeError) {
    text(key, value.description)
  }

  mutating func answer(_ value: inout Answer?, _ style: AnswerStyle) throws(EncodeError) {
    switch value {
    case .value(let value)?: text("result", style.text(value))
    case .resumes?: text("result", "resumes")
    case .some(.none): text("result", "none")
    case .undefined(let reason)?: text("undefined", reason.rawValue)
    case nil: break
    }
  }
}

extension EventDefinition {
  /// Refuses a notifier that no reader would take.
  func checkNotifier() throws(EncodeError) {
    guard let notifier, notifier.isEmpty || !isPlainText(notifier) else { return }
    throw EncodeError(
      "definition.notifier",
      problem: "it is empty, has control characters or more than 1024 bytes",
      action: "name it in plain text, or leave it out"
    )
  }
}
