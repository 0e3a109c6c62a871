import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The C sources in schemas/")
struct CLayoutTests {
  static let compilers: [[String]] = {
    let candidates = [
      ["gcc", "-std=c11"], ["g++", "-x", "c++", "-std=c++17"],
      ["aarch64-linux-gnu-gcc", "-std=c11"], ["clang", "-std=c11"],
    ]
    return candidates.filter { compiler in
      (try? Program.run(program: compiler[0], ["--version"]).status) == 0
    }
  }()

  @Test("gcc is there: without it nothing below is tested")
  func hasCompiler() { #expect(Self.compilers.contains { $0[0] == "gcc" }) }

  @Test(
    "the headers' assertions on sizes and offsets hold",
    arguments: compilers,
    ["kvm_sdei_v4.h", "kvm_sdei_v5.h", "kvm_sdei_v7.h"]
  )
  func header(compiler: [String], name: String) throws {
    let directory = try Temporary()
    let source = try directory.write(
      Array("#include \"\(name)\"\nint answer(void) { return 0; }\n".utf8),
      "header.c"
    )
    let result = try Program.run(
      program: compiler[0],
      Array(compiler.dropFirst()) + [
        "-Wall", "-Wextra", "-Werror", "-Ischemas", "-c", source, "-o", directory.file("header.o"),
      ]
    )
    #expect(result.status == 0, "\(compiler) \(name): \(result.messages)")
  }

  @Test(
    "the capture function for VMMs compiles, runs, and its transcript is read",
    arguments: [FormatID.kvmV4, .kvmV5]
  )
  func capture(format: FormatID) throws {
    let directory = try Temporary()
    let program = directory.file("capture")
    let source = "schemas/\(format.name.replacing("-", with: "_"))_capture_test.c"
    let compiled = try Program.run(
      program: "gcc",
      ["-std=c11", "-Wall", "-Wextra", "-Werror", source, "-o", program]
    )
    try #require(compiled.status == 0, "\(compiled.messages)")
    let output = directory.file("out")
    let run = try Program.run(program: program, [output])
    #expect(run.status == 0, "\(run.messages)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    let document = try Codec.decode(bytes)
    let snapshot = document.snapshot
    #expect(document.format == format)
    #expect(snapshot.vcpus.count == 2)
    let builtIn = EventNumber(format == .kvmV4 ? 0x4040_0000 : 0)
    #expect(snapshot.events.map(\.number) == [builtIn, EventNumber(0x4040_0001)])
    let event = try #require(snapshot.events.first { !$0.registered.isEmpty })
    #expect(event.registered == Bitmap(below: 2))
    #expect(event.entry == Column(0xffff_8000_0801_0e40, at: Bitmap(below: 2)))
    #expect(snapshot.contexts[1, .normal]?.event != nil)
    #expect(snapshot.events.contains { $0.pending[1] == 2 && $0.extras[.refcount] == nil })
    #expect(snapshot.events.contains { $0.extras[.notifier] == 0xffff_8000_0812_3456 })
    #expect(try Codec.encode(snapshot, as: format).bytes == bytes)
  }

  @Test(
    "the document shows the capture function as it is",
    arguments: [FormatID.kvmV4, .kvmV5]
  )
  func documented(format: FormatID) throws {
    let document = try Repository.text("schemas/\(format.name)-transcript.md")
    let file = "schemas/\(format.name.replacing("-", with: "_"))_capture.c"
    let source = try Repository.text(file)
    let blocks = document.components(separatedBy: "```c\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    let shown = blocks.filter { source.contains($0) && $0.contains("sdei_capture") }
    #expect(shown.count == 1)
  }
}
