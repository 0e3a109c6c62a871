import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("schemas/profile.schema.json")
struct ProfileSchemaTests {
  private func validate(_ files: [String]) throws -> ProgramResult {
    try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/profile.schema.json"] + files
    )
  }

  @Test("profiles of every kind satisfy it")
  func valid() throws {
    var random = SplitMix64(seed: 8)
    let profiles =
      Profile.builtIn
      + StateFixture.all.map { Profile.capture($0.document.snapshot, name: $0.name) }
      + (0..<200).map { _ in RandomProfile.make(&random) }
    let directory = try Temporary()
    let files = try profiles.enumerated().map {
      try directory.write($1.encode(), "\($0).json")
    }
    let result = try validate(files)
    print(result.text)
    #expect(result.text.contains("\(profiles.count) valid, 0 not"), "\(result.text)")
  }

  @Test("what the reader refuses, it refuses, but for what its description says")
  func refused() throws {
    let beyond = [
      // A day that no month has, a rule that is named twice, and two spellings of one number.
      "2025-02-29", #""reason": "y"}]"#,
    ]
    let members = ProfileJSONTests.wrong.map(\.member).filter { member in
      !beyond.contains { member.contains($0) }
    }
    let directory = try Temporary()
    let files = try members.enumerated().map { number, member in
      let text = #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm-v5", "# + member
      return try directory.write(Array((text + "}").utf8), "\(number).json")
    }
    let result = try validate(files)
    #expect(result.text.contains("0 valid, \(members.count) not"), "\(result.text)")
  }
}
