internal import SDEIModel
internal import SDEIWire

/// Replays the writes of a transcript.
///
/// They may come in any order in which an event is known before it is spoken of. What is set is
/// collected and put together at the end, so that time follows the number of writes.
struct SysregDecoder {
  /// Something set for a range of vCPUs.
  struct Setting {
    var command: SysregCommand
    /// Position in `events`, 0 where the command concerns no event.
    var rank: Int
    var range: IndexRange
    var base: UInt64
    var stride: UInt64
    /// Where the command stands in the input.
    var offset: Int
  }

  var snapshot: Snapshot
  var events: [Event] = []
  var ranks: [EventNumber: Int] = [:]
  var settings: [Setting] = []
  var contexts: [(context: Context, offset: Int)] = []
  /// What may be set once and was, by command and event.
  private var singles: Set<UInt64> = []
  private var operands: [UInt64] = []
  /// On what the collected operands were written.
  private var writer: UInt32 = SysregLayout.vm

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMSysregFormat.transcript)
    guard !header.hasMPIDRs else {
      throw DecodeError(
        .value,
        at: 18,
        "header.flags",
        found: "MPIDRs",
        expected: "0: SET_AFFINITY tells affinities"
      )
    }
    var decoder = SysregDecoder(header)
    var cursor = TranscriptHeader.size
    while cursor < bytes.byteCount {
      guard bytes.byteCount - cursor >= SysregLayout.writeSize else {
        throw DecodeError(
          .truncated,
          at: bytes.byteCount,
          "write",
          found: "\(bytes.byteCount - cursor) bytes",
          expected: "writes of \(SysregLayout.writeSize) bytes"
        )
      }
      try decoder.replay(bytes, at: cursor)
      cursor += SysregLayout.writeSize
    }
    guard decoder.operands.isEmpty else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "write",
        found: "the end behind \(decoder.operands.count) operands",
        expected: "the command that takes them"
      )
    }
    try decoder.finish()
    return Document(format: .kvmSysreg, snapshot: decoder.snapshot)
  }

  private init(_ header: TranscriptHeader) {
    snapshot = Snapshot(
      instance: Instance(producer: header.producer),
      vcpus: VCPUs(count: header.vcpus)
    )
  }

  private mutating func replay(_ bytes: RawSpan, at offset: Int) throws(DecodeError) {
    let index = UInt32(bytes.littleEndian(at: offset, count: 4))
    let register = UInt32(bytes.littleEndian(at: offset + 4, count: 4))
    let value = bytes.littleEndian(at: offset + 8, count: 8)
    guard index == SysregLayout.vm || index < snapshot.vcpus.count else {
      throw DecodeError(
        .value,
        at: offset,
        "write.vcpu",
        found: "vCPU \(index)",
        expected: "one of \(snapshot.vcpus.count) vCPUs, or the VM (0xffffffff)"
      )
    }
    guard operands.isEmpty || index == writer else {
      throw DecodeError(
        .structure,
        at: offset,
        "write.vcpu",
        found: "a write on \(Self.name(index)) behind operands on \(Self.name(writer))",
        expected: "the operands and their command on one"
      )
    }
    writer = index
    switch register {
    case SysregLayout.dataRegister:
      guard operands.count < SysregLayout.largestOperands else {
        throw DecodeError(
          .structure,
          at: offset,
          "write",
          found: "more than \(SysregLayout.largestOperands) operands",
          expected: "a command: none takes more"
        )
      }
      operands.append(value)
    case SysregLayout.commandRegister:
      try perform(value, index, at: offset)
      operands.removeAll(keepingCapacity: true)
    default:
      throw DecodeError(
        .unsupported,
        at: offset + 4,
        "write.register",
        found: "register \(register)",
        expected: "0 (SYS_REG_SDEI_COMMAND) or 1 (SYS_REG_SDEI_DATA)"
      )
    }
  }

  private static func name(_ index: UInt32) -> String {
    index == SysregLayout.vm ? "the VM" : "vCPU \(index)"
  }

  private mutating func perform(
    _ value: UInt64,
    _ index: UInt32,
    at offset: Int
  ) throws(DecodeError) {
    guard let command = SysregCommand(rawValue: value) else {
      throw DecodeError(
        .unsupported,
        at: offset + 8,
        "write.value",
        found: "command \(hex(value))",
        expected: "one of \(SysregCommand.allCases.count) known commands"
      )
    }
    let isOnVM = index == SysregLayout.vm
    guard let expected = command.operands(onVM: isOnVM), expected == operands.count else {
      throw DecodeError(
        .structure,
        at: offset,
        command.name,
        found: "\(operands.count) operands on \(Self.name(index))",
        expected: command.operands(onVM: isOnVM).map { "\($0)" } ?? "the command on the VM"
      )
    }
    try perform(command, isOnVM ? nil : index, operands, at: offset)
  }

  /// Refuses a second setting of what can be set once.
  mutating func once(
    _ command: SysregCommand,
    _ rank: Int = 0,
    at offset: Int
  ) throws(DecodeError) {
    guard singles.insert(UInt64(rank) << 8 | command.rawValue).inserted else {
      throw DecodeError(
        .duplicate,
        at: offset,
        command.name,
        found: "a second one",
        expected: "one: what holds must not depend on the order"
      )
    }
  }
}
