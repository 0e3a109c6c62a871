internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// Reads one step from one line, and refuses members that the step does not have.
struct LineReader: StepVisitor {
  private let scope: JSONScope
  private var unread: [String: JSONScope] = [:]

  static func step(_ scope: JSONScope, number: UInt64) throws(DecodeError) -> JournalStep {
    var reader = LineReader(scope: scope)
    var kind: StepKind?
    for (key, member) in try scope.object() {
      if kind == nil { kind = StepKind(key: key) }
      reader.unread[key] = member
    }
    let n = try reader.required("n")
    guard try n.number(UInt64.self) == number else {
      throw DecodeError(
        .structure,
        at: n.node.offset,
        n.path,
        found: n.node.kind,
        expected: "\(number), for the steps are numbered 1, 2, 3 and so on",
        action: "put back the lines that are missing, or number the steps again"
      )
    }
    guard let kind else {
      throw scope.error(
        "a member that tells the step: " + StepKind.allCases.map(\.key).joined(separator: ", "),
        found: "none",
        .structure
      )
    }
    let step = try kind.blank.visited(by: &reader)
    if let (key, member) = reader.unread.min(by: { $0.value.node.offset < $1.value.node.offset }) {
      throw member.error(
        "no other member in a step \"\(kind.key)\"",
        found: "the unknown member \"\(key.prefix(40))\"",
        .structure
      )
    }
    return step
  }

  private init(scope: JSONScope) { self.scope = scope }

  private mutating func optional(_ key: String) -> JSONScope? { unread.removeValue(forKey: key) }

  private mutating func required(_ key: String) throws(DecodeError) -> JSONScope {
    if let member = optional(key) { return member }
    let others = unread.keys.sorted().map { "\"\($0.prefix(40))\"" }.prefix(4).joined(
      separator: ", "
    )
    throw scope.error(
      "a member \"\(key)\"",
      found: others.isEmpty ? "none" : "none, but \(others)",
      .structure
    )
  }

  mutating func mark(_ key: String) throws(DecodeError) {
    let member = try required(key)
    guard try member.bool() else { throw member.error("true") }
  }

  mutating func vcpu(_ value: inout UInt32) throws(DecodeError) {
    value = try required("vcpu").number()
  }

  mutating func interrupt(_ key: String, _ value: inout UInt32) throws(DecodeError) {
    value = try required(key).hex32()
  }

  mutating func event(_ key: String, _ value: inout EventNumber) throws(DecodeError) {
    value = EventNumber(try required(key).hex())
  }

  mutating func event(_ key: String, _ value: inout EventNumber?) throws(DecodeError) {
    if let member = optional(key) { value = EventNumber(try member.hex()) }
  }

  mutating func function(_ key: String, _ value: inout UInt32) throws(DecodeError) {
    let member = try required(key)
    let text = try member.string()
    if let function = FunctionID.allCases.first(where: { $0.name == text }) {
      value = function.rawValue
    } else if text.hasPrefix("0x") {
      value = try member.hex32()
    } else {
      throw member.error("a function's name like \"SDEI_EVENT_ENABLE\", or \"0x...\"")
    }
  }

  mutating func arguments(_ key: String, _ value: inout [UInt64]) throws(DecodeError) {
    guard let member = optional(key) else { return }
    try member.words(into: &value, "at most 5 arguments")
  }

  mutating func level(_ key: String, _ value: inout UInt8?) throws(DecodeError) {
    if let member = optional(key) { value = try member.number(UInt8.self) }
  }

  mutating func flag(_ key: String, _ value: inout Bool) throws(DecodeError) {
    if let member = optional(key) { value = try member.bool() }
  }

  mutating func name<Name: StepName>(_ key: String, _ value: inout Name) throws(DecodeError) {
    let member = try required(key)
    guard let name = Name(rawValue: try member.string()) else { throw member.error(Name.choices) }
    value = name
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters) throws(DecodeError) {
    if let member = optional(key) { value = try member.registers() }
  }

  mutating func registers(_ key: String, _ value: inout LiveRegisters?) throws(DecodeError) {
    if let member = optional(key) { value = try member.registers() }
  }

  mutating func definition(_ key: String, _ value: inout EventDefinition) throws(DecodeError) {
    value = try JSONFormat.definition(try required(key))
  }

  mutating func snapshot(_ key: String, _ value: inout Snapshot) throws(DecodeError) {
    value = try JSONFormat.snapshot(try required(key))
  }

  mutating func digest(_ key: String, _ value: inout SnapshotDigest) throws(DecodeError) {
    value = try required(key).snapshotDigest()
  }

  mutating func answer(_ value: inout Answer?, _ style: AnswerStyle) throws(DecodeError) {
    if let member = optional("undefined") {
      guard let reason = Undefined(rawValue: try member.string()) else {
        let choices = Undefined.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw member.error(choices)
      }
      value = .undefined(reason)
    }
    guard let member = optional("result") else { return }
    guard value == nil else {
      throw member.error("\"result\" or \"undefined\"", found: "both", .structure)
    }
    let text = try member.string()
    if text == "resumes" {
      value = .resumes
    } else if text == "none" {
      value = Answer.none
    } else if let named = style.value(text) ?? JSONScope.hexValue(text).map(Int64.init(bitPattern:))
    {
      value = .value(named)
    } else {
      throw member.error(style.choices)
    }
  }
}

extension JSONScope {
  /// A hexadecimal text of at most 32 bits.
  fileprivate func hex32() throws(DecodeError) -> UInt32 {
    guard let value = UInt32(exactly: try hex()) else { throw error("at most 32 bits") }
    return value
  }

  /// Hexadecimal texts for the first of some words.
  fileprivate func words(into words: inout [UInt64], _ expected: String) throws(DecodeError) {
    for (index, item) in try items().enumerated() {
      guard index < words.count else { throw item.error(expected, found: "more", .structure) }
      words[index] = try item.hex()
    }
  }

  fileprivate func registers() throws(DecodeError) -> LiveRegisters {
    let members = try self.members(Set(["x", "pc", "pstate"] + LiveRegisters.systemNames))
    var registers = LiveRegisters()
    var x = [UInt64](repeating: 0, count: registers.frame.x.count)
    try members["x"]?.words(into: &x, "at most x0 to x17")
    for (index, value) in x.enumerated() { registers.frame.x[index] = value }
    registers.frame.pc = try required("pc", in: members).hex()
    registers.frame.pstate = try required("pstate", in: members).hex()
    for (index, name) in LiveRegisters.systemNames.enumerated() {
      guard let member = members[name] else { continue }
      registers[word: RegisterFrame.wordCount + index] = try member.hex()
    }
    return registers
  }
}
