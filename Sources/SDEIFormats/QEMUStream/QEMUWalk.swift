/// A section of a device, with a description: one SECTION_FULL.
package struct QEMUSection: Hashable, Sendable {
  /// The name, escaped where it is not printable.
  package var name: String
  /// The instance; a vCPU's index for `cpu`.
  package var instance: UInt32
  /// The version of its layout.
  package var version: UInt32
  /// Where it begins: the offset of its type byte.
  package var offset: Int
  /// Where its fields begin.
  package var bodyOffset: Int
  /// The length of its fields and subsections.
  package var bodyLength: Int
  /// The length of the footer, 0 where there is none.
  package var footerLength: Int

  /// The length from type byte to footer.
  package var length: Int { bodyOffset - offset + bodyLength + footerLength }
}

/// What the walk met of guest memory; none of it is kept.
package struct QEMUMemory: Hashable, Sendable {
  /// The sections of `ram`: one START, PARTs, one END.
  package var sections = 0
  /// The blocks.
  package var blocks = 0
  /// The length of all blocks.
  package var size: UInt64 = 0
  /// The pages that were sent as they are.
  package var pages = 0
  /// The pages that were sent as being all of one byte.
  package var zeroPages = 0
}

/// Where a stream's bytes went: every byte is in one of these.
package struct QEMUAccount: Hashable, Sendable {
  /// The magic and the version.
  package var magic = 0
  /// The configuration with its subsections.
  package var configuration = 0
  /// Commands.
  package var commands = 0
  /// Type bytes, ids, names, instances and versions of sections.
  package var headers = 0
  /// The bodies of `ram`.
  package var ram = 0
  /// The bodies of devices.
  package var devices = 0
  /// The footers.
  package var footers = 0
  /// The byte that says that no section follows.
  package var end = 0
  /// The description with its header.
  package var description = 0

  /// Their sum: the stream's length.
  package var total: Int {
    magic + configuration + commands + headers + ram + devices + footers + end + description
  }
}

/// What a walk through a whole stream found.
package struct QEMUWalk: Sendable {
  /// The machine type, as the configuration tells it.
  package var machine: String?
  /// The capabilities that the configuration tells.
  package var capabilities: [String] = []
  /// The target's page size.
  package var pageSize = QEMULayout.usualPageSize
  /// Guest memory.
  package var memory = QEMUMemory()
  /// How many commands there were.
  package var commands = 0
  /// The device sections, in the stream's order.
  package var sections: [QEMUSection] = []
  /// Where the description's item begins.
  package var descriptionOffset = 0
  /// Where the bytes went.
  package var account = QEMUAccount()
  /// The stream's length.
  package var length = 0
}

/// The header of a section that a walk has passed.
struct QEMUHeaderPlace {
  var item: QEMULayout.Item
  var name: [UInt8]
  var offset: Int

  var description: String {
    let kind =
      switch item {
      case .start: "the start of section "
      case .part: "a part of section "
      case .last: "the end of section "
      case .full: "section "
      default: ""
      }
    return kind + "\"\(streamText(name))\" at byte \(offset)"
  }
}
