/// The constants of QEMU's migration stream (schemas/qemu-stream.md), all big-endian.
enum QEMULayout {
  /// `QEVM`, then the version.
  static let magic: [UInt8] = [0x51, 0x45, 0x56, 0x4D]
  /// The version that is read: the only one since 2007.
  static let version: UInt32 = 3
  /// The only version of `ram`'s grammar.
  static let ramVersion: UInt32 = 4
  /// The page size where the stream does not tell one.
  static let usualPageSize: UInt64 = 4096
  /// More memory blocks than any machine has: a stream with more is refused.
  static let mostBlocks = 65_536
  /// The device sections of 65,536 vCPUs take less.
  static let mostKept = 1 << 30

  /// The type byte that opens an item.
  enum Item: UInt8 {
    case end = 0x00
    case start = 0x01
    case part = 0x02
    case last = 0x03
    case full = 0x04
    case subsection = 0x05
    case description = 0x06
    case configuration = 0x07
    case command = 0x08
    case footer = 0x7E
  }

  /// The flags of a word in `ram`, below the page size.
  enum RAMFlag {
    static let zero: UInt64 = 0x002
    static let sizes: UInt64 = 0x004
    static let page: UInt64 = 0x008
    static let end: UInt64 = 0x010
    static let sameBlock: UInt64 = 0x020
    static let xbzrle: UInt64 = 0x040
    static let hook: UInt64 = 0x080
    static let compressed: UInt64 = 0x100
    static let multifdFlush: UInt64 = 0x200
  }

  /// The commands of a COMMAND item that change how a stream is to be read.
  enum Command {
    static let postcopyAdvise: UInt16 = 3
    /// The last one whose payload alone is to be skipped.
    static let lastPlain: UInt16 = 6
    static let packaged: UInt16 = 7

    static func name(_ command: UInt16) -> String {
      switch command {
      case packaged: "packaged device state, which a postcopy migration sends"
      case 8: "resumption of a postcopy migration"
      case 9: "COLO, a stream without end"
      default: "of an unknown kind"
      }
    }
  }

  /// The capabilities whose streams are read.
  static let capabilities: Set<String> = [
    "x-ignore-shared", "xbzrle", "compress", "postcopy-ram", "auto-converge", "events",
    "late-block-activate", "return-path", "pause-before-switchover", "release-ram",
    "validate-uuid", "dirty-limit", "switchover-ack", "zero-blocks", "rdma-pin-all",
    "x-rdma-pin-all", "background-snapshot",
  ]
}

/// A name out of a stream, which may be any bytes, for messages: printable ASCII, the rest escaped.
func streamText(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    if (0x20..<0x7F).contains(byte) { return String(UnicodeScalar(byte)) }
    return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }.joined()
}
