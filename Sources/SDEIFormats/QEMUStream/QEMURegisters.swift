internal import SDEIModel
internal import SDEIWire

/// A register of a vCPU, by the id that KVM's ONE_REG has for it.
struct QEMURegister {
  let id: UInt64
  /// Its value in 64-bit words as they travelled.
  let words: [UInt64]
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
      guard Self.isWanted(id) else { continue }
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
      if words.count == Self.words(id) {
        found.append(QEMURegister(id: id, words: words))
      } else if places != nil {
        throw DecodeError(
          .value,
          at: base + offset,
          "section \"cpu\", cpreg_vmstate_indexes",
          found: "\(words.count) words for the register \(hex(id))",
          expected: "\(Self.words(id))"
        )
      }
    }
    return found
  }

  private static func isWanted(_ id: UInt64) -> Bool {
    FirmwareRegister(id: id) != nil || id == RegisterID.mpidr
      || RegisterID.facts.contains { $0.id == id }
  }

  /// How many 64-bit words a register travels in.
  private static func words(_ id: UInt64) -> Int { max(1, RegisterID.size(id) / 8) }

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
