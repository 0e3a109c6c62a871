import SDEIModel
import Testing

@Suite("Path patterns")
struct PathPatternTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let pattern: String
    let names: [String]
    let others: [String]
    var testDescription: String { pattern }
  }

  static let cases = [
    Case(
      pattern: "events[0x4040*].vcpus[*].entry",
      names: ["events[0x40400001].vcpus[0-511].entry", "events[0x40400001].vcpus[3].entry"],
      others: [
        "events[0x1].vcpus[3].entry", "events[0x40400001].vcpus[3].argument",
        "events[0x40400001].entry", "events[0x40400001]", "",
      ]
    ),
    Case(
      pattern: "contexts[0-7].normal.x*",
      names: ["contexts[0].normal.x0", "contexts[2-7].normal.x17", "contexts[0,3].normal.x"],
      others: [
        "contexts[0-8].normal.x0", "contexts[8].normal.x0", "contexts[0].critical.x0",
        "contexts[0].normal.pc", "contexts[0].normal",
      ]
    ),
    Case(
      pattern: "vcpus.*",
      names: ["vcpus.count", "vcpus[0-3].masked"],
      others: ["vcpus", "events[0x0].vcpus[1].entry"]
    ),
    Case(
      pattern: "extras.**",
      names: ["extras.exposedOrder", "extras"],
      others: ["vcpus[0].extras.masked", "events[0x0].extras.notifier"]
    ),
    Case(
      pattern: "**.extras",
      names: ["extras.exposedOrder", "vcpus[0].extras.masked", "events[0x0].extras.notifier"],
      others: ["vcpus[0].masked"]
    ),
    Case(
      pattern: "**.normal.**.pc",
      names: ["contexts[1].normal.pc"],
      others: ["contexts[1].critical.pc", "contexts[1].normal"]
    ),
    Case(
      pattern: "events[1077936129]",
      names: ["events[0x40400001]", "events[0x40400001].vcpus[0].entry"],
      others: ["events[0x40400002]"]
    ),
    Case(
      pattern: "events[0x40400000-0x4040ffff,3]",
      names: ["events[0x40400001].type", "events[0x3]", "events[0x4040ffff]"],
      others: ["events[0x40410000]", "events[0x4]"]
    ),
    Case(pattern: "events", names: ["events[0x1]", "events[0x2].type"], others: ["contexts[1]"]),
    Case(pattern: "contexts[0x3]", names: ["contexts[3].normal"], others: ["contexts[4].normal"]),
    Case(pattern: "**", names: ["", "vcpus.count", "events[0x1].type"], others: []),
    Case(pattern: "*", names: ["vcpus.count", "extras"], others: [""]),
    Case(
      pattern: "instance.*ver*",
      names: ["instance.version"],
      others: ["instance.dialect", "instance"]
    ),
  ]

  @Test("a pattern names its places and what is below them", arguments: cases)
  func matching(_ example: Case) throws {
    let pattern = try PathPattern(example.pattern)
    for path in example.names { #expect(pattern.matches(path), "\(path)") }
    for path in example.others { #expect(!pattern.matches(path), "\(path)") }
  }

  @Test("of vCPUs that are folded, a pattern names a part")
  func parts() throws {
    let path = "events[0x1].vcpus[0-511].entry"
    #expect(try PathPattern("**.vcpus[4-6,600]").vcpus(of: path) == Bitmap(IndexRange(4, 6)))
    #expect(try PathPattern("**.entry").vcpus(of: path) == Bitmap(below: 512))
    #expect(try PathPattern("**.vcpus[600]").vcpus(of: path) == nil)
    #expect(try PathPattern("vcpus").vcpus(of: path) == nil)
    #expect(try PathPattern("vcpus").vcpus(of: "vcpus.count") == Bitmap())
  }

  @Test(
    "what is no pattern is refused with words",
    arguments: [
      "", "a..b", "a[", "a]", "a[]", "a[1]b", "[1]", "a[x]", "a[5-3]", "a[1,,2]", "a[-1]", "a[+1]",
      "a[0x]", "**[1]", String(repeating: "a", count: 1025),
    ]
  )
  func refused(_ text: String) {
    #expect(throws: PathPatternError.self) { try PathPattern(text) }
  }

  @Test("patterns made to be slow are quick")
  func hostile() throws {
    let stars = try PathPattern(String(repeating: "**.*.", count: 200) + "x")
    #expect(!stars.matches("contexts[0-7].normal.pc"))
    let star = try PathPattern(String(repeating: "a*", count: 500) + "b")
    #expect(!star.matches(String(repeating: "a", count: 20_000)))
  }
}
