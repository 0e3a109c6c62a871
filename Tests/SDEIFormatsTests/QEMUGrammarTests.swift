import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The grammar of QEMU streams")
struct QEMUGrammarTests {
  typealias RAM = QEMUTestRAM
  static let block = "mach-virt.ram"

  /// A way to send pages, with how many pages and zero pages it sends.
  struct Way: Sendable, CustomStringConvertible {
    let description: String
    let pages: Int
    let zeros: Int
    let change: @Sendable (inout QEMUStreamBuilder) -> Void

    init(
      _ description: String,
      pages: Int = 1,
      zeros: Int = 0,
      _ change: @escaping @Sendable (inout QEMUStreamBuilder) -> Void
    ) {
      (self.description, self.pages, self.zeros) = (description, pages, zeros)
      self.change = change
    }
  }

  static let list = RAM.list([(block, 0x10000)]) + RAM.end

  static let ways: [Way] = [
    Way("pages of a block that an earlier section named", pages: 2, zeros: 1) {
      $0.memory = [
        list, RAM.zero(0, block) + RAM.end, RAM.page(0x1000) + RAM.end,
        RAM.page(0x2000) + RAM.end,
      ]
    },
    Way("XBZRLE") {
      $0.capabilities = ["xbzrle"]
      let page = [1] + bigEndian(5, 2) + [1, 2, 3, 4, 5]
      $0.memory[1] = RAM.record(0x3000, flag: 0x40, block, page) + RAM.end
    },
    Way("compressed pages", pages: 2) {
      let page = bigEndian(3, 4) + [0x78, 0x01, 0x00]
      $0.memory[1] =
        RAM.record(0x3000, flag: 0x100, block, page)
        + RAM.record(0x4000, flag: 0x100, nil, page) + RAM.end
    },
    Way("x-ignore-shared: addresses in the list") {
      $0.capabilities = ["x-ignore-shared"]
      let address = bigEndian(0x4000_0000, 8)
      $0.memory[0] = RAM.list([(block, 0x10000), ("flash", 0x1000)], after: address) + RAM.end
      $0.memory[1] = RAM.page(0x3000, block) + RAM.end
    },
    Way("postcopy: commands, and page sizes in the list") {
      $0.commands = [8, 0, 1, 0, 0, 8, 0, 2, 0, 4, 0, 0, 0, 1, 8, 0, 3, 0, 16]
      $0.commands += bigEndian(0x20_1000, 8) + bigEndian(0x1000, 8)
      // The first and the last block have large pages, the one between them the host's.
      let large = bigEndian(0x10000, 8) + bigEndian(0x20_0000, 8)
      var list = bigEndian(0x21000 | 4, 8)
      list += RAM.name(block) + large
      list += RAM.name("flash") + bigEndian(0x1000, 8)
      list += RAM.name("last") + large
      $0.memory[0] = list + RAM.end
      $0.memory[1] = RAM.page(0x3000, block) + RAM.end
    },
    Way("a flush of multifd") {
      $0.memory[1] = bigEndian(0x200, 8) + RAM.page(0x3000, block) + RAM.end
    },
    Way("no footers", zeros: 1) { $0.hasFooters = false },
    Way("no configuration", zeros: 1) { $0.machine = nil },
    Way("pages of 16 KiB", pages: 0, zeros: 1) {
      ($0.pageBits, $0.pageSize) = (14, 16384)
      $0.memory[1] = RAM.zero(0x4000, block) + RAM.end
    },
    Way("no memory at all", pages: 0) {
      $0.memory = [RAM.list([]) + RAM.end, RAM.end]
    },
  ]

  @Test("every way to send pages is walked through", arguments: ways)
  func memory(way: Way) throws {
    var builder = QEMUSmall.builder()
    builder.memory = QEMUStreamBuilder().memory
    way.change(&builder)
    let bytes = builder.bytes
    for chunk in [Int.max, 1, 5] {
      let walk = try QEMUReading.read(bytes, chunk: chunk).walk
      #expect(walk.account.total == bytes.count)
      #expect(walk.memory.pages == way.pages && walk.memory.zeroPages == way.zeros)
      #expect(walk.sections.map(\.name) == ["timer"])
    }
  }

  /// A stream that is refused, and a word of the message.
  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let code: DecodeError.Code
    let words: [String]
    let change: @Sendable (inout QEMUStreamBuilder) -> Void

