import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Conversion between every pair of formats")
struct ConversionMatrixTests {
  /// What the states are made from: those of every fixture, random ones, and plain ones.
  static let states: [Snapshot] = {
    let fixtures = NativeFixtures.all.filter { fixture in
      fixture.document.scope == .whole && fixture.document.snapshot.vcpus.count < 600
    }
    var states = fixtures.map(\.document.snapshot)
    for number in 0..<UInt64(160) {
      states.append(RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 6)))
    }
    for number in 0..<UInt64(240) {
      let dialect = DialectID.allCases[Int(number) % DialectID.allCases.count]
      states.append(PlainSnapshot.make(seed: seed &+ number, dialect))
    }
    return states
  }()

  static let seed: UInt64 = 0x5DE1_0410
  static let written = FormatID.allCases.filter { FormatRegistry.format($0).traits.isWritten }

  /// A row of the table that the test prints.
  struct Tally {
    var exact = 0
    var lossy = 0
    var refused = 0
  }

  @Test(
    "a round trip A -> B -> A gives the same bytes wherever no loss was reported",
    arguments: written
  )
  func roundTrip(from format: FormatID) throws {
    var tallies: [FormatID: Tally] = [:]
    let options = EncodeOptions(maxBytes: 1 << 24)
    for (place, state) in Self.states.enumerated() {
      guard let first = try? Codec.encode(state, as: format, options: options) else { continue }
      // The state as it reads from A: what A could not hold is no matter of the conversion.
      let source = try Codec.decode(first.bytes, as: format)
      guard source.hasState else { continue }
      for target in Self.written {
        let there: Encoded
        do {
          there = try Codec.encode(source.snapshot, as: target, options: options)
        } catch {
          tallies[target, default: Tally()].refused += 1
          continue
        }
        let isLossless = !there.losses.contains { $0.severity == .error }
        let read = try Codec.decode(there.bytes, as: target)
        if isLossless {
          tallies[target, default: Tally()].exact += 1
          let noted = Set(there.losses.map(\.path))
          if noted.isEmpty {
            let back = try Codec.encode(read.snapshot, as: format, options: options)
            #expect(back.bytes == first.bytes, "state \(place), \(format.name) -> \(target.name)")
            #expect(!back.losses.contains { $0.severity == .error })
          } else {
            // Lists that were implied are stored on the way, or the reverse: the notes say so.
            let differing = Set(source.snapshot.differences(from: read.snapshot).map(\.path))
            #expect(differing == noted, "state \(place), \(format.name) -> \(target.name)")
            #expect(there.losses.allSatisfy { $0.id == "SDEI-C012" })
          }
        } else {
          tallies[target, default: Tally()].lossy += 1
          // Every place in which the two differ was named, and no other.
          let differing = source.snapshot.differences(from: read.snapshot).map(\.path)
          #expect(
            LossAccounts.Named(there.losses, of: source.snapshot, FormatRegistry.format(target))
              .explains(differing),
            "state \(place), \(format.name) -> \(target.name): \(there.losses) of \(differing)"
          )
        }
      }
    }
    let row = Self.written.map { target in
      let tally = tallies[target] ?? Tally()
      return "\(target.name) \(tally.exact)/\(tally.lossy)/\(tally.refused)"
    }
    print("\(format.name) -> (exact/lossy/refused): " + row.joined(separator: ", "))
    for target in [format, .sdei, .json] {
      #expect((tallies[target]?.exact ?? 0) > 20, "\(format.name) -> \(target.name)")
      #expect(tallies[target]?.lossy ?? 0 == 0, "\(format.name) -> \(target.name)")
    }
  }
}
