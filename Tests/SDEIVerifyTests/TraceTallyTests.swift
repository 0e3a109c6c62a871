import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Every dump of the recordings breaks the rules that a script of its own says it breaks")
struct TraceTallyTests {
  private static let golden = "fixtures/views/trace-tally.txt"
  private static let script = "Tests/Tools/tally.py"

  @Test("as the golden file has it")
  func fixtures() throws {
    let tally = try TraceTally(of: "fixtures/traces")
    let expected = TraceTally.rows(try Repository.text(Self.golden))
    #expect(expected.count > 50)
    tally.compare(with: expected)
  }

  @Test("which is the script's own output")
  func script() throws {
    let result = try Program.run(program: "python3", [Self.script, "fixtures/traces"])
    #expect(result.status == 0, "\(result.messages)")
    try Golden.expect(result.output, toEqual: Self.golden)
  }

  @Test(
    "in the recordings that SDEI_TRACES names, too",
    .enabled(if: ProcessInfo.processInfo.environment["SDEI_TRACES"] != nil)
  )
  func more() throws {
    let directory = try #require(ProcessInfo.processInfo.environment["SDEI_TRACES"])
    let result = try Program.run(program: "python3", [Self.script, directory])
    try #require(result.status == 0, "\(result.messages)")
    try TraceTally(of: directory).compare(with: TraceTally.rows(result.text))
  }
}
