import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Definitions from a file")
struct DefinitionsFileTests {
  private func read(_ text: String) throws -> DefinitionsFile {
    try Array(text.utf8).withBytes { (bytes) throws(DecodeError) in
      try DefinitionsFile(reading: bytes)
    }
  }

  static let text = """
    {"schema": "sdeictl/events/1", "events": {
      "0x40400001": {"type": "shared", "priority": "critical", "signalable": false},
      "0x40400002": {"type": "private", "priority": "normal", "signalable": true}}}
    """

  @Test("events without a definition get theirs, KVM v4's those that are missing too, others stay")
  func supply() throws {
    let own = EventDefinition(type: .private, priority: .normal, isSignalable: false)
    var document = Document(format: .sdei, snapshot: Snapshot())
    document.snapshot.events.insert(Event(EventNumber(0x4040_0001)))
    document.snapshot.events.insert(Event(EventNumber(0x4040_0002), definition: own))
    document.supply(try read(Self.text))
    let events = document.snapshot.events
    #expect(
      events[EventNumber(0x4040_0001)]?.definition
        == EventDefinition(type: .shared, priority: .critical, isSignalable: false)
    )
    #expect(events[EventNumber(0x4040_0002)]?.definition == own)
    #expect(document.findings.map(\.id) == ["SDEI-D026"])
    #expect(document.findings[0].path == "events[0x40400002].definition")
    var complete = Document(format: .sdei, snapshot: Snapshot())
    complete.supply(try read(Self.text))
    #expect(complete.snapshot.events.isEmpty)
    #expect(complete.findings.map(\.id) == ["SDEI-D027", "SDEI-D027"])
    let v4 = Snapshot(instance: Instance(dialect: .kvmV4))
    var open = Document(format: .kvmV4, snapshot: v4)
    open.supply(try read(Self.text))
    #expect(open.snapshot.events.map(\.number.rawValue) == [0x4040_0001, 0x4040_0002])
  }

  @Test(
    "a wrong file is refused with its place",
    arguments: [
      ("{}", "schema"), ("{\"schema\": \"sdeictl/events/2\", \"events\": {}}", "schema"),
      ("{\"schema\": \"sdeictl/events/1\", \"events\": {\"x\": {}}}", "events.x"),
      ("{\"schema\": \"sdeictl/events/1\", \"events\": {\"0x1\": {}}}", "events.0x1"),
      ("{\"schema\": \"sdeictl/events/1\", \"events\": {}, \"more\": 1}", "more"),
    ]
  )
  func refused(text: String, path: String) throws {
    let error = #expect(throws: DecodeError.self) { try read(text) }
    #expect(error?.path.contains(path) == true || error?.description.contains(path) == true)
  }
}
