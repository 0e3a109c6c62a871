import SDEIDiff
import SDEIFormats
import SDEITestSupport
import SDEIWire

/// Values and patches from texts, for tests.
enum JSONText {
  static func value(_ text: String) throws -> JSONValue {
    try Array(text.utf8).withBytes { bytes throws(DecodeError) in try JSONValue(reading: bytes) }
  }

  static func patch(_ text: String) throws -> JSONPatchDocument {
    try patch(Array(text.utf8))
  }

  static func patch(_ text: [UInt8]) throws -> JSONPatchDocument {
    try text.withBytes { bytes throws(DecodeError) in try JSONPatchDocument(reading: bytes) }
  }

  /// The text on one line.
  static func line(_ value: JSONValue) -> String {
    var json = JSONWriter(layout: .line)
    value.write(&json)
    return String(decoding: json.finish().dropLast(), as: UTF8.self)
  }
}
