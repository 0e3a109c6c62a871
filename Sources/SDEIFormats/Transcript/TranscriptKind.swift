internal import SDEIModel
internal import SDEIWire

/// Whose frames a transcript has, as its header names it.
struct TranscriptKind {
  /// At most 8 bytes of ASCII.
  let name: String
  /// The vCPUs that the frames' structures have room for.
  let maxVCPUs: UInt32

  /// The bytes with which such a file begins: the magic and the name.
  var start: [UInt8] {
    let name = Array(name.utf8)
    return TranscriptHeader.magic + name + [UInt8](repeating: 0, count: 8 - name.count)
  }

  /// Whether bytes begin like this.
  func begins(_ bytes: RawSpan) -> Bool { bytes.starts(with: start) }
}
