internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Reads the body of one step's record, each value in its only form.
struct BodyReader: StepVisitor, ~Escapable {
  var input: NativeReader

  static func step(
    _ kind: StepKind,
    _ record: BinaryRecord,
    of bytes: RawSpan
  ) throws(DecodeError) -> JournalStep {
    var reader = BodyReader(record, of: bytes, name: "step \(record.number), \(kind.key)")
    let step = try kind.blank.visited(by: &reader)
    try reader.input.finish()
    return step
  }

  @_lifetime(copy bytes)
  init(_ record: BinaryRecord, of bytes: RawSpan, name: String) {
    input = NativeReader(
      bytes.extracting(record.bodyOffset..<record.bodyEnd),
      at: record.bodyOffset,
      record: name,
      storedLength: record.length
    )
  }

  private func error(_ key: String, _ found: String, _ expected: String) -> DecodeError {
    input.error(.value, key, found: found, expected: expected)
  }

  /// A byte that is 0 or 1.
  @_lifetime(self: copy self)
  private mutating func bit(_ key: String) throws(DecodeError) -> Bool {
    let byte = try input.byte(key)
    guard byte <= 1 else { throw error(key, "\(byte)", "0 or 1") }
    return byte == 1
  }

  @_lifetime(self: copy self)
  mutating func mark(_ key: String) throws(DecodeError) {}

  @_lifetime(self: copy self)
  mutating func vcpu(_ value: inout UInt32) throws(DecodeError) {
    value = UInt32(try input.varint("vcpu", below: 1 << 32))
  }

  @_lifetime(self: copy self)
  mutating func interrupt(_ key: String, _ value: inout UInt32) throws(DecodeError) {
    value = UInt32(try input.varint(key, below: 1 << 32))
  }

  @_lifetime(self: copy self)
  mutating func event(_ key: String, _ value: inout EventNumber) throws(DecodeError) {
    value = EventNumber(try input.varint(key))
  }

  @_lifetime(self: copy self)
  mutating func event(_ key: String, _ value: inout EventNumber?) throws(DecodeError) {
    if try bit(key) { value = EventNumber(try input.varint(key)) }
  }

  @_lifetime(self: copy self)
  mutating func function(_ key: String, _ value: inout UInt32) throws(DecodeError) {
    value = UInt32(try input.number(4, key))
  }

  @_lifetime(self: copy self)
  mutating func arguments(_ key: String, _ value: inout [UInt64]) throws(DecodeError) {
    let count = Int(try input.byte(key))
    guard count <= value.count else { throw error(key, "\(count) arguments", "at most 5") }
    for index in 0..<count { value[index] = try input.sized(key) }
    if count > 0, value[count - 1] == 0 { throw error(key, "a 0 at the end", "no such") }
  }

  @_lifetime(self: copy self)
  mutating func level(_ key: String, _ value: inout UInt8?) throws(DecodeError) {
    if try bit(key) { value = try input.byte(key) }
  }

  @_lifetime(self: copy self)
  mutating func flag(_ key: String, _ value: inout Bool) throws(DecodeError) {
    value = try bit(key)
  }

  @_lifetime(self: copy self)
  mutating func name<Name: StepName>(_ key: String, _ value: inout Name) throws(DecodeError) {
    let text = try input.string(key)
    guard let name = Name(rawValue: text) else { throw error(key, "\"\(text)\"", Name.choices) }
    value = name
  }

  @_lifetime(self: copy self)
  mutating func registers(_ key: String, _ value: inout LiveRegisters) throws(DecodeError) {
    let mask = try input.varint(key, below: 1 << UInt64(LiveRegisters.wordCount))
    for word in 0..<LiveRegisters.wordCount where mask >> UInt64(word) & 1 == 1 {
      value[word: word] = try input.sized(key)
      if value[word: word] == 0 { throw error(key, "a register that is 0", "no bit for it") }
    }
  }

  @_lifetime(self: copy self)
  mutating func registers(_ key: String, _ value: inout LiveRegisters?) throws(DecodeError) {
    guard try bit(key) else { return }
    var present = LiveRegisters()
    try registers(key, &present)
    value = present
  }

  @_lifetime(self: copy self)
  mutating func definition(_ key: String, _ value: inout EventDefinition) throws(DecodeError) {
    let events = try EventsRecord.read(&input)
    guard let event = events.first, let definition = event.definition,
      events.count == 1, event == Event(EventNumber(0), definition: definition)
    else { throw error(key, "other events", "one definition, of number 0, without routing") }
    value = definition
  }

  @_lifetime(self: copy self)
  mutating func snapshot(_ key: String, _ value: inout Snapshot) throws(DecodeError) {
    let size = try input.varint(key)
    let start = input.offset
    let bytes = try input.take(size, key)
    let path = error(key, "", "").path
    do throws(DecodeError) {
      let document = try NativeFormat.decode(bytes)
      value = document.snapshot
      guard document.scope == .whole, document.unknownRecords.isEmpty,
        !NativeFormat.isDeflated(bytes)
      else {
        throw DecodeError(
          .structure,
          at: 0,
          "header",
          found: "a part of a state, a deflated record, or a record that is not known",
          expected: "a whole state as it is written without options"
        )
      }
    } catch {
      throw DecodeError(
        error.code,
        at: error.offset.map { $0 + start },
        "\(path), \(error.path)",
        found: error.found,
        expected: error.expected,
        action: error.action
      )
    }
  }

  @_lifetime(self: copy self)
  mutating func digest(_ key: String, _ value: inout SnapshotDigest) throws(DecodeError) {
    value = SnapshotDigest(rawValue: try input.number(8, key))
  }

  @_lifetime(self: copy self)
  mutating func answer(_ value: inout Answer?, _ style: AnswerStyle) throws(DecodeError) {
    switch try input.byte("result") {
    case 0: value = nil
    case 1: value = .value(Int64(bitPattern: try input.sized("result")))
    case 2: value = .resumes
    case 3: value = .some(.none)
    case 4:
      let text = try input.string("undefined")
      guard let reason = Undefined(rawValue: text) else {
        throw error("undefined", "\"\(text)\"", "a way to go astray that is known")
      }
      value = .undefined(reason)
    case let other: throw error("result", "kind \(other)", "0 to 4")
    }
  }
}
