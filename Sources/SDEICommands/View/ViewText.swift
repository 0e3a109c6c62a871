internal import SDEIModel

/// The words and numbers of the views.
enum ViewText {
  /// A set of vCPUs as ranges, cut where it gets long; what is cut is counted, unless the caller
  /// does that.
  static func vcpus(_ set: Bitmap, limit: Int?, isCounted: Bool = true) -> String {
    let ranges = set.ranges
    var text = ""
    for (number, range) in ranges.enumerated() {
      let next = (text.isEmpty ? "" : ",") + range.description
      if let limit, text.count + next.count > limit, number > 0 {
        return text + ",…" + (isCounted ? " (\(grouped(set.count)))" : "")
      }
      text += next
    }
    return text
  }

  /// A count with its noun.
  static func count(_ number: UInt64, _ noun: String, _ plural: String? = nil) -> String {
    "\(grouped(number)) " + (number == 1 ? noun : plural ?? noun + "s")
  }

  /// A number with commas between groups of three digits.
  static func grouped(_ number: UInt64) -> String {
    var text = ""
    for (position, digit) in String(number).reversed().enumerated() {
      if position > 0 && position % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// A size in bytes, and in the unit that people read.
  static func size(_ bytes: UInt64) -> String { count(bytes, "byte") }

  /// The vendor field, and its characters where it is made of some: KVM's is "KVM".
  static func vendor(_ vendor: UInt32) -> String {
    let all: [UInt8] = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: vendor >> UInt32($0)) }
    let bytes = all.drop { $0 == 0 }
    let isText = !bytes.isEmpty && bytes.allSatisfy { (0x20..<0x7F).contains($0) }
    let text = isText ? " \"\(String(decoding: bytes, as: UTF8.self))\"" : ""
    return "vendor \(hex(UInt64(vendor)))" + text
  }

  /// What an event number is, in a word or two.
  static func name(_ number: EventNumber, _ dialect: DialectID) -> String {
    switch (number.rawValue, dialect) {
    case (0x4040_0000, .kvmV4): "KVM's default"
    case (1, .kvmV7): "async page fault"
    case (0, .kvmV4): "none in v4"
    default: number.space.rawValue
    }
  }
}