    init(
      _ description: String,
      _ code: DecodeError.Code,
      _ words: String...,
      change: @escaping @Sendable (inout QEMUStreamBuilder) -> Void
    ) {
      (self.description, self.code, self.words, self.change) = (description, code, words, change)
    }
  }

  /// The header of a START.
  static func start(_ name: String, version: UInt64) -> [UInt8] {
    var bytes: [UInt8] = [1]
    bytes += bigEndian(2, 4) + RAM.name(name)
    bytes += bigEndian(0, 4) + bigEndian(version, 4)
    return bytes
  }

  static let refusals: [Refusal] = [
    Refusal("mapped-ram", .unsupported, "mapped-ram", "fixed places") {
      $0.capabilities = ["mapped-ram"]
    },
    Refusal("multifd", .unsupported, "multifd", "other channels") { $0.capabilities = ["multifd"] },
    Refusal("an unknown capability", .unsupported, "x-colo") { $0.capabilities = ["x-colo"] },
    Refusal("RDMA", .unsupported, "RDMA hook") { $0.memory[1] = bigEndian(0x80, 8) + RAM.end },
    Refusal("packaged postcopy", .unsupported, "postcopy") {
      $0.commands = [8, 0, 7, 0, 4, 0, 0, 0, 0]
    },
    Refusal("another section in parts", .unsupported, "\"block\"", "parts") {
      $0.commands = start("block", version: 1)
    },
    Refusal("another version of ram", .unsupported, "version 5") {
      $0.commands = start("ram", version: 5)
    },
    Refusal("a part without start", .structure, "without start") {
      $0.commands = [2] + bigEndian(9, 4)
    },
    Refusal("an unknown type byte", .structure, "0x42") { $0.commands = [0x42] },
    Refusal("unknown flags", .value, "0x800") { $0.memory[1] = bigEndian(0x800, 8) },
    Refusal("two flags at once", .value, "0xa") { $0.memory[1] = bigEndian(0xA, 8) },
    Refusal("a page of no block", .value, "named block first") {
      $0.memory[1] = RAM.zero(0) + RAM.end
    },
    Refusal("a page of an unknown block", .value, "\"elsewhere\"") {
      $0.memory[1] = RAM.zero(0, "elsewhere") + RAM.end
    },
    Refusal("a page beyond its block", .value, "0x10000") {
      $0.memory[1] = RAM.zero(0x10000, block) + RAM.end
    },
    Refusal("blocks larger than their total", .value, "left of the total") {
      $0.memory[0] = bigEndian(0x1000 | 4, 8) + RAM.name(block) + bigEndian(0x2000, 8) + RAM.end
    },
    Refusal("blocks whose lengths overflow", .value, "left of the total") {
      $0.memory[0] =
        bigEndian(0x2000 | 4, 8) + RAM.name(block) + bigEndian(0x1000, 8) + RAM.name("more")
        + bigEndian(.max, 8) + RAM.end
    },
    Refusal("a block twice", .value, "again") {
      $0.memory[0] = RAM.list([(block, 0x1000), (block, 0x1000)]) + RAM.end
    },
    Refusal("an XBZRLE page longer than a page", .value, "XBZRLE") {
      $0.memory[1] = RAM.record(0, flag: 0x40, block, [1, 0xFF, 0xFF])
    },
    Refusal("a compressed page longer than can be", .value, "compressed page") {
      $0.memory[1] = RAM.record(0, flag: 0x100, block, bigEndian(0xFFFF_FFFF, 4))
    },
    Refusal("a page size without room for flags", .value, "9 bits") { $0.pageBits = 9 },
    Refusal("another page size than the description's", .structure, "8192") {
      $0.pageSize = 8192
    },
    Refusal("a second start of ram", .structure, "another start") {
      $0.memory[1] = RAM.end + [0x7E] + bigEndian(2, 4) + start("ram", version: 4)
    },
    Refusal("a description that is no JSON", .syntax, "a value") { $0.description = "{\"a\": ]}" },
    Refusal("a description without devices", .structure, "\"devices\"") {
      $0.description = "{\"page_size\": 4096}"
    },
    Refusal("a key that is asked for and there twice", .structure, "\"devices\" again") {
      $0.description = "{\"devices\": [], \"devices\": []}"
    },
    Refusal("a device twice", .structure, "\"timer\", instance 0, again") {
      $0.description = $0.usualDescription.replacingDevices { $0 + ", " + $0 }
    },
    Refusal("a device without section", .structure, "of which there is no section") {
      $0.description = $0.usualDescription.replacingDevices {
        $0 + ", {\"name\": \"more\", \"instance_id\": 0, \"fields\": []}"
      }
    },
    Refusal("a section without device", .structure, "that the description tells of") {
      $0.description = "{\"devices\": []}"
    },
    Refusal("a field longer than its section", .structure, "another length") {
      $0.description = $0.usualDescription.replacingDevices {
        $0.replacing("\"size\": 8", with: "\"size\": 9")
      }
    },
    Refusal("a size that overflows with its count", .structure, "times") {
      $0.description = $0.usualDescription.replacingDevices {
        $0.replacing("\"size\": 8", with: "\"size\": 9223372036854775808, \"array_len\": 4")
      }
    },
    Refusal("a size that is no whole number", .structure, "a whole number") {
      $0.description = $0.usualDescription.replacingDevices {
        $0.replacing("\"size\": 8", with: "\"size\": -1")
      }
    },
    Refusal("deep nesting", .syntax, "levels") {
      $0.description = "{\"a\": " + String(repeating: "[", count: 100_000) + "}"
    },
    Refusal("a subsection that is not there", .structure, "the subsection") {
      $0.description = $0.usualDescription.replacingDevices {
        String($0.dropLast()) + ", \"subsections\": [{\"vmsd_name\": \"timer/x\", \"version\": 1, "
          + "\"fields\": []}]}"
      }
    },
    Refusal("another version than described", .structure, "version 2") {
      $0.description = $0.usualDescription.replacingDevices {
        $0.replacing("\"version\": 2", with: "\"version\": 3")
      }
    },
  ]

  @Test("what can not be read is refused by name", arguments: refusals)
  func refused(refusal: Refusal) throws {
    var builder = QEMUSmall.builder()
    builder.memory = QEMUStreamBuilder().memory
    refusal.change(&builder)
    for chunk in [Int.max, 1] {
      let error = try QEMUReading.refusal(of: builder.bytes, chunk: chunk)
      #expect(error.code == refusal.code, "\(error)")
      for word in refusal.words { #expect(error.description.contains(word), "\(error)") }
      #expect(error.offset != nil)
    }
  }

  @Test("an object with keys twice that nobody asks for is taken, as QEMU writes lists so")
  func duplicateKeys() throws {
    var builder = QEMUSmall.builder()
    builder.description = builder.usualDescription.replacingDevices {
      $0.replacing(
        "\"type\": \"buffer\"",
        with: "\"vmsd_name\": \"a\", \"fields\": [], \"vmsd_name\": \"a\", \"fields\": []"
      )
    }
    #expect(try QEMUReading.read(builder.bytes).walk.sections.count == 1)
  }

  @Test(
    "files that hold a stream are recognised, and say how to get it out",
    arguments: [
      ("QFI\u{FB}", "qcow2", "-loadvm"), ("LibvirtQemudSave", "virsh save", "grep -abo"),
      ("LibvirtQemudPart", "did not come to its end", "grep -abo"),
    ]
  )
  func containers(magic: String, what: String, how: String) throws {
    let start = magic.unicodeScalars.map { UInt8($0.value) }
    let bytes = start + [UInt8](repeating: 0, count: 4096)
    #expect(throws: DecodeError.self) { try Codec.decode(bytes) }
    for chunk in [Int.max, 1] {
      let error = try QEMUReading.refusal(of: bytes, chunk: chunk)
      #expect(error.code == .unsupported && error.found.contains(what))
      #expect(error.action.contains(how))
    }
  }

  @Test("streams are not written")
  func notWritten() {
    let error = #expect(throws: EncodeError.self) { try Codec.encode(Snapshot(), as: .qemu) }
    #expect(error?.description.contains("only read") == true)
    #expect(!QEMUFormat.traits.isWritten)
  }
}

extension String {
  /// A description with the text of its devices changed.
  fileprivate func replacingDevices(_ change: (String) -> String) -> String {
    let start = "\"devices\": ["
    guard let range = self.range(of: start) else { return self }
    let devices = String(self[range.upperBound...].dropLast(2))
    return String(self[..<range.upperBound]) + change(devices) + "]}"
  }

  private func range(of text: String) -> Range<String.Index>? { self.firstRange(of: text) }
}
