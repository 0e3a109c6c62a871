import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The independent reader in Python agrees with the tool")
struct PythonReaderTests {
  private static let reader = "schemas/sdei_snapshot.py"

  @Test("on the JSON of every fixture, byte for byte")
  func fixtures() throws {
    let names = try Repository.files(in: "fixtures/native", ".sdei")
    for name in names {
      let result = try Program.run(
        program: "python3",
        [Self.reader, "fixtures/native/\(name)"]
      )
      let expected = try Repository.bytes(
        "fixtures/native/" + name.replacingOccurrences(of: ".sdei", with: ".json")
      )
      #expect(result.status == 0, "\(name): \(result.messages)")
      #expect(result.output == expected, "\(name)")
    }
    #expect(names.count == NativeFixtures.all.count)
  }

  @Test("on refusing every truncation and every single-bit flip of every fixture")
  func damage() throws {
    let files = try Repository.files(in: "fixtures/native", ".sdei").map { "fixtures/native/" + $0 }
    let result = try Program.run(program: "python3", [Self.reader, "--damage"] + files)
    print(result.text)
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.text.split(separator: "\n").count == files.count)
  }

  @Test("on what is refused and what is read, over files changed under right checksums")
  func mutations() throws {
    let seed: UInt64 = 0x5DE1_0002
    var random = SplitMix64(seed: seed)
    let directory = try Temporary()
    var verdicts: [String: [UInt8]?] = [:]
    for fixture in NativeFixtures.all where try fixture.bytes.count <= 4096 {
      let walker = RecordWalker(try fixture.bytes)
      for number in 0..<400 {
        var changed = walker
        Self.mutate(&changed, &random)
        let name = "\(fixture.name)-\(number)"
        let bytes = changed.sealed
        _ = try directory.write(bytes, name)
        verdicts[name] = try Self.json(bytes, fixture, number)
      }
    }
    let result = try Program.run(program: "python3", [Self.reader, "--batch", directory.path])
    #expect(result.status == 0, "\(result.messages)")
    var (accepted, refused) = (0, 0)
    for line in result.text.split(separator: "\n") {
      let fields = line.split(separator: "\t").map(String.init)
      let expected = try #require(verdicts[fields[0]], "\(line)")
      if let expected {
        accepted += 1
        #expect(fields[1] == "ok" && fields[2] == Self.digest(expected), "\(line), seed \(seed)")
      } else {
        refused += 1
        #expect(fields[1] == "refused", "\(line), seed \(seed)")
      }
    }
    print("python reader: \(accepted) read alike, \(refused) refused alike, seed \(seed)")
    #expect(accepted + refused == verdicts.count && accepted > 20 && refused > 1000)
  }

  /// The JSON of a file that the tool reads, nil where it refuses it.
  ///
  /// What it reads, it writes again in the same bytes: there is one encoding of each state.
  private static func json(_ bytes: [UInt8], _ fixture: Fixture, _ number: Int) throws -> [UInt8]? {
    guard var document = try? Codec.decode(bytes, as: .sdei) else { return nil }
    if !fixture.isCompressed {
      let again = try NativeFormat.encode(document, EncodeOptions()).bytes
      #expect(again == bytes, "\(fixture) \(number)")
    }
    document.unknownRecords = []
    return try JSONFormat.encode(document, EncodeOptions()).bytes
  }

  private static func mutate(_ walker: inout RecordWalker, _ random: inout SplitMix64) {
    for _ in 0...random.below(2) {
      let index = Int(random.below(UInt64(walker.records.count)))
      let size = walker.records[index].body.count
      guard size > 0 else { continue }
      let place = Int(random.below(UInt64(size)))
      switch random.below(8) {
      case 0: walker.records[index].body.remove(at: place)
      case 1: walker.records[index].body.insert(UInt8(random.below(256)), at: place)
      case 2: walker.records[index].body[place] = UInt8(random.below(256))
      case 3: walker.records[index].body[place] &+= 1
      case 4: walker.records[index].body[place] &-= 1
      case 5: walker.records[index].body[place] ^= 1 << UInt8(random.below(8))
      case 6: walker.records[index].body[place] = UInt8(random.below(4))
      default:
        walker.header[Int(random.below(UInt64(walker.header.count - 32))) + 32] =
          UInt8(random.below(256))
      }
    }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    let result = try? Program.run(program: "sha256sum", [], input: bytes)
    return String(result?.text.prefix(64) ?? "")
  }
}
