internal import SDEIModel
internal import SDEIWire

/// What is taken of one vCPU's section.
struct QEMUCPU {
  var index: UInt32
  /// The fields of `cpu/sdei` as they travelled, and where they lie in the stream.
  var sdei: [UInt8]?
  var sdeiOffset = 0
  /// Where the list of registers lies in the stream, nil where there is none.
  var list: Range<Int>?
  var registers: [QEMURegister] = []
  /// 0 on, 1 off, 2 about to be switched on; nil where it is not told.
  var power: UInt8?

  /// The one word of a register, nil where the list does not have it.
  func word(_ id: UInt64) -> UInt64? { registers.first { $0.id == id }?.words.first }

  var hasSDEIRegisters: Bool {
    registers.contains { FirmwareRegister(id: $0.id) != nil }
  }
}

/// What is taken of the sections that matter while a stream is walked through.
struct QEMUCPUs {
  /// The sections that matter.
  static let wanted: Set<String> = [section, rfcSection]
  /// The name of a vCPU's section; its instance is the vCPU's index.
  static let section = "cpu"
  static let subsection = "cpu/sdei"
  /// The section of QEMU's RFC of 2019, whose body is a format of its own.
  static let rfcSection = "qemu_sdei"

  /// The vCPUs, in the stream's order until all are there, then ascending.
  var all: [QEMUCPU] = []
  /// The body of the RFC's section, and where it lies in the stream.
  var rfc: (body: [UInt8], offset: Int)?

  /// Takes the RFC's section.
  mutating func takeRFC(_ section: QEMUSection, _ body: RawSpan) throws(DecodeError) {
    guard rfc == nil, UInt64(section.version) == QEMURFCSection.version else {
      throw DecodeError(
        .unsupported,
        at: section.offset,
        "section \"\(section.name)\"",
        found: "version \(section.version), instance \(section.instance)",
        expected: "one section, of version \(QEMURFCSection.version)"
      )
    }
    rfc = (body.array, section.bodyOffset)
  }

  /// Takes a vCPU's section.
  mutating func take(
    _ instance: UInt32,
    _ fields: [QEMUField],
    _ subsections: [QEMUSubsection],
    _ bytes: RawSpan,
    base: Int
  ) throws(DecodeError) {
    guard instance < .max else {
      throw DecodeError(
        .value,
        at: fields.first.map { base + $0.offset },
        "section \"cpu\"",
        found: "the instance \(instance)",
        expected: "the index of a vCPU"
      )
    }
    var cpu = QEMUCPU(index: instance)
    if let power = fields.first(where: { $0.name == "power_state" && $0.size == 1 }) {
      cpu.power = bytes[power.offset]
    }
    if let list = try QEMURegisterList(fields, bytes, base: base) {
      cpu.list = base + list.range.lowerBound..<base + list.range.upperBound
      cpu.registers = try list.wanted(bytes, base: base)
    }
    for subsection in subsections where subsection.name == Self.subsection {
      let offset = base + subsection.body.lowerBound
      guard cpu.sdei == nil, subsection.version == 1 else {
        throw DecodeError(
          .unsupported,
          at: offset - 4,
          "cpu/sdei of vCPU \(instance)",
          found: cpu.sdei == nil ? "version \(subsection.version)" : "a second subsection",
          expected: "one, of version 1"
        )
      }
      cpu.sdei = bytes.extracting(subsection.body).array
      cpu.sdeiOffset = offset
    }
    all.append(cpu)
  }
}
