import SDEIModel
import SDEITestSupport
import Testing

@Suite("Columns stay folded")
struct FoldingTests {
  @Test("65,536 vCPUs x 96 private events with linux-like contents cost one run per column")
  func manyVCPUs() {
    let all = Bitmap(below: 65_536)
    var snapshot = Snapshot(vcpus: VCPUs(count: 65_536))
    for number in 0..<96 as Range<UInt64> {
      var event = Event(
        EventNumber(0x4000_0000 + number),
        definition: EventDefinition(type: .private, priority: .normal, isSignalable: false)
      )
      event.registered = all
      event.enabled = all
      event.entry = Column(0xffff_8000_0801_0e40, at: all)
      var builder = ColumnBuilder()
      builder.append(
        IndexRange(0, 65_535),
        base: 0xffff_0000_4000_0000 + 0x80 * number,
        stride: 0x1f000
      )
      event.argument = builder.finish()
      snapshot.events.insert(event)
    }
    var bytes = 0
    let arrayHeader = 32
    for event in snapshot.events {
      bytes += MemoryLayout<Event>.stride
      for (_, path) in Event.bitmaps where !event[keyPath: path].isEmpty {
        bytes += arrayHeader + event[keyPath: path].ranges.count * MemoryLayout<IndexRange>.stride
        #expect(event[keyPath: path].ranges.count == 1)
      }
      for (_, path) in Event.columns where !event[keyPath: path].isEmpty {
        let column = event[keyPath: path]
        bytes += arrayHeader + column.runs.count * MemoryLayout<Column.Run>.stride
        #expect(column.runs.count == 1 && column.literals.isEmpty)
      }
    }
    print(
      "65536 vCPUs x 96 events: \(bytes) bytes, \(MemoryLayout<Event>.stride) of each an event;"
    )
    print("a context takes \(MemoryLayout<Context>.stride) bytes")
    #expect(bytes < 64 * 1024)
  }
}
