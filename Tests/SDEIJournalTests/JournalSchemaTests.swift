import Foundation
import SDEIJournal
import SDEITestSupport
import Testing

@Suite("schemas/journal.schema.json")
struct JournalSchemaTests {
  private func validate(_ files: [String]) throws -> ProgramResult {
    try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/journal.schema.json"] + files
    )
  }

  @Test("every line of journals of every kind satisfies it")
  func valid() throws {
    let directory = try Temporary()
    var files: [String] = []
    var count = 0
    let journals =
      JournalFixtures.all.map(\.journal) + (0..<200).map { RandomJournal.make(seed: $0) }
    for (number, journal) in journals.enumerated() {
      files.append(try directory.write(try journal.encode(as: .jsonLines), "\(number).jsonl"))
      count += journal.steps.count + 1
    }
    let result = try validate(files)
    print(result.text)
    #expect(result.status == 0, "\(result.text)\(result.messages)")
    #expect(result.text.contains("\(count) valid, 0 not"))
  }

  @Test("it refuses what it should")
  func refused() throws {
    let lines = [
      #"{"n":0,"migrate":true}"#, #"{"migrate":true}"#, #"{"n":1}"#,
      #"{"n":1,"migrate":true,"fire":"0x1","vcpu":0}"#, #"{"n":1,"migrate":true,"vcpu":1}"#,
      #"{"n":1,"call":"SDEI_EVENT_ENABL","vcpu":0}"#, #"{"n":1,"call":"SDEI_VERSION"}"#,
      #"{"n":1,"call":"SDEI_VERSION","vcpu":0,"args":[]}"#,
      #"{"n":1,"call":"SDEI_VERSION","vcpu":0,"handler":{"pc":"0x0","pstate":"0x0"}}"#,
      #"{"n":1,"call":"SDEI_EVENT_CONTEXT","vcpu":0,"result":"DENIED"}"#,
      #"{"n":1,"inject":"0x1","vcpu":0,"result":"DENIED"}"#,
      #"{"n":1,"deliver":true,"vcpu":0,"force":false}"#,
      #"{"n":1,"migrate":true,"result":"0x0","undefined":"use-after-free"}"#,
      #"{"n":1,"define":"0x1","definition":{}}"#,
      #"{"n":1,"define":"0x1","definition":{"type":"private","priority":"normal","signalable":true,"running":"1"}}"#,
      #"{"n":1,"checkpoint":{"schema":"sdeictl/snapshot/1"}}"#,
      #"{"n":1,"checkpointDigest":"0x1"}"#, #"{"schema":"sdeictl/journal/1","producer":""}"#,
      #"{"schema":"sdeictl/journal/2","producer":"","start":{}}"#,
    ]
    let directory = try Temporary()
    let file = try directory.write(
      Array((lines.joined(separator: "\n") + "\n").utf8),
      "wrong.jsonl"
    )
    let result = try validate([file])
    #expect(result.status == 1)
    #expect(result.text.contains("0 valid, \(lines.count) not"), "\(result.text)")
  }
}
