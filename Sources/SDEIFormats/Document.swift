public import SDEIModel

/// What a file holds: a state, and what was noticed while it was read.
public struct Document: Sendable {
  /// The format it was read from.
  public var format: FormatID
  /// All of a VM's state, or one part of it.
  public var scope: PartScope
  /// The state.
  public var snapshot: Snapshot
  /// What was noticed: nothing that is unusual is dropped without one of these.
  public var findings: [Finding]
  /// Whether there is SDEI state in the file; false where it could have been and is not.
  public var hasState = true
  /// What else the file tells, for `info`.
  public var facts: [Fact] = []
  /// Records of a native file that this version does not know and may keep.
  public var unknownRecords: [UnknownRecord]

  /// Makes a document.
  public init(
    format: FormatID,
    scope: PartScope = .whole,
    snapshot: Snapshot,
    findings: [Finding] = [],
    unknownRecords: [UnknownRecord] = []
  ) {
    self.format = format
    self.scope = scope
    self.snapshot = snapshot
    self.findings = findings
    self.unknownRecords = unknownRecords
  }
}

/// Something that a file tells beside its state.
public struct Fact: Hashable, Sendable {
  /// What it is about, one or two words.
  public var label: String
  /// What the file says.
  public var text: String

  /// Makes a fact.
  public init(_ label: String, _ text: String) { (self.label, self.text) = (label, text) }
}

/// A record of a native file that this version does not know and that it may skip.
public struct UnknownRecord: Hashable, Sendable {
  /// The record's type.
  public var type: UInt16
  /// The record's flags.
  public var flags: UInt16
  /// The record's body, as it was found.
  public var body: [UInt8]

  /// Makes a record; types 1 to 7 and 65535 are known, and 0 is none.
  public init(type: UInt16, flags: UInt16, body: [UInt8]) {
    self.type = type
    self.flags = flags
    self.body = body
  }

  /// Whether the record stays true when the state changes.
  public var isSafeToCopy: Bool { flags & RecordFlags.safeToCopy.rawValue != 0 }
}

/// What an encoder is asked for.
public struct EncodeOptions: Sendable {
  /// The largest output, in bytes, of a format in which columns must unfold.
  public var maxBytes: UInt64
  /// Whether a native file is to be deflated.
  public var isCompressed: Bool

  /// Makes options; the default limit is 1 GiB.
  public init(maxBytes: UInt64 = 1 << 30, isCompressed: Bool = false) {
    self.maxBytes = maxBytes
    self.isCompressed = isCompressed
  }
}

/// What an encoder gives: the bytes, and what they do not say.
public struct Encoded: Sendable {
  /// The bytes.
  public var bytes: [UInt8]
  /// One finding for each thing that the format can not hold, or that it changes: an error for a loss,
  /// a note for a change that means the same.
  public var losses: [Finding]

  /// Makes a result.
  public init(bytes: [UInt8], losses: [Finding] = []) {
    self.bytes = bytes
    self.losses = losses
  }
}
