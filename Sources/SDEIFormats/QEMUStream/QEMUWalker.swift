internal import SDEIWire

/// Walks through a migration stream as it arrives, in chunks of any size.
///
/// The configuration and guest memory are walked at once: pages are counted and skipped. A device's
/// section has no length, and what tells it is the description at the stream's end; so what follows
/// guest memory is kept until then. After an error a walker is of no more use.
struct QEMUWalker {
  /// Where the next bytes stand in the grammar.
  enum State {
    case magic
    case virsh
    case item
    case footerOrItem
    case footer
    case configuration(Configuration)
    case capability(Capability)
    case header(Header)
    case ram(RAM)
    case command
    case advice
    case keeping

    enum Configuration { case machineLength, machine, subLength, subName, pageBits, uuid }
    enum Capability { case count, length, name }
    enum Header { case id, nameLength, name, instance }
    enum RAM {
      case word, blockLength, blockName, blockSize, blockAddress, pageSize
      case nameLength, name, xbzrle, compressed
    }
  }

  var walk = QEMUWalk()
  /// What comes next, and how many bytes of it are looked at together.
  var state = State.magic
  var needed = 8
  /// How many bytes are to be passed over before.
  var toSkip = 0
  /// The first bytes of what is needed, where a chunk ended amid it.
  private var carry: [UInt8] = []
  /// The offset behind all that was looked at or is to be passed over.
  var offset = 0
  /// The offset behind all that is accounted for.
  var settled = 0

  var item = QEMULayout.Item.end
  var itemOffset = 0
  var name: [UInt8] = []
  var sectionID: UInt32 = 0
  var isInConfiguration = false
  var capabilitiesLeft: UInt32 = 0
  var reached: QEMUHeaderPlace?
  /// Whether sections have footers, once one has ended.
  var hasFooters: Bool?
  var memory = QEMUMemoryState()
  /// The bytes from the first device section on.
  var kept: [UInt8] = []
  var keptOffset = 0
  /// The most bytes to keep.
  let mostKept: Int

  /// Makes a walker at the start of a stream.
  init(mostKept: Int = QEMULayout.mostKept) { self.mostKept = mostKept }

  /// Takes the next bytes of the stream.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  mutating func feed(_ chunk: RawSpan) throws(DecodeError) {
    var start = 0
    while start < chunk.byteCount {
      let left = chunk.byteCount - start
      if toSkip > 0 {
        let count = min(toSkip, left)
        toSkip -= count
        start += count
      } else if case .keeping = state {
        return try keep(chunk.extracting(start..<chunk.byteCount))
      } else if carry.isEmpty, left >= needed {
        let piece = chunk.extracting(start..<start + needed)
        start += needed
        try take(piece)
      } else {
        let count = min(needed - carry.count, left)
        carry.append(copying: chunk.extracting(start..<start + count))
        start += count
        guard carry.count == needed else { continue }
        let piece = carry
        carry.removeAll(keepingCapacity: true)
        try piece.withBytes { (bytes) throws(DecodeError) in try take(bytes) }
      }
    }
  }

  /// How many bytes were fed.
  var fed: Int {
    if case .keeping = state { return keptOffset + kept.count }
    return offset - toSkip + carry.count
  }

  /// Looks at the bytes that were needed.
  private mutating func take(_ bytes: RawSpan) throws(DecodeError) {
    offset += bytes.byteCount
    switch state {
    case .magic: try takeMagic(bytes)
    case .virsh: throw QEMUContainer.virshSave(bytes).error
    case .item: try takeItem(bytes[0])
    case .footerOrItem: try takeFooterOrItem(bytes[0])
    case .footer: try takeFooter(bytes)
    case .configuration(let part): try takeConfiguration(bytes, part)
    case .capability(let part): try takeCapability(bytes, part)
    case .header(let part): try takeHeader(bytes, part)
    case .ram(let part): try takeRAM(bytes, part)
    case .command: try takeCommand(bytes)
    case .advice: takeAdvice(bytes)
    case .keeping: break
    }
  }

  /// Says what comes next.
  mutating func expect(_ next: State, _ bytes: Int, after skipped: Int = 0) {
    state = next
    needed = bytes
    toSkip = skipped
    offset += skipped
  }

  /// Books what was passed since the last time.
  mutating func settle(_ account: WritableKeyPath<QEMUAccount, Int>) {
    walk.account[keyPath: account] += offset - settled
    settled = offset
  }

  /// Begins to keep what follows, from the type byte just seen on.
  mutating func beginKeeping(_ type: UInt8) {
    keptOffset = offset - 1
    kept = [type]
    state = .keeping
  }

  private mutating func keep(_ bytes: RawSpan) throws(DecodeError) {
    guard bytes.byteCount <= mostKept - kept.count else {
      throw DecodeError(
        .tooLarge,
        at: keptOffset,
        "device sections",
        found: "more than \(mostKept) bytes behind the guest's memory",
        expected: "fewer: they are kept until the description at the end has come",
        action: "check that the input is one migration stream"
      )
    }
    kept.append(copying: bytes)
  }
}
