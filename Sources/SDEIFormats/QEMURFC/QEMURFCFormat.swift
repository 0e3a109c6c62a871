internal import SDEIModel
internal import SDEIWire

/// The migration section of QEMU's RFC of 2019 (schemas/qemu-rfc.md).
public enum QEMURFCFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.qemuRFC
  /// What it is.
  public static let summary = "section qemu_sdei of QEMU's RFC of 2019"
  /// The version that is read and written.
  public static let version = String(QEMURFCSection.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    dialect: .qemuRFC,
    lacks: "events outside 48 numbered slots, counts of pending occurrences, relative mode, "
      + "triggers, power, delivery requests, affinities of vCPUs without a private handler, "
      + "PSTATE above 32 bits, producer, notifiers, another SDEI version than 1.0"
  )

  /// Whether bytes begin with the head of the section.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    typealias Section = QEMURFCSection
    guard bytes.byteCount >= Section.instanceOffset, bytes[0] == Section.full,
      Int(bytes[Section.nameOffset - 1]) == Section.name.count
    else { return false }
    return bytes.extracting(Section.nameOffset..<Section.instanceOffset).starts(with: Section.name)
  }

  /// Reads the section, or its bare body.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    guard recognises(bytes) else { return try QEMURFCDecoder.decode(body: bytes) }
    return try QEMURFCDecoder.decode(section: bytes)
  }

  /// Writes the section.
  ///
  /// Where the state comes from another dialect and does not tell where private events go, each
  /// registered handler is routed to its own PE, as the original does.
  ///
  /// - Throws: `EncodeError` where it would be larger than allowed.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(.qemuRFC)
    let isForeign = document.snapshot.instance.dialect != .qemuRFC
    return try encode(
      document,
      options,
      usual: { isForeign ? $0.routedToOwnPE() : $0 }
    ) { (snapshot, options) throws(EncodeError) in
      try QEMURFCEncoder.encode(snapshot, options, isForeign: isForeign)
    }
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    if path == "events[0x0]" { return "slot 0 always has the software-signalled event" }
    if path.hasPrefix("contexts[") {
      return "PSTATE has 32 bits, a number 31, and there is no vCPU beyond the last"
    }
    switch path.split(separator: ".").last ?? "" {
    case "dialect": return "a section is read as qemu-rfc, whose bits and counts mean other things"
    case "version", "clientEL", "features":
      return
        "a guest of the RFC sees SDEI 1.0 of vendor 0 at EL1, with 8 private and 16 shared slots"
    case "producer", "power", "deliveryRequest", "relative", "trigger", "notifier":
      return "the section does not have it"
    case "affinity": return "only the handlers of private events tell the affinity of a vCPU"
    case "pending": return "an event is pending or not: there is no count"
    case "type", "priority": return "a slot has a boolean for it"
    case "signalable": return "only event 0 can be signalled"
    case "origin", "interrupt":
      return "events of the platform are numbered by their slot, bound ones have bit 30 set"
    case "definition": return "every slot tells it"
    default:
      return path.hasSuffix("]") ? "its number names no slot of its own" : nil
    }
  }
}
