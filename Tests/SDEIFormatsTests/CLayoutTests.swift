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

  @Test("the header's assertions on sizes and offsets hold", arguments: compilers)
  func header(compiler: [String]) throws {
    let directory = try Temporary()
    let source = try directory.write(
      Array("#include \"kvm_sdei_v5.h\"\nint answer(void) { return 0; }\n".utf8),
      "header.c"
    )
    let result = try Program.run(
      program: compiler[0],
      Array(compiler.dropFirst()) + [
        "-Wall", "-Wextra", "-Werror", "-Ischemas", "-c", source, "-o", directory.file("header.o"),
      ]
    )
    #expect(result.status == 0, "\(compiler): \(result.messages)")
  }

  @Test("the capture function for VMMs compiles, runs, and its transcript is read")
  func capture() throws {
    let directory = try Temporary()
    let program = directory.file("capture")
    let compiled = try Program.run(
      program: "gcc",
      ["-std=c11", "-Wall", "-Wextra", "-Werror", "schemas/kvm_v5_capture_test.c", "-o", program]
    )
    try #require(compiled.status == 0, "\(compiled.messages)")
    let output = directory.file("out.kvm-v5")
    #expect(try Program.run(program: program, [output]).status == 0)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    let snapshot = try Codec.decode(bytes).snapshot
    #expect(snapshot.vcpus.count == 2)
    #expect(snapshot.events.map(\.number) == [EventNumber(0), EventNumber(0x4040_0001)])
    let event = try #require(snapshot.events.first { !$0.registered.isEmpty })
    #expect(event.registered == Bitmap(below: 2))
    #expect(event.entry == Column(0xffff_8000_0801_0e40, at: Bitmap(below: 2)))
    #expect(snapshot.contexts[1, .normal]?.event != nil)
    #expect(snapshot.events.contains { $0.pending[1] == 2 })
    #expect(snapshot.events.contains { $0.extras[.notifier] == 0xffff_8000_0812_3456 })
    #expect(try Codec.encode(snapshot, as: .kvmV5).bytes == bytes)
  }

  @Test("the document shows the capture function as it is")
  func documented() throws {
    let document = try Repository.text("schemas/kvm-v5-transcript.md")
    let source = try Repository.text("schemas/kvm_v5_capture.c")
    let blocks = document.components(separatedBy: "```c\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    let shown = blocks.filter { source.contains($0) && $0.contains("sdei_capture") }
    #expect(shown.count == 1)
  }
}
