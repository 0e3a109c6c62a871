import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("KVM: every dump that the real code wrote")
struct KVMTraceTests {
  struct Source: Sendable, CustomTestStringConvertible {
    let family: TraceFamily
    let format: FormatID
    let directory: String
    /// How many dumps there are, where that is known.
    let count: Int?
    var testDescription: String { directory }
  }

  static let sources: [Source] = [
    (TraceFamily.kvmV4, FormatID.kvmV4, 96), (.kvmV5, .kvmV5, 95), (.kvmV7, .kvmV7, 111),
  ].flatMap { family, format, count in
    KVMTrace.directories(family).enumerated().map { place, directory in
      Source(
        family: family,
        format: format,
        directory: directory,
        count: place == 0 ? count : nil
      )
    }
  }

  @Test("decodes to the recording's own decoded dump, field by field", arguments: sources)
  func decodes(source: Source) throws {
    var checker = DumpChecker()
    for dump in try KVMTrace.dumps(source.family, in: source.directory) {
      checker.check(try Codec.decode(dump.transcript).snapshot, dump)
      guard dump.bareTranscript != dump.transcript else { continue }
      checker.check(try Codec.decode(dump.bareTranscript).snapshot, dump, isBare: true)
    }
    print("\(source.family): \(checker.dumps) dumps, \(checker.fields) fields compared")
    #expect(checker.dumps > 0 && checker.fields > 0)
    #expect(checker.mismatches.isEmpty)
    if let count = source.count { #expect(checker.dumps == count) }
  }

  @Test(
    "goes through every other format and back to the same bytes, unless a loss was reported",
    arguments: sources
  )
  func throughOthers(source: Source) throws {
    let dumps = try KVMTrace.dumps(source.family, in: source.directory)
    var row: [String] = []
    for format in FormatRegistry.formats where format.traits.isWritten && format.id != source.format
    {
      var (exact, lossy) = (0, 0)
      for dump in dumps {
        let first = try Codec.decode(dump.transcript).snapshot
        let there = try Codec.encode(first, as: format.id)
        let read = try Codec.decode(there.bytes, as: format.id).snapshot
        guard !there.losses.contains(where: { $0.severity == .error }) else {
          lossy += 1
          let account = LossAccounts.Named(there.losses, of: first, format)
          #expect(account.explains(first.differences(from: read).map(\.path)), "\(dump)")
          continue
        }
        exact += 1
        #expect(try Codec.encode(read, as: source.format).bytes == dump.transcript, "\(dump)")
      }
      #expect(exact + lossy > 0)
      row.append("\(format.id.name) \(exact)/\(lossy)")
    }
    print(
      "\(source.family) dumps through others (exact/with losses): " + row.joined(separator: ", ")
    )
    #expect(row.contains("sdei \(dumps.count)/0") && row.contains("json \(dumps.count)/0"))
  }

  @Test("goes raw -> sdei -> json -> sdei -> raw without a byte of difference", arguments: sources)
  func roundTrips(source: Source) throws {
    var count = 0
    for dump in try KVMTrace.dumps(source.family, in: source.directory) {
      for transcript in Set([dump.transcript, dump.bareTranscript]) {
        let first = try Codec.decode(transcript).snapshot
        let sdei = try Codec.encode(first)
        let second = try Codec.decode(sdei.bytes).snapshot
        let json = try Codec.encode(second, as: .json)
        let third = try Codec.decode(json.bytes).snapshot
        #expect(try Codec.encode(third).bytes == sdei.bytes, "\(dump)")
        let raw = try Codec.encode(third, as: source.format)
        #expect(raw.bytes == transcript, "\(dump)")
        #expect(sdei.losses.isEmpty && json.losses.isEmpty && raw.losses.isEmpty, "\(dump)")
        count += 1
      }
    }
    print("\(source.family): \(count) transcripts round-tripped")
    #expect(count > 0)
  }

  @Test(
    "KVM v7's registers as text say the same, and are given back byte for byte",
    arguments: sources.filter { $0.family == .kvmV7 }
  )
  func text(source: Source) throws {
    var count = 0
    for dump in try KVMTrace.dumps(source.family, in: source.directory) {
      let snapshot = try Codec.decode(dump.transcript).snapshot
      let text = try Codec.encode(snapshot, as: .kvmV7Text)
      #expect(text.losses.isEmpty, "\(dump)")
      #expect(String(decoding: text.bytes, as: UTF8.self) == Self.text(of: dump), "\(dump)")
      let document = try Codec.decode(text.bytes)
      #expect(document.format == .kvmV7Text && document.findings.isEmpty, "\(dump)")
      #expect(document.snapshot == snapshot, "\(dump)")
      #expect(try Codec.encode(document.snapshot, as: .kvmV7).bytes == dump.transcript, "\(dump)")
      count += 1
    }
    print("\(source.family): \(count) dumps as text")
    #expect(count > 0)
  }

  /// The text form made from the raw bytes, as the document describes it.
  private static func text(of dump: KVMDump) -> String {
    var text =
      "# KVM v7 SDEI registers (kvm-v7-text 1): id and value, the most significant digit first\n"
    var rest = dump.transcript.dropFirst(64)
    for vcpu in 0..<dump.vcpus {
      text += "vCPU \(vcpu):\n"
      rest = rest.dropFirst(8)
      for register in KVMv7Registers.all {
        rest = rest.dropFirst(16)
        let digits = rest.prefix(register.size).reversed().map { byte in
          (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        text += "0x\(String(register.id, radix: 16)) 0x\(digits.joined())\n"
        rest = rest.dropFirst(register.size)
      }
    }
    return text
  }
}
