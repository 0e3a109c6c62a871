import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("sdeictl patch")
struct PatchCommandTests {
  private static let real = "fixtures/kvm-v5/real-4-vcpus.kvm-v5"

  private static let mask = """
    [{"op": "test", "path": "/vcpus/masked", "value": "1"},
     {"op": "replace", "path": "/vcpus/masked", "value": "1-2"}]
    """

  /// A second state, in another format.
  private func other(_ directory: Temporary) throws -> String {
    var snapshot = try Codec.decode(try Repository.bytes(Self.real)).snapshot
    snapshot.vcpus.masked = Bitmap(indexes: [1, 2])
    return try directory.write(try Codec.encode(snapshot).bytes, "b.sdei")
  }

  @Test("diff | patch is exact, in both forms", arguments: ["json", "json-patch"])
  func pipe(form: String) throws {
    let directory = try Temporary()
    let other = try other(directory)
    let diff = try Program.run("diff", Self.real, other, "--format", form)
    #expect(diff.status == 1)
    let patched = directory.file("b.kvm-v5")
    let result = try Program.run("patch", Self.real, "-", "-o", patched, input: diff.output)
    #expect(result.status == 0 && result.messages.isEmpty, "\(result.messages)")
    #expect(try Program.run("diff", other, patched).status == 0)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: patched)))
    #expect(try FormatRegistry.name(of: bytes) == "kvm-v5")
    let none = try Program.run("diff", Self.real, Self.real, "--format", form)
    let same = try Program.run("patch", Self.real, "-", "-o", "-", input: none.output)
    #expect(same.output == (try Repository.bytes(Self.real)))
  }

  @Test("the state may come from a pipe, and --to chooses the format")
  func formats() throws {
    let directory = try Temporary()
    let patch = try directory.write(Array(Self.mask.utf8), "p.json")
    let bytes = try Repository.bytes(Self.real)
    let json = try Program.run("patch", "-", patch, "-o", "-", "--to", "json", input: bytes)
    #expect(json.status == 0 && json.text.contains(#""masked": "1-2""#))
    let lossy = try Program.run("patch", Self.real, patch, "-o", "-", "--to", "kvm-v7")
    #expect(lossy.status == 1 && lossy.output.isEmpty && lossy.messages.contains("--allow-loss"))
    let allowed = try Program.run(
      "patch",
      Self.real,
      patch,
      "-o",
      directory.file("out"),
      "--to",
      "kvm-v7-text",
      "--allow-loss"
    )
    #expect(allowed.status == 0)
  }

  @Test(
    "a stale patch says which operation, and nothing is written",
    arguments: ["json", "json-patch"]
  )
  func stale(form: String) throws {
    let directory = try Temporary()
    let other = try other(directory)
    let diff = try Program.run("diff", Self.real, other, "--format", form)
    let output = directory.file("out")
    let result = try Program.run("patch", other, "-", "-o", output, input: diff.output)
    #expect(result.status == 1 && !FileManager.default.fileExists(atPath: output))
    let told = "the patch (standard input) does not apply to \(other): "
    #expect(result.messages.contains(told + (form == "json" ? "vcpus[2].masked is " : "/")))
    #expect(
      result.messages.contains(form == "json" ? "(items[0].changes[0], " : "(operations[0], test")
    )
    #expect(result.messages.contains("byte ") && result.messages.contains("of the patch)"))
    #expect(result.messages.contains("SDEI-A001") && result.messages.contains("the patch expects"))
  }

  @Test("what can not be read is status 2, wrong usage 64")
  func refusals() throws {
    let directory = try Temporary()
    let patch = try directory.write(Array(Self.mask.utf8), "p.json")
    let copies = (0..<60).map { #"{"op":"copy","from":"","path":"/x\#($0)"}"# }.joined(
      separator: ","
    )
    let bomb = try directory.write(Array("[\(copies)]".utf8), "bomb.json")
    let cases: [(arguments: [String], status: Int32, told: String)] = [
      (["-", "-", "-o", "x"], 64, "not both"),
      ([Self.real, patch], 64, "output"),
      ([Self.real, patch, "-o", "x", "--to", "qemu"], 64, "only read"),
      ([Self.real, directory.file("none"), "-o", "x"], 2, "No such file"),
      ([directory.file("none"), patch, "-o", "x"], 2, "No such file"),
      ([Self.real, Self.real, "-o", "x"], 2, "SDEI-D010"),
      ([Self.real, "fixtures/native/worked-example.json", "-o", "x"], 2, "sdeictl/diff/1"),
      ([patch, patch, "-o", "x"], 2, "SDEI-D002"),
      ([Self.real, patch, "-o", patch], 2, "is the input"),
      ([Self.real, bomb, "-o", "x"], 2, "SDEI-A003"),
      ([Self.real, bomb, "-o", "x", "--max-memory", "1K"], 2, "--max-memory"),
    ]
    for test in cases {
      let result = try Program.run(program: Program.sdeictl, ["patch"] + test.arguments)
      #expect(result.status == test.status, "\(test.arguments): \(result.messages)")
      #expect(result.messages.contains(test.told), "\(test.arguments): \(result.messages)")
      #expect(result.output.isEmpty)
    }
  }

  @Test("records that a changed state may make untrue are left out by name")
  func unknownRecords() throws {
    let directory = try Temporary()
    let state = try Codec.decode(try Repository.bytes(Self.real))
    var document = Document(format: .sdei, snapshot: state.snapshot)
    document.unknownRecords = [
      UnknownRecord(type: 900, flags: 2, body: [1]), UnknownRecord(type: 901, flags: 0, body: [2]),
    ]
    let bytes = try NativeFormat.encode(document, EncodeOptions()).bytes
    let file = try directory.write(bytes, "a.sdei")
    let records = try Codec.decode(bytes).unknownRecords
    let unsafe = records.filter { !$0.isSafeToCopy }
    guard !unsafe.isEmpty else { throw NothingToTest(what: "record that is not safe to copy") }
    let result = try Program.run("patch", file, "-", "-o", "-", input: Array(Self.mask.utf8))
    #expect(result.status == 0 && result.messages.contains("901"))
    #expect(try Codec.decode(result.output).unknownRecords == records.filter(\.isSafeToCopy))
    let same = try Program.run("patch", file, "-", "-o", "-", input: Array("[]".utf8))
    #expect(same.output == bytes)
  }
}

extension FormatRegistry {
  fileprivate static func name(of bytes: [UInt8]) throws -> String {
    try Codec.decode(bytes).format.name
  }
}
