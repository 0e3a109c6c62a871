import SDEIFormats
import SDEIWire

/// Reads migration streams as they would arrive.
package enum QEMUReading {
  /// Reads a stream in chunks of a size, or as a whole.
  package static func read(
    _ bytes: [UInt8],
    chunk: Int = .max
  ) throws -> (document: Document, walk: QEMUWalk) {
    var reader = QEMUStreamReader()
    var start = 0
    while start < bytes.count {
      let end = start + min(chunk, bytes.count - start)
      let piece = Array(bytes[start..<end])
      try piece.withBytes { (bytes) throws(DecodeError) in try reader.feed(bytes) }
      start = end
    }
    let document = try reader.finish()
    return (document, reader.walk)
  }

  /// Why a stream is refused; one that is not is an error.
  package static func refusal(of bytes: [UInt8], chunk: Int = .max) throws -> DecodeError {
    do {
      _ = try read(bytes, chunk: chunk)
    } catch let error as DecodeError {
      return error
    }
    throw NothingToTest(what: "refusal: the stream is read")
  }
}
