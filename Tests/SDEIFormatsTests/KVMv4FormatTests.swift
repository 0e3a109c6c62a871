import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("KVM v4 transcript")
struct KVMv4FormatTests {
  private static let builtIn = EventNumber(0x4040_0000)

  @Test("the built-in event is always there, first in the exposed list, with its definition")
  func builtInEvent() throws {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 0)
    transcript.frame(3, count: 0, [])
    let document = try Codec.decode(transcript.bytes)
    let event = document.snapshot.events[Self.builtIn]
    #expect(
      event?.definition
        == EventDefinition(type: .private, priority: .critical, isSignalable: true)
    )
    #expect(document.snapshot.extras.lists[.exposedOrder] == [Self.builtIn])
    #expect(document.snapshot.instance.version == .v1_0)
    #expect(document.findings.isEmpty)
  }
}
