internal import SDEIModel
internal import SDEIWire

/// The VCPUS record: the number of vCPUs and what is known of each, folded.
enum VCPUsRecord {
  static let layout =
    "count:varint masked:bitmap deliveryRequest:bitmap power:column affinityKnown:bitmap "
    + "affinity:column"

  static func write<Sink: ByteSink & ~Copyable>(_ vcpus: VCPUs, into sink: inout Sink) {
    sink.writeVarint(UInt64(vcpus.count))
    sink.writeBitmap(vcpus.masked, below: vcpus.count)
    sink.writeBitmap(vcpus.deliveryRequest, below: vcpus.count)
    sink.writeColumn(vcpus.power)
    sink.writeBitmap(vcpus.affinityKnown, below: vcpus.count)
    sink.writeColumn(vcpus.affinity)
  }

  static func read(_ body: inout NativeReader) throws(DecodeError) -> VCPUs {
    var vcpus = VCPUs(count: UInt32(try body.varint("count", below: 1 << 32)))
    vcpus.masked = try body.bitmap("masked", below: vcpus.count)
    vcpus.deliveryRequest = try body.bitmap("deliveryRequest", below: vcpus.count)
    let power = body.offset
    vcpus.power = try body.column("power")
    guard vcpus.power.bounds.upperBound <= UInt64(PowerState.standby.rawValue) else {
      throw body.error(
        .value,
        at: power,
        "power",
        found: "\(vcpus.power.bounds.upperBound)",
        expected: "1 to 4"
      )
    }
    vcpus.affinityKnown = try body.bitmap("affinityKnown", below: vcpus.count)
    let affinity = body.offset
    vcpus.affinity = try body.column("affinity")
    let unknown = vcpus.affinity.support.subtracting(vcpus.affinityKnown)
    guard unknown.isEmpty else {
      throw body.error(
        .value,
        at: affinity,
        "affinity",
        found: "a value for vCPUs \(unknown.ranges[0])",
        expected: "values of known affinities only"
      )
    }
    return vcpus
  }
}
