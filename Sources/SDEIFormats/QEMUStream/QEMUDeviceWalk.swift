internal import SDEIModel
internal import SDEIWire

/// A field of a wanted section: what the description calls it, and where it lies.
struct QEMUField {
  var name: String
  /// The offset among the bytes kept.
  var offset: Int
  /// The bytes of one element, and how many there are.
  var size: Int
  var count: Int
}

/// A subsection of a wanted section.
struct QEMUSubsection {
  var name: String
  var version: UInt32
  /// Where its fields lie among the bytes kept, its own subsections included.
  var body: Range<Int>
}

/// Walks through the device sections with the help of the description.
struct QEMUDeviceWalk: ~Escapable {
  let bytes: RawSpan
  /// The offset of the first of these bytes in the stream.
  let base: Int
  let description: VMDescription
  private var hasFooters: Bool?
  var cursor = 0
  var isMet: [Bool]
  private var fields: [QEMUField] = []
  private var subsections: [QEMUSubsection] = []
  private(set) var sections: [QEMUSection] = []
  var commands = 0
  var account = QEMUAccount()

  @_lifetime(copy bytes)
  init(bytes: RawSpan, base: Int, description: VMDescription, hasFooters: Bool?) {
    self.bytes = bytes
    self.base = base
    self.description = description
    self.hasFooters = hasFooters
    isMet = Array(repeating: false, count: description.devices.count)
  }

  /// Walks to the end, and hands each section of a vCPU over.
  @_lifetime(self: copy self)
  mutating func run(_ cpus: inout QEMUCPUs) throws(DecodeError) {
    while true {
      let type = try number(1, "an item")
      switch QEMULayout.Item(rawValue: UInt8(type)) {
      case .full: try walkSection(&cpus)
      case .command: try skipCommand()
      case .end: return try checkEnd()
      case .start, .part, .last:
        throw wrong(
          .unsupported,
          at: cursor - 1,
          "a section in parts behind a device's",
          "guest memory before all devices",
          "migrate without the device that is sent early"
        )
      default:
        throw wrong(
          .structure,
          at: cursor - 1,
          "byte \(hexByte(UInt8(type)))",
          "a section: the one before has another length than the description says"
        )
      }
    }
  }

  @_lifetime(self: copy self)
  private mutating func walkSection(_ cpus: inout QEMUCPUs) throws(DecodeError) {
    let start = cursor - 1
    let id = try number(4, "a section's id")
    let name = try self.name()
    let instance = UInt32(try number(4, "an instance"))
    let version = UInt32(try number(4, "a version"))
    let text = streamText(name)
    guard let key = String(validating: name, as: UTF8.self),
      let rank = description.rank(key, instance)
    else {
      throw wrong(
        .structure,
        at: start,
        "section \"\(text)\", instance \(instance)",
        "a section that the description tells of"
      )
    }
    guard !isMet[rank] else {
      throw wrong(
        .duplicate,
        at: start,
        "section \"\(text)\", instance \(instance), again",
        "each section once"
      )
    }
    isMet[rank] = true
    account.headers += cursor - start
    let body = cursor
    (fields, subsections) = ([], [])
    let isWanted = QEMUCPUs.wanted.contains(text)
    let device = description.devices[rank]
    try checkVersion(device, version, at: start)
    try walkFields(device, keep: isWanted)
    try walkSubsections(device, depth: 0, keep: isWanted)
    account.devices += cursor - body
    let end = cursor
    let footer = try self.footer(UInt32(id))
    let section = QEMUSection(
      name: text,
      instance: instance,
      version: version,
      offset: base + start,
      bodyOffset: base + body,
      bodyLength: end - body,
      footerLength: footer
    )
    sections.append(section)
    if text == QEMUCPUs.section {
      try cpus.take(instance, fields, subsections, bytes, base: base)
    } else if isWanted {
      try cpus.takeRFC(section, bytes.extracting(body..<end))
    }
  }

  private func checkVersion(
    _ device: JSONNode,
    _ version: UInt32,
    at offset: Int
  ) throws(DecodeError) {
    guard try VMDescription.member("version", of: device) != nil else { return }
    let described = try VMDescription.number("version", of: device)
    guard described == UInt64(version) else {
      throw wrong(
        .structure,
        at: offset,
        "version \(version)",
        "\(described), as the description says"
      )
    }
  }

  @_lifetime(self: copy self)
  private mutating func walkFields(_ node: JSONNode, keep: Bool) throws(DecodeError) {
    for field in try VMDescription.fields(of: node) {
      let (length, overflow) = field.size.multipliedReportingOverflow(by: field.count)
      guard !overflow, length <= UInt64(bytes.byteCount - cursor) else {
        throw wrong(
          .structure,
          at: cursor,
          "\(bytes.byteCount - cursor) bytes before the description",
          "\(field.count) times \(field.size) bytes of the field "
            + "\"\(streamText(Array(field.name.utf8)))\""
        )
      }
      if keep, length > 0 {
        // Both are at most the length, which fits.
        let (size, count) = (Int(field.size), Int(field.count))
        fields.append(QEMUField(name: field.name, offset: cursor, size: size, count: count))
      }
      cursor += Int(length)
    }
  }

  /// Walks through the subsections, each of which has a header of its own.
  @_lifetime(self: copy self)
  private mutating func walkSubsections(
    _ node: JSONNode,
    depth: Int,
    keep: Bool
  ) throws(DecodeError) {
    for subsection in try VMDescription.subsections(of: node) {
      let start = cursor
      let described = try VMDescription.text("vmsd_name", of: subsection)
      let describedVersion = try VMDescription.number("version", of: subsection)
      let (found, version) = try subsectionHeader()
      guard found == Array(described.utf8), version == describedVersion else {
        throw wrong(
          .structure,
          at: start,
          found.isEmpty ? "no subsection" : "\"\(streamText(found))\", version \(version)",
          "the subsection \"\(streamText(Array(described.utf8)))\", version \(describedVersion)"
        )
      }
      let body = cursor
      try walkFields(subsection, keep: false)
      try walkSubsections(subsection, depth: depth + 1, keep: false)
      if keep, depth == 0 {
        subsections.append(
          QEMUSubsection(
            name: described,
            version: UInt32(truncatingIfNeeded: version),
            body: body..<cursor
          )
        )
      }
    }
  }

  /// Passes the header of a subsection; the name is empty where there is none.
  @_lifetime(self: copy self)
  private mutating func subsectionHeader() throws(DecodeError) -> (name: [UInt8], version: UInt64) {
    guard cursor < bytes.byteCount, bytes[cursor] == QEMULayout.Item.subsection.rawValue else {
      return ([], 0)
    }
    cursor += 1
    return (try name(), try number(4, "a version"))
  }

  /// Passes the footer, and tells its length.
  @_lifetime(self: copy self)
  private mutating func footer(_ id: UInt32) throws(DecodeError) -> Int {
    let isThere =
      cursor < bytes.byteCount && bytes[cursor] == QEMULayout.Item.footer.rawValue
    guard isThere == (hasFooters ?? isThere) else {
      throw wrong(
        .structure,
        at: cursor,
        "no footer",
        "one: the section has another length than the description says"
      )
    }
    hasFooters = isThere
    guard isThere else { return 0 }
    cursor += 1
    let found = try number(4, "a footer")
    guard found == UInt64(id) else {
      throw wrong(
        .structure,
        at: cursor - 4,
        "a footer of section \(found)",
        "one of \(id): the section has another length than the description says"
      )
    }
    account.footers += 5
    return 5
  }
}
