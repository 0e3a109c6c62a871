internal import SDEIModel
internal import SDEIWire

/// A register of a vCPU, by the id that KVM's ONE_REG has for it.
struct QEMURegister {
  let id: UInt64
  /// Its value in 64-bit words as they travelled.
  let words: [UInt64]
}

/// The ids of the registers that matter here (KVM's `KVM_REG_ARM64`).
enum QEMURegisterID {
  static let mpidr: UInt64 = 0x6030_0000_0013_C005
  static let psciVersion: UInt64 = 0x6030_0000_0014_0000
  /// The SMCCC feature bitmaps: standard, standard hypervisor, vendor hypervisor, a second of it.
  static let firstBitmap: UInt64 = 0x6030_0000_0016_0000
  static let bitmapNames = ["STD", "STD_HYP", "VENDOR_HYP", "VENDOR_HYP_2"]

  /// The SDEI registers of KVM v7 (patch v7-19), in the order of KVM_GET_REG_LIST.
  static let sdei: [UInt64] = [
    0x6040_0000_0014_0004, 0x6040_0000_0014_0005, 0x6040_0000_0014_0006, 0x6040_0000_0014_0007,
    0x6030_0000_0014_0008, 0x6030_0000_0014_0009, 0x6030_0000_0014_000A, 0x6030_0000_0014_000B,
    0x6080_0000_0014_000C, 0x6030_0000_0014_000D,
  ]
  static let sdeiNames = [
    "EVENT_HANDLER_0", "EVENT_HANDLER_1", "EVENT_HANDLER_2", "EVENT_HANDLER_3",
    "EVENT_REGISTERED", "EVENT_ENABLED", "EVENT_RUNNING", "EVENT_PENDING", "EVENT_CONTEXT",
    "PE_STATE",
  ]

  /// How many 64-bit words a register has: bits 55:52 are the logarithm of its bytes.
  static func words(_ id: UInt64) -> Int { max(1, (1 << Int(id >> 52 & 0xF)) >> 3) }

  static func isWanted(_ id: UInt64) -> Bool {
    id == mpidr || id == psciVersion || bitmap(id) != nil || sdei.contains(id)
  }

  /// Which of the feature bitmaps an id is.
  static func bitmap(_ id: UInt64) -> Int? {
    let index = id &- firstBitmap
    return index < UInt64(bitmapNames.count) ? Int(index) : nil
  }
}

/// A vCPU's list of registers: ids and, apart from them, values.
///
/// In version 22 each register has one word. In the form of version 23 a third list tells where in
/// the values each begins, so that a register can be wider.
struct QEMURegisterList {
  private let indexes: QEMUField
  private let values: QEMUField?
  private let places: QEMUField?
  /// Where the list lies among the bytes kept, from its count on.
  let range: Range<Int>

  /// Finds the list among a section's fields; nil where there is none.
  init?(_ fields: [QEMUField], _ bytes: RawSpan, base: Int) throws(DecodeError) {
    func field(_ name: String) -> QEMUField? { fields.first { $0.name == "cpreg_vmstate_" + name } }
    guard let length = field("array_len") else { return nil }
    let indexes = field("indexes")
    try Self.check(length, indexes, bytes, base: base)
    guard let indexes else { return nil }
    let values = field("values")
    places = field("value_indexes")
    if let valueLength = field("value_array_len") {
      try Self.check(valueLength, values, bytes, base: base)
    }
    let isWhole =
      indexes.size == 8 && values?.size ?? 8 == 8
      && (places.map { $0.size == 4 && $0.count == indexes.count }
        ?? (values?.count == indexes.count))
    guard isWhole else {
      throw DecodeError(
        .structure,
        at: base + length.offset,
        "section \"cpu\", cpreg_vmstate",
        found: "\(indexes.count) ids and \(values?.count ?? 0) values",
        expected: "a value for each id"
      )
    }
    let ends = [indexes, values, places].compactMap { $0.map { $0.offset + $0.size * $0.count } }
    range = length.offset..<(ends.max() ?? length.offset)
    (self.indexes, self.values) = (indexes, values)
  }

  /// Checks that a list has as many elements as its counter in front says.
  private static func check(
    _ length: QEMUField,
    _ list: QEMUField?,
    _ bytes: RawSpan,
    base: Int
  ) throws(DecodeError) {
    let count = length.size == 4 ? bytes.bigEndian(at: length.offset, count: 4) : .max
    guard count == UInt64(list?.count ?? 0) else {
      throw DecodeError(
        .structure,
        at: base + length.offset,
        "section \"cpu\", \(length.name)",
        found: "\(count)",
        expected: "\(list?.count ?? 0), as the description counts the elements"
      )
    }
  }

  /// The registers that matter, in the list's order; O(registers).
  ///
  /// A register of which only some words travelled is left out.
  func wanted(_ bytes: RawSpan, base: Int) throws(DecodeError) -> [QEMURegister] {
    var found: [QEMURegister] = []
    for position in 0..<indexes.count {
      let offset = indexes.offset + position * 8
      let id = bytes.bigEndian(at: offset, count: 8)
      guard QEMURegisterID.isWanted(id) else { continue }
      guard !found.contains(where: { $0.id == id }) else {
        throw DecodeError(
          .duplicate,
          at: base + offset,
          "section \"cpu\", cpreg_vmstate_indexes",
          found: "the register \(hex(id)) again",
          expected: "each once"
        )
      }
      let words = try words(of: position, bytes, base: base)
      if words.count == QEMURegisterID.words(id) {
        found.append(QEMURegister(id: id, words: words))
      } else if places != nil {
        throw DecodeError(
          .value,
          at: base + offset,
          "section \"cpu\", cpreg_vmstate_indexes",
          found: "\(words.count) words for the register \(hex(id))",
          expected: "\(QEMURegisterID.words(id))"
        )
      }
    }
    return found
  }

  private func words(
    of position: Int,
    _ bytes: RawSpan,
    base: Int
  ) throws(DecodeError) -> [UInt64] {
    guard let values else { return [] }
    guard let places else {
      return bytes.bigEndianWords(at: values.offset + position * 8, count: 1)
    }
    let offset = places.offset + position * 4
    let first = Int(bytes.bigEndian(at: offset, count: 4))
    let isLast = position + 1 == indexes.count
    let end = isLast ? values.count : Int(bytes.bigEndian(at: offset + 4, count: 4))
    guard first <= end, end <= values.count else {
      throw DecodeError(
        .value,
        at: base + offset,
        "section \"cpu\", cpreg_vmstate_value_indexes",
        found: "the words \(first) to \(end)",
        expected: "an ascending range below \(values.count)"
      )
    }
    return bytes.bigEndianWords(at: values.offset + first * 8, count: min(end - first, 64))
  }
}
