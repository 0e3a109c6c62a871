internal import SDEIWire

/// What is remembered of guest memory while it is walked.
struct QEMUMemoryState {
  /// The id of `ram`'s sections, nil before its START.
  var id: UInt32?
  var isEnded = false
  /// The length of each block by its name.
  var blocks: [[UInt8]: UInt64] = [:]
  /// The total that the list of blocks must reach, and what it has reached.
  var total: UInt64 = 0
  var listed: UInt64 = 0
  var isListed = false
  var blockName: [UInt8] = []
  /// The length of the block that the last named page lies in; it lives on over sections.
  var current: UInt64?
  /// Whether an address follows the length of a block (x-ignore-shared).
  var hasAddresses = false
  /// All page sizes of a postcopy migration in one word, 0 for none.
  var postcopyPageSizes: UInt64 = 0
  /// The address of the record that is read, and the flag that says what it is.
  var word: UInt64 = 0
  var kind: UInt64 = 0

  /// The page sizes of blocks that are told, one by one: all but the host's own, the smallest.
  var toldPageSizes: UInt64 { postcopyPageSizes & (postcopyPageSizes &- 1) }
}

/// Guest memory, `ram` version 4: words of address and flags.
extension QEMUWalker {
  private typealias Flag = QEMULayout.RAMFlag

  mutating func takeRAM(_ bytes: RawSpan, _ part: State.RAM) throws(DecodeError) {
    switch part {
    case .word: try takeWord(bytes.bigEndian(at: 0, count: 8))
    case .blockLength: try takeBlockLength(bytes[0])
    case .blockName:
      memory.blockName = bytes.array
      expect(.ram(.blockSize), 8)
    case .blockSize: try takeBlockSize(bytes.bigEndian(at: 0, count: 8))
    case .blockAddress: expectBlock()
    case .pageSize:
      try checkPageSize(bytes.bigEndian(at: 0, count: 7))
      expectBlock()
    case .nameLength:
      guard bytes[0] > 0 else { throw wrong("a block name of no bytes", "a name", back: 1) }
      expect(.ram(.name), Int(bytes[0]))
    case .name:
      guard let length = memory.blocks[bytes.array] else {
        throw wrong(
          "a page of the block \"\(streamText(bytes.array))\"",
          "one of the \(memory.blocks.count) blocks of the list",
          back: bytes.byteCount
        )
      }
      memory.current = length
      try takePage()
    case .xbzrle: try takeEncoded(bytes)
    case .compressed: try takeCompressed(bytes)
    }
  }

  // MARK: Words

  private mutating func takeWord(_ word: UInt64) throws(DecodeError) {
    memory.word = word & ~(walk.pageSize - 1)
    let flags = word & (walk.pageSize - 1)
    // A list may end with a page size that only postcopy sends; it is no word of its own.
    if flags == 0, word != 0, word & memory.toldPageSizes == word, memory.isListed,
      walk.memory.sections == 1
    {
      return expect(.ram(.word), 8)
    }
    switch flags & ~Flag.sameBlock {
    case Flag.end where flags == Flag.end: endMemory()
    case Flag.sizes where flags == Flag.sizes: try beginBlocks()
    case Flag.multifdFlush: expect(.ram(.word), 8)
    case Flag.zero, Flag.page, Flag.xbzrle, Flag.compressed:
      memory.kind = flags & ~Flag.sameBlock
      if flags & Flag.sameBlock != 0 { try takePage() } else { expect(.ram(.nameLength), 1) }
    case Flag.hook:
      throw unsupported("an RDMA hook, of a stream whose pages go another way", "pages")
    default:
      throw wrong(
        "the flags 0x\(String(flags, radix: 16))",
        "flags of a page, of the list of blocks or of the end",
        back: 8
      )
    }
  }

  private mutating func endMemory() {
    settle(\.ram)
    if item == .last { memory.isEnded = true }
    expect(.footerOrItem, 1)
  }

  // MARK: The list of blocks

  private mutating func beginBlocks() throws(DecodeError) {
    guard !memory.isListed else { throw wrong("another list of blocks", "one", back: 8) }
    guard memory.toldPageSizes == 0 || !memory.hasAddresses else {
      throw unsupported(
        "x-ignore-shared together with postcopy and large pages",
        "one of them: the list of blocks can be read in two ways"
      )
    }
    memory.isListed = true
    memory.total = memory.word
    walk.memory.size = memory.total
    expectBlock()
  }

