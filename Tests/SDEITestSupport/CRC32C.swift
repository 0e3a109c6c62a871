/// CRC-32C (Castagnoli), the digest of the workloads.
package struct CRC32C {
  private static let tables: [[UInt32]] = {
    var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      tables[0][byte] = crc
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let crc = tables[table - 1][byte]
        tables[table][byte] = crc >> 8 ^ tables[0][Int(crc & 0xFF)]
      }
    }
    return tables
  }()

  private let tables = Self.tables
  private var crc: UInt32 = ~0

  package init() {}

  package var value: UInt32 { ~crc }

  package mutating func feed(byte: UInt8) {
    crc = crc >> 8 ^ tables[0][Int((crc ^ UInt32(byte)) & 0xFF)]
  }

  package mutating func feed(_ word: UInt64) {
    let x = word ^ UInt64(crc)
    var result: UInt32 = 0
    for byte in 0..<8 { result ^= tables[7 - byte][Int(x >> UInt64(8 * byte) & 0xFF)] }
    crc = result
  }

  package mutating func feed(_ word: UInt32) {
    for byte in 0..<4 { feed(byte: UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
  }
}
