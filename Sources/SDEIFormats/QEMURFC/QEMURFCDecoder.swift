internal import SDEIModel
internal import SDEIWire

/// Reads the section, and its body alone, as a stream has it.
struct QEMURFCDecoder: ~Escapable {
  let bytes: RawSpan
  /// The offset of the body in the input, so that errors name places in the file.
  let base: Int
  let vcpus: UInt32
  var slots: [QEMURFCSlot] = []
  var findings = FindingList()

  /// Reads a body; `base` is its offset in the input that errors speak of.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  static func decode(body: RawSpan, base: Int = 0) throws(DecodeError) -> Document {
    let size = UInt64(body.byteCount)
    let rest = size &- UInt64(QEMURFCLayout.vcpus)
    guard size >= UInt64(QEMURFCLayout.vcpus) else {
      throw DecodeError(
        .truncated,
        at: base + body.byteCount,
        "qemu_sdei",
        found: "a body of \(size) bytes",
        expected: "at least \(QEMURFCLayout.vcpus): 48 slots and 32 shared events"
      )
    }
    let (count, left) = rest.quotientAndRemainder(dividingBy: UInt64(QEMURFCLayout.VCPU.size))
    guard left == 0, let vcpus = UInt32(exactly: count) else {
      throw DecodeError(
        .truncated,
        at: base + body.byteCount,
        "qemu_sdei",
        found: "a body of \(size) bytes",
        expected: "\(QEMURFCLayout.vcpus) and \(QEMURFCLayout.VCPU.size) for each vCPU"
      )
    }
    var decoder = QEMURFCDecoder(bytes: body, base: base, vcpus: vcpus)
    let snapshot = try decoder.read()
    return Document(format: .qemuRFC, snapshot: snapshot, findings: decoder.findings.all)
  }

  /// Reads a section that stands alone, with its head and its footer.
  static func decode(section bytes: RawSpan) throws(DecodeError) -> Document {
    typealias Section = QEMURFCSection
    func check(_ offset: Int, _ name: String, _ found: UInt64, _ expected: UInt64)
      throws(DecodeError)
    {
      guard found == expected else {
        throw DecodeError(
          name == "version_id" ? .unsupported : .value,
          at: offset,
          "section.\(name)",
          found: "\(found)",
          expected: "\(expected)"
        )
      }
    }
    let end = bytes.byteCount - Section.footerSize
    guard end >= Section.headSize else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "section",
        found: "\(bytes.byteCount) bytes",
        expected: "a head of \(Section.headSize) and a footer of \(Section.footerSize)"
      )
    }
    func word(_ offset: Int) -> UInt64 { bytes.bigEndian(at: offset, count: 4) }
    try check(
      Section.instanceOffset,
      "instance_id",
      word(Section.instanceOffset),
      0
    )
    try check(
      Section.versionOffset,
      "version_id",
      word(Section.versionOffset),
      Section.version
    )
    // A body with bytes left over is named before the footer that is not where it should be.
    let body = bytes.extracting(Section.headSize..<end)
    guard UInt64(bytes[end]) == UInt64(Section.footer) else {
      throw DecodeError(
        .truncated,
        at: end,
        "section.footer",
        found: hex(UInt64(bytes[end])),
        expected: "0x7e, 5 bytes before the end: a footer"
      )
    }
    try check(end + 1, "footer", word(end + 1), word(Section.idOffset))
    return try decode(body: body, base: Section.headSize)
  }

  @_lifetime(copy bytes)
  private init(bytes: RawSpan, base: Int, vcpus: UInt32) {
    self.bytes = bytes
    self.base = base
    self.vcpus = vcpus
  }

  private mutating func read() throws(DecodeError) -> Snapshot {
    // What the RFC tells every guest (SDEI_VERSION, SDEI_FEATURES).
    let instance = Instance(
      version: .v1_0,
      features: Features(privateSlots: 8, sharedSlots: 16),
      dialect: .qemuRFC
    )
    var snapshot = Snapshot(instance: instance, vcpus: VCPUs(count: vcpus))
    for slot in 0..<QEMURFCLayout.slots { slots.append(try readSlot(slot)) }
    var events: [Event] = []
    for slot in slots {
      if let event = try readEvent(slot) { events.append(event) }
    }
    snapshot.events = EventTable(events)
    try readVCPUs(into: &snapshot)
    readAffinities(into: &snapshot)
    return snapshot
  }

  /// Refuses a value that its field can not have.
  func refusal(
    _ path: String,
    _ offset: Int,
    _ found: String,
    _ expected: String
  ) -> DecodeError {
    DecodeError(.value, at: base + offset, path, found: found, expected: expected)
  }

  /// Reads a boolean.
  func bool(_ offset: Int, _ path: @autoclosure () -> String) throws(DecodeError) -> Bool {
    guard bytes[offset] <= 1 else {
      throw refusal(path(), offset, hex(UInt64(bytes[offset])), "0 or 1")
    }
    return bytes[offset] == 1
  }
}
