internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Writes the body of one step's record (schemas/journal.md, section 4.4).
struct BodyWriter: StepVisitor {
  var out = ByteBuffer()

  static func body(_ step: JournalStep) throws(EncodeError) -> [UInt8] {
    var writer = BodyWriter()
    _ = try step.visited(by: &writer)
    guard UInt64(writer.out.count) < 1 << 32 else {
      throw EncodeError(
        id: "SDEI-C002",
        "",
        problem: "the step takes \(writer.out.count) bytes, and a record has room for 4294967295",
        action: "record the state's digest, and keep the state beside the journal"
      )
    }
    return writer.out.bytes
  }

  mutating func mark(_ key: String) throws(EncodeError) {}

  mutating func vcpu(_ value: inout UInt32) throws(EncodeError) { out.writeVarint(UInt64(value)) }

  mutating func interrupt(_ key: String, _ value: inout UInt32) throws(EncodeError) {
    out.writeVarint(UInt64(value))
  }

  mutating func event(_ key: String, _ value: inout EventNumber) throws(EncodeError) {
    out.writeVarint(value.rawValue)
  }

  mutating func event(_ key: String, _ value: inout EventNumber?) throws(EncodeError) {
    out.write(UInt8(value == nil ? 0 : 1))
    if let value { out.writeVarint(value.rawValue) }
  }

  mutating func function(_ key: String, _ value: inout UInt32) throws(EncodeError) {
    out.write(value)
  }

  mutating func arguments(_ key: String, _ value: inout [UInt64]) throws(EncodeError) {
    let count = (value.lastIndex { $0 != 0 } ?? -1) + 1
    out.write(UInt8(count))
    for word in value[..<count] { out.writeSized(word) }
  }

  mutating func level(_ key: String, _ value: inout UInt8?) throws(EncodeError) {
    out.write(UInt8(value == nil ? 0 : 1))
    if let value { out.write(value) }
  }

  mutating func flag(_ key: String, _ value: inout Bool) throws(EncodeError) {
    out.write(UInt8(value ? 1 : 0))
  }

  mutating func name<Name: StepName>(_ key: String, _ value: inout Name) throws(EncodeError) {
    out.writeString(value.rawValue)
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters) throws(EncodeError) {
    let words = (0..<LiveRegisters.wordCount).filter { value[word: $0] != 0 }
    out.writeVarint(words.reduce(0) { $0 | 1 << UInt64($1) })
    for word in words { out.writeSized(value[word: word]) }
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters?) throws(EncodeError) {
    out.write(UInt8(value == nil ? 0 : 1))
    if var present = value { try registers(key, &present) }
  }

  mutating func definition(_ key: String, _ value: inout EventDefinition) throws(EncodeError) {
    try value.checkNotifier()
    EventsRecord.write(EventTable([Event(EventNumber(0), definition: value)]), into: &out)
  }

  mutating func snapshot(_ key: String, _ value: inout Snapshot) throws(EncodeError) {
    let document = Document(format: .sdei, snapshot: value)
    let bytes = try NativeFormat.encode(document, EncodeOptions()).bytes
    out.writeVarint(UInt64(bytes.count))
    out.write(bytes)
  }

  mutating func digest(_ key: String, _ value: inout SnapshotDigest) throws(EncodeError) {
    out.write(value.rawValue)
  }

  mutating func answer(_ value: inout Answer?, _ style: AnswerStyle) throws(EncodeError) {
    switch value {
    case nil: out.write(UInt8(0))
    case .value(let value)?:
      out.write(UInt8(1))
      out.writeSized(UInt64(bitPattern: value))
    case .resumes?: out.write(UInt8(2))
    case .some(.none): out.write(UInt8(3))
    case .undefined(let reason)?:
      out.write(UInt8(4))
      out.writeString(reason.rawValue)
    }
  }
}
