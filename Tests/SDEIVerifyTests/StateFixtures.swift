import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIVerify
import SDEIWire
import Testing

/// A whole state with a name.
struct StateFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let document: Document
  var testDescription: String { name }

  /// The whole states among the files in `fixtures`.
  static let files: [StateFixture] = {
    Repository.stateFixtures.compactMap { file in
      guard var document = try? Codec.decode(Repository.bytes(file)) else { return nil }
      // What was noticed while it was read is the file's, and no matter of a profile.
      document.findings = []
      return document.scope == .whole && document.hasState
        ? StateFixture(name: file, document: document) : nil
    }
  }()

  /// What the built-in scenarios lead to.
  static let scenarios: [StateFixture] = Scenario.all.flatMap { scenario in
    [scenario.minimumVCPUs, 5, 70].compactMap { vcpus in
      guard let end = try? scenario.run(vcpus: vcpus, seed: UInt64(vcpus)) else { return nil }
      return StateFixture(
        name: "\(scenario.name) \(vcpus)",
        document: Document(format: .sdei, snapshot: end.snapshot())
      )
    }
  }

  /// A state in which every bind slot is bound.
  static let bound: StateFixture = {
    var snapshot = NativeFixtures.tfA()
    snapshot.instance.features = Features(privateSlots: 1, sharedSlots: 1)
    return StateFixture(name: "bound", document: Document(format: .sdei, snapshot: snapshot))
  }()

  static let all = files + scenarios + [bound]
}

extension Profile {
  /// Reads a profile's text.
  static func reading(_ bytes: [UInt8]) throws -> Profile {
    try bytes.withBytes { (bytes) throws(DecodeError) in try Profile.decode(bytes) }
  }

  static func reading(_ text: String) throws -> Profile { try reading(Array(text.utf8)) }
}

extension Compatibility {
  static func check(
    _ snapshot: Snapshot,
    against profile: Profile,
    today: String? = nil
  ) -> [Finding] {
    check(
      Document(format: .sdei, snapshot: snapshot),
      against: profile,
      today: today.flatMap { CalendarDate($0) }
    )
  }
}
