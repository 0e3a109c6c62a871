import SDEITestSupport
import SDEIWire
import Testing

@Suite("Bytes")
struct ByteReaderTests {
  private func varint(_ bytes: [UInt8]) throws -> UInt64 {
    try bytes.withBytes { (span) throws(WireError) in
      var reader = ByteReader(span, base: 100)
      return try reader.readVarint()
    }
  }

  @Test(
    "varints are read back, and take their fewest bytes",
    arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), 1 << 63, .max] as [UInt64]
  )
  func varints(value: UInt64) throws {
    var counter = ByteCounter()
    counter.writeVarint(value)
    var writer = ByteWriter(size: counter.count)
    writer.writeVarint(value)
    let bytes = writer.finish()
    #expect(bytes.count == max(1, (64 - value.leadingZeroBitCount + 6) / 7))
    #expect(try varint(bytes) == value)
  }

  @Test("big-endian numbers of 0 to 8 bytes are read")
  func bigEndian() {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let values = bytes.withBytes { span in (0...8).map { span.bigEndian(at: 1, count: $0) } }
    #expect(
      values == [
        0, 2, 0x203, 0x20304, 0x2030405, 0x2_0304_0506, 0x203_0405_0607, 0x2_0304_0506_0708,
        0x203_0405_0607_0809,
      ]
    )
    #expect(bytes.withBytes { $0.bigEndianWords(at: 0, count: 1) } == [0x102_0304_0506_0708])
  }

  @Test("a varint that is longer than it needs to be, too large or cut is refused at its offset")
  func badVarints() {
    let cases: [([UInt8], WireError.Code)] = [
      ([0x80, 0x00], .notMinimal), ([0xFF, 0x80, 0x00], .notMinimal),
      ([UInt8](repeating: 0xFF, count: 9) + [0x02], .overflow),
      ([UInt8](repeating: 0x80, count: 10) + [0x01], .overflow), ([], .truncated),
      ([0x80], .truncated),
    ]
    for (bytes, code) in cases {
      let error = #expect(throws: WireError.self) { try varint(bytes) }
      #expect(error?.code == code && error?.offset == 100, "\(bytes)")
    }
  }

  @Test("numbers are little-endian at any width, and reading past the end moves nothing")
  func numbers() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    try bytes.withBytes { (span) throws(WireError) in
      var reader = ByteReader(span)
      #expect(try reader.read(UInt16.self) == 0x0201)
      #expect(try reader.read(UInt32.self) == 0x0605_0403)
      #expect(try reader.readBytes(3) == 0x09_0807 && reader.remaining == 0)
      #expect(try reader.readBytes(0) == 0)
    }
    for count in 0...8 {
      bytes.withBytes {
        #expect(
          $0.littleEndian(at: 9 - count, count: count) >> UInt64(8 * count % 64) == 0 || count == 8
        )
      }
    }
    bytes.withBytes { span in
      var reader = ByteReader(span, base: 40)
      var caught: WireError?
      do throws(WireError) {
        _ = try reader.readBytes(6)
        _ = try reader.read(UInt32.self)
      } catch { caught = error }
      #expect(caught?.offset == 46 && caught?.needed == 4 && caught?.available == 3)
      #expect(reader.position == 6)
    }
  }

  @Test("a claim that does not fit is refused without overflow")
  func claims() {
    [UInt8](repeating: 0, count: 64).withBytes { span in
      let reader = ByteReader(span)
      for (count, size) in [(9, 8), (1 << 62, 8), (.max, .max), (.max, 2)] as [(UInt64, UInt64)] {
        var isRefused = false
        do throws(WireError) { try reader.require(count, of: size) } catch { isRefused = true }
        #expect(isRefused, "\(count) of \(size)")
      }
    }
  }

  @Test("CRC-32 is zlib's, in one piece or many")
  func checksum() {
    #expect(Array("123456789".utf8).withBytes { CRC32.of($0) } == 0xCBF4_3926)
    var crc = CRC32()
    for piece in ["12", "", "3456", "789"] { Array(piece.utf8).withBytes { crc.feed($0) } }
    #expect(crc.value == 0xCBF4_3926)
    #expect([UInt8]().withBytes { CRC32.of($0) } == 0)
  }

  @Test("deflated bytes come back, and only as many as were announced")
  func deflate() throws {
    let bytes = (0..<5000).map { UInt8($0 % 7) }
    let stream = try #require(bytes.withBytes { Deflate.compress($0) })
    #expect(stream.count < 200)
    #expect(stream.withBytes { Deflate.inflate($0, count: 5000) } == bytes)
    #expect(stream.withBytes { Deflate.inflate($0, count: 4999) } == nil)
    #expect(stream.withBytes { Deflate.inflate($0, count: 5001) } == nil)
    #expect((stream + [0]).withBytes { Deflate.inflate($0, count: 5000) } == nil)
    #expect(stream.dropLast().withBytes { Deflate.inflate($0, count: 5000) } == nil)
    #expect([UInt8]().withBytes { Deflate.inflate($0, count: 0) } == nil)
  }
}

extension ArraySlice where Element == UInt8 {
  fileprivate func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    Array(self).withBytes { body($0) }
  }
}