  private mutating func takeBlockLength(_ length: UInt8) throws(DecodeError) {
    if length == 0, memory.toldPageSizes != 0, walk.memory.blocks > 0 {
      // The first byte of a page size: no name is empty.
      return expect(.ram(.pageSize), 7)
    }
    guard length > 0 else { throw wrong("a block name of no bytes", "a name", back: 1) }
    expect(.ram(.blockName), Int(length))
  }

  private mutating func takeBlockSize(_ length: UInt64) throws(DecodeError) {
    let (sum, isTooLarge) = memory.listed.addingReportingOverflow(length)
    guard !isTooLarge, sum <= memory.total else {
      throw wrong(
        "the block \"\(streamText(memory.blockName))\" of \(length) bytes",
        "at most the \(memory.total - memory.listed) that are left of the total",
        back: 8
      )
    }
    guard walk.memory.blocks < QEMULayout.mostBlocks else {
      throw wrong("more than \(QEMULayout.mostBlocks) blocks", "fewer", back: 8)
    }
    guard memory.blocks.updateValue(length, forKey: memory.blockName) == nil else {
      throw wrong(
        "the block \"\(streamText(memory.blockName))\" again",
        "each block once",
        back: 8
      )
    }
    memory.listed = sum
    walk.memory.blocks += 1
    if memory.hasAddresses { expect(.ram(.blockAddress), 8) } else { expectBlock() }
  }

  private func checkPageSize(_ size: UInt64) throws(DecodeError) {
    guard size & memory.toldPageSizes == size, size != 0 else {
      throw wrong("a page size of \(size)", "one that postcopy announced", back: 8)
    }
  }

  private mutating func expectBlock() {
    if memory.listed == memory.total {
      expect(.ram(.word), 8)
    } else {
      expect(.ram(.blockLength), 1)
    }
  }

  // MARK: Pages

  /// Passes over the page of the last word, whose block is known.
  private mutating func takePage() throws(DecodeError) {
    guard let length = memory.current else {
      throw wrong("a page of the same block as before", "a named block first", back: 8)
    }
    guard memory.word < length else {
      throw wrong(
        "a page at 0x\(String(memory.word, radix: 16))",
        "a place in its block of \(length) bytes",
        back: 8
      )
    }
    switch memory.kind {
    case Flag.zero:
      walk.memory.zeroPages += 1
      expect(.ram(.word), 8, after: 1)
    case Flag.xbzrle:
      walk.memory.pages += 1
      expect(.ram(.xbzrle), 3)
    case Flag.compressed:
      walk.memory.pages += 1
      expect(.ram(.compressed), 4)
    default:
      walk.memory.pages += 1
      expect(.ram(.word), 8, after: Int(walk.pageSize))
    }
  }

  private mutating func takeEncoded(_ bytes: RawSpan) throws(DecodeError) {
    let length = bytes.bigEndian(at: 1, count: 2)
    guard bytes[0] == 1, length <= walk.pageSize else {
      throw wrong(
        "an XBZRLE page of kind \(bytes[0]) in \(length) bytes",
        "kind 1, and at most \(walk.pageSize) bytes",
        back: 3
      )
    }
    expect(.ram(.word), 8, after: Int(length))
  }

  private mutating func takeCompressed(_ bytes: RawSpan) throws(DecodeError) {
    let length = bytes.bigEndian(at: 0, count: 4)
    // zlib's bound for what can not be compressed.
    let most = walk.pageSize + walk.pageSize >> 12 + walk.pageSize >> 14 + walk.pageSize >> 25 + 13
    guard length > 0, length <= most else {
      throw wrong("a compressed page of \(length) bytes", "1 to \(most)", back: 4)
    }
    expect(.ram(.word), 8, after: Int(length))
  }

  // MARK: Errors

  private func wrong(_ found: String, _ expected: String, back: Int) -> DecodeError {
    DecodeError(
      .value,
      at: offset - back,
      "section \"ram\"",
      found: found,
      expected: expected,
      action: "copy the stream again; if the copies agree, report it to the producer"
    )
  }

  private func unsupported(_ found: String, _ expected: String) -> DecodeError {
    DecodeError(
      .unsupported,
      at: offset - 8,
      "section \"ram\"",
      found: found,
      expected: expected,
      action: "migrate to a file: migrate exec:cat>FILE"
    )
  }
}
