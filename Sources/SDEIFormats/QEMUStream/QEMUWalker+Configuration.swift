internal import SDEIModel
internal import SDEIWire

/// The configuration, which stands first and which no description tells of.
extension QEMUWalker {
  mutating func takeConfiguration(
    _ bytes: RawSpan,
    _ part: State.Configuration
  ) throws(DecodeError) {
    switch part {
    case .machineLength:
      let length = bytes.bigEndian(at: 0, count: 4)
      guard length > 0, length <= 1024 else {
        throw wrong("a machine name of \(length) bytes", "1 to 1024", at: offset - 4)
      }
      expect(.configuration(.machine), Int(length))
    case .machine:
      walk.machine = streamText(bytes.array)
      reached = QEMUHeaderPlace(
        item: .configuration,
        name: Array("configuration".utf8),
        offset: itemOffset
      )
      settle(\.configuration)
      expect(.item, 1)
    case .subLength:
      guard bytes[0] > 0 else { throw wrong("a name of no bytes", "a name", at: offset - 1) }
      expect(.configuration(.subName), Int(bytes[0]) + 4)
    case .subName: try takeSubsection(bytes)
    case .pageBits:
      let bits = bytes.bigEndian(at: 0, count: 4)
      // Below 10 bits the flags of a word in `ram` have no room.
      guard (10...20).contains(bits) else {
        throw wrong("\(bits) bits for the page size", "10 to 20", at: offset - 4)
      }
      walk.pageSize = 1 << bits
      settle(\.configuration)
      expect(.item, 1)
    case .uuid:
      settle(\.configuration)
      expect(.item, 1)
    }
  }

  private mutating func takeSubsection(_ bytes: RawSpan) throws(DecodeError) {
    let length = bytes.byteCount - 4
    let name = streamText(bytes.extracting(0..<length).array)
    let version = bytes.bigEndian(at: length, count: 4)
    guard version == 1 else {
      throw unsupported("version \(version) of \(name)", "version 1")
    }
    switch name {
    case "configuration/target-page-bits": expect(.configuration(.pageBits), 4)
    case "configuration/capabilities": expect(.capability(.count), 4)
    case "configuration/uuid": expect(.configuration(.uuid), 16)
    default:
      throw unsupported(
        "the subsection \"\(name)\"",
        "one of target-page-bits, capabilities and uuid"
      )
    }
  }

  mutating func takeCapability(_ bytes: RawSpan, _ part: State.Capability) throws(DecodeError) {
    switch part {
    case .count:
      let count = UInt32(bytes.bigEndian(at: 0, count: 4))
      guard count <= 256 else {
        throw wrong("\(count) capabilities", "at most 256", at: offset - 4)
      }
      capabilitiesLeft = count
    case .length:
      guard bytes[0] > 0 else { throw wrong("a name of no bytes", "a name", at: offset - 1) }
      return expect(.capability(.name), Int(bytes[0]))
    case .name:
      let name = streamText(bytes.array)
      guard QEMULayout.capabilities.contains(name) else {
        throw unsupported(
          "the capability \(name)\(Self.reason(name))",
          "a stream that holds pages and devices one after another"
        )
      }
      walk.capabilities.append(name)
      if name == "x-ignore-shared" { memory.hasAddresses = true }
      capabilitiesLeft -= 1
    }
    if capabilitiesLeft > 0 { return expect(.capability(.length), 1) }
    settle(\.configuration)
    expect(.item, 1)
  }

  private static func reason(_ capability: String) -> String {
    switch capability {
    case "mapped-ram": ", by which pages lie at fixed places of the file"
    case "multifd": ", by which pages go over other channels"
    default: ""
    }
  }

  private func wrong(_ found: String, _ expected: String, at offset: Int) -> DecodeError {
    DecodeError(.value, at: offset, "configuration", found: found, expected: expected)
  }

  private func unsupported(_ found: String, _ expected: String) -> DecodeError {
    DecodeError(
      .unsupported,
      at: offset,
      "configuration",
      found: found,
      expected: expected,
      action: "migrate to a file without it: migrate_set_capability NAME off, then "
        + "migrate exec:cat>FILE"
    )
  }
}
