internal import SDEIModel
internal import SDEIWire

/// What stands between sections, and behind the last.
extension QEMUDeviceWalk {
  @_lifetime(self: copy self)
  mutating func skipCommand() throws(DecodeError) {
    let start = cursor - 1
    let command = UInt16(try number(2, "a command"))
    let length = try number(2, "a command's length")
    guard command <= QEMULayout.Command.lastPlain else {
      throw wrong(
        .unsupported,
        at: start,
        "a command \(QEMULayout.Command.name(command))",
        "a stream that is complete in itself"
      )
    }
    guard length <= UInt64(bytes.byteCount - cursor) else {
      throw wrong(.structure, at: start, "a command of \(length) bytes", "fewer")
    }
    cursor += Int(length)
    commands += 1
    account.commands += cursor - start
  }

  mutating func checkEnd() throws(DecodeError) {
    account.end = 1
    guard cursor == bytes.byteCount else {
      throw wrong(
        .trailing,
        at: cursor,
        "\(bytes.byteCount - cursor) bytes between the sections' end and the description",
        "nothing"
      )
    }
    guard let rank = isMet.firstIndex(of: false) else { return }
    let device = description.devices[rank]
    throw VMDescription.wrong(
      device,
      "the device \"\(streamText(Array(try VMDescription.text("name", of: device).utf8)))\", "
        + "of which there is no section",
      "a section for each device"
    )
  }
}
