/// A field of a made stream.
package struct QEMUTestField {
  package var name: String
  package var size: Int
  /// How many elements there are, nil for one without `array_len`.
  package var count: Int?
  package var bytes: [UInt8]

  package init(_ name: String, size: Int, count: Int? = nil, _ bytes: [UInt8]) {
    (self.name, self.size, self.count, self.bytes) = (name, size, count, bytes)
  }

  var json: String {
    let array = count.map { ", \"array_len\": \($0)" } ?? ""
    return "{\"name\": \"\(name)\"\(array), \"type\": \"buffer\", \"size\": \(size)}"
  }
}

/// A subsection of a made stream.
package struct QEMUTestSubsection {
  package var name: String
  package var version: UInt32 = 1
  package var fields: [QEMUTestField]
  package var subsections: [QEMUTestSubsection] = []

  package init(
    _ name: String,
    _ fields: [QEMUTestField],
    subsections: [QEMUTestSubsection] = []
  ) {
    (self.name, self.fields, self.subsections) = (name, fields, subsections)
  }

  package var bytes: [UInt8] {
    [5, UInt8(name.utf8.count)] + Array(name.utf8) + bigEndian(UInt64(version), 4)
      + fields.flatMap(\.bytes) + subsections.flatMap(\.bytes)
  }

  package var json: String {
    "{\"vmsd_name\": \"\(name)\", \"version\": \(version), "
      + QEMUTestDevice.members(fields, subsections) + "}"
  }
}

/// A device of a made stream.
package struct QEMUTestDevice {
  package var name: String
  package var instance: UInt32
  package var version: UInt32
  package var fields: [QEMUTestField]
  package var subsections: [QEMUTestSubsection]

  package init(
    _ name: String,
    instance: UInt32 = 0,
    version: UInt32 = 1,
    _ fields: [QEMUTestField],
    subsections: [QEMUTestSubsection] = []
  ) {
    (self.name, self.instance, self.version) = (name, instance, version)
    (self.fields, self.subsections) = (fields, subsections)
  }

  static func members(_ fields: [QEMUTestField], _ subsections: [QEMUTestSubsection]) -> String {
    let list = "\"fields\": [" + fields.map(\.json).joined(separator: ", ") + "]"
    if subsections.isEmpty { return list }
    return list + ", \"subsections\": [" + subsections.map(\.json).joined(separator: ", ") + "]"
  }

  var json: String {
    "{\"name\": \"\(name)\", \"instance_id\": \(instance), \"vmsd_name\": \"\(name)\", "
      + "\"version\": \(version), " + Self.members(fields, subsections) + "}"
  }
}

/// Writes a migration stream by hand, as the facts describe it and not as the product reads it.
package struct QEMUStreamBuilder {
  package var machine: String? = "virt-7.2"
  package var pageBits: UInt64? = 12
  package var capabilities: [String] = []
  /// What stands between the configuration and guest memory.
  package var commands: [UInt8] = []
  /// The bodies of `ram`: START, PARTs, END.
  package var memory: [[UInt8]] = [
    QEMUTestRAM.list([("mach-virt.ram", 0x10000)]) + QEMUTestRAM.end,
    QEMUTestRAM.zero(0, "mach-virt.ram") + QEMUTestRAM.page(0x1000) + QEMUTestRAM.end,
    QEMUTestRAM.end,
  ]
  package var devices: [QEMUTestDevice] = []
  package var hasFooters = true
  package var pageSize = 4096
  /// The description, made from the devices where it is nil.
  package var description: String?
  package var isDescribed = true

  package init() {}

  /// The description that the devices ask for.
  package var usualDescription: String {
    "{\"page_size\": \(pageSize), \"devices\": ["
      + devices.map(\.json).joined(separator: ", ") + "]}"
  }

  /// The bytes, and the offset of each section's header with its name.
  package var stream: (bytes: [UInt8], headers: [(offset: Int, name: String)]) {
    var bytes: [UInt8] = [0x51, 0x45, 0x56, 0x4D, 0, 0, 0, 3]
    var headers: [(offset: Int, name: String)] = []
    if let machine {
      bytes += [7] + bigEndian(UInt64(machine.utf8.count), 4) + Array(machine.utf8)
      if let pageBits {
        bytes +=
          QEMUTestSubsection(
            "configuration/target-page-bits",
            [QEMUTestField("bits", size: 4, bigEndian(pageBits, 4))]
          ).bytes
      }
      if !capabilities.isEmpty {
        let names = capabilities.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        let list = bigEndian(UInt64(capabilities.count), 4) + names
        bytes +=
          QEMUTestSubsection(
            "configuration/capabilities",
            [QEMUTestField("list", size: list.count, list)]
          ).bytes
      }
    }
    bytes += commands
    for (place, body) in memory.enumerated() {
      headers.append((bytes.count, "ram"))
      let isFirst = place == 0
      bytes += [isFirst ? 1 : place == memory.count - 1 ? 3 : 2] + bigEndian(2, 4)
      if isFirst { bytes += [3] + Array("ram".utf8) + bigEndian(0, 4) + bigEndian(4, 4) }
      bytes += body + footer(2)
    }
    for (place, device) in devices.enumerated() {
      headers.append((bytes.count, device.name))
      let id = UInt64(place == 0 ? 0 : place + 5)
      bytes += [4] + bigEndian(id, 4) + [UInt8(device.name.utf8.count)] + Array(device.name.utf8)
      bytes += bigEndian(UInt64(device.instance), 4) + bigEndian(UInt64(device.version), 4)
      bytes += device.fields.flatMap(\.bytes) + device.subsections.flatMap(\.bytes) + footer(id)
    }
    bytes += [0]
    if isDescribed {
      let text = Array((description ?? usualDescription).utf8)
      bytes += [6] + bigEndian(UInt64(text.count), 4) + text
    }
    return (bytes, headers)
  }

  package var bytes: [UInt8] { stream.bytes }

  private func footer(_ id: UInt64) -> [UInt8] { hasFooters ? [0x7E] + bigEndian(id, 4) : [] }
}

/// Records of `ram`.
package enum QEMUTestRAM {
  package static let end = bigEndian(0x10, 8)

  package static func name(_ name: String) -> [UInt8] {
    [UInt8(name.utf8.count)] + Array(name.utf8)
  }

  package static func list(
    _ blocks: [(name: String, length: UInt64)],
    after more: [UInt8] = []
  ) -> [UInt8] {
    let total = blocks.reduce(0) { $0 + $1.length }
    return bigEndian(total | 4, 8)
      + blocks.flatMap { name($0.name) + bigEndian($0.length, 8) + more }
  }

  /// A record: its word, the block's name if it is told, and what follows.
  package static func record(
    _ address: UInt64,
    flag: UInt64,
    _ block: String? = nil,
    _ more: [UInt8]
  ) -> [UInt8] {
    bigEndian(address | flag | (block == nil ? 0x20 : 0), 8) + (block.map(name) ?? []) + more
  }

  package static func zero(_ address: UInt64, _ block: String? = nil) -> [UInt8] {
    record(address, flag: 0x02, block, [0])
  }

  package static func page(_ address: UInt64, _ block: String? = nil) -> [UInt8] {
    record(address, flag: 0x08, block, [UInt8](repeating: 0x7E, count: 4096))
  }
}

/// The low `size` bytes of a number, most significant first.
package func bigEndian(_ value: UInt64, _ size: Int) -> [UInt8] {
  (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (size - 1 - $0))) }
}
