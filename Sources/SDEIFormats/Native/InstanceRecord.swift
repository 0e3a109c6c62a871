package import SDEIModel
package import SDEIWire

/// The INSTANCE record.
///
/// ```
/// OFFSET SIZE FIELD
///      0    8 SDEI version word
///      8    1 exception level of the client
///      9    1 relative mode supported
///     10    2 private bind slots
///     12    2 shared bind slots
///     14    2 reserved
/// ```
package enum InstanceRecord {
  static let layout = "version:8 clientEL:1 relativeMode:1 privateSlots:2 sharedSlots:2 reserved:2"

  /// Writes what the record says of an instance; its dialect and producer stand elsewhere.
  package static func write<Sink: ByteSink & ~Copyable>(_ instance: Instance, into sink: inout Sink)
  {
    sink.write(instance.version.rawValue)
    sink.write(instance.clientEL)
    sink.write(UInt8(instance.features.relativeMode ? 1 : 0))
    sink.write(instance.features.privateSlots)
    sink.write(instance.features.sharedSlots)
    sink.write(UInt16(0))
  }

  /// Reads an instance whose dialect and producer were read elsewhere.
  package static func read(
    _ body: inout NativeReader,
    dialect: DialectID,
    producer: String
  ) throws(DecodeError) -> Instance {
    let version = try body.number(8, "version")
    let clientEL = try body.byte("clientEL")
    let relative = try body.byte("relativeMode")
    guard relative <= 1 else {
      throw body.error(
        .value,
        at: body.offset - 1,
        "relativeMode",
        found: "\(relative)",
        expected: "0 or 1"
      )
    }
    let privateSlots = try body.number(2, "privateSlots")
    let sharedSlots = try body.number(2, "sharedSlots")
    let reserved = try body.number(2, "reserved")
    guard reserved == 0 else {
      throw body.error(
        .value,
        at: body.offset - 2,
        "reserved",
        found: hex(reserved),
        expected: "0"
      )
    }
    return Instance(
      version: SDEIVersion(rawValue: version),
      clientEL: clientEL,
      features: Features(
        privateSlots: UInt16(privateSlots),
        sharedSlots: UInt16(sharedSlots),
        relativeMode: relative == 1
      ),
      dialect: dialect,
      producer: producer
    )
  }
}

/// The PART record of a vCPU part.
///
/// ```
/// OFFSET SIZE FIELD
///      0    4 vCPU index
///      4    4 reserved
///      8    8 digest of the VM part
/// ```
enum PartRecord {
  static let layout = "vcpu:4 reserved:4 vmDigest:8"

  static func write<Sink: ByteSink & ~Copyable>(
    _ vcpu: UInt32,
    of digest: VMDigest,
    into sink: inout Sink
  ) {
    sink.write(vcpu)
    sink.write(UInt32(0))
    sink.write(digest.rawValue)
  }

  static func read(_ body: inout NativeReader) throws(DecodeError) -> PartScope {
    let vcpu = UInt32(try body.number(4, "vcpu"))
    let reserved = try body.number(4, "reserved")
    guard reserved == 0 else {
      throw body.error(
        .value,
        at: body.offset - 4,
        "reserved",
        found: hex(reserved),
        expected: "0"
      )
    }
    return .vcpu(vcpu, of: VMDigest(rawValue: try body.number(8, "vmDigest")))
  }
}
