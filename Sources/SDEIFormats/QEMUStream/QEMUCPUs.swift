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
    registers.contains { QEMURegisterID.sdei.contains($0.id) }
  }
}

/// What is taken of the vCPUs' sections while a stream is walked through.
struct QEMUCPUs {
  /// The name of a vCPU's section; its instance is the vCPU's index.
  static let section = "cpu"
  static let subsection = "cpu/sdei"

  /// The vCPUs, in the stream's order until all are there, then ascending.
  var all: [QEMUCPU] = []

  /// Takes a section.
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
