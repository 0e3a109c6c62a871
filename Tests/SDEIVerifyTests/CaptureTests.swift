import SDEIEngine
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Captured profiles")
struct CaptureTests {
  @Test("there are states to capture")
  func states() {
    #expect(StateFixture.files.count >= 19 && StateFixture.scenarios.count >= 24)
  }

  @Test("a state loads where all is that it needs", arguments: StateFixture.all)
  func loads(state: StateFixture) throws {
    let profile = Profile.capture(state.document.snapshot, name: "needs")
    let read = try Profile.reading(profile.encode())
    #expect(read == profile)
    let assessment = Compatibility.assess(state.document, against: read)
    #expect(assessment.answer == .yes && assessment.findings.isEmpty, "\(assessment.findings)")
  }

  @Test(
    "each requirement that is lowered gives its finding and no other",
    arguments: StateFixture.all
  )
  func lowered(state: StateFixture) {
    let profile = Profile.capture(state.document.snapshot, name: "needs")
    let cases = Lowered.cases(profile)
    #expect(cases.count >= 3)
    for item in cases {
      let findings = Compatibility.check(state.document, against: item.profile)
      #expect(findings.count == 1, "\(item.what): \(findings)")
      #expect(findings.map(\.id).allSatisfy(item.ids.contains), "\(item.what): \(findings)")
      if let path = item.path { #expect(findings.first?.path.hasPrefix(path) == true) }
    }
  }

  @Test("every kind of requirement is lowered somewhere")
  func kinds() {
    var ids: Set<String> = []
    for state in StateFixture.all {
      for item in Lowered.cases(Profile.capture(state.document.snapshot, name: "needs")) {
        ids.formUnion(Compatibility.check(state.document, against: item.profile).map(\.id))
      }
    }
    let expected =
      ["201", "202", "210", "211", "212", "213", "214", "215", "216", "220", "222", "223"]
      + ["230", "231", "232", "233", "234", "235"]
    let missing = expected.map { "SDEI-T" + $0 }.filter { !ids.contains($0) }
    #expect(missing.isEmpty, "\(missing)")
  }
}

/// A captured profile with one requirement lowered, and the finding that must follow.
struct Lowered {
  let what: String
  let profile: Profile
  let ids: Set<String>
  var path: String?

  init(_ what: String, _ profile: Profile, _ ids: Set<String>, path: String? = nil) {
    (self.what, self.profile, self.ids, self.path) = (what, profile, ids, path)
  }

  static func cases(_ profile: Profile) -> [Lowered] {
    instance(profile) + features(profile) + events(profile)
  }

  private static func instance(_ profile: Profile) -> [Lowered] {
    var result: [Lowered] = []
    if let vcpus = profile.limits.vcpus, vcpus > 0 {
      var lowered = profile
      lowered.limits.vcpus = vcpus - 1
      result.append(Lowered("vcpus", lowered, ["SDEI-T201"], path: "vcpus.count"))
    }
    if let events = profile.limits.events, events > 0 {
      var lowered = profile
      lowered.limits.events = events - 1
      result.append(Lowered("events", lowered, ["SDEI-T202"]))
    }
    if let version = profile.version, version.rawValue != 0 {
      var lowered = profile
      let isMinor = version.minor > 0
      lowered.version = SDEIVersion(
        major: isMinor ? version.major : version.major - 1,
        minor: isMinor ? version.minor - 1 : 0
      )
      result.append(Lowered("version", lowered, ["SDEI-T220"], path: "instance.version"))
    }
    if let vendor = profile.vendor {
      var lowered = profile
      lowered.vendor = vendor ^ 1
      result.append(Lowered("vendor", lowered, ["SDEI-T222"]))
    }
    if let level = profile.clientEL {
      var lowered = profile
      lowered.clientEL = level ^ 3
      result.append(Lowered("clientEL", lowered, ["SDEI-T223"]))
    }
    return result
  }

  private static func features(_ profile: Profile) -> [Lowered] {
    var result: [Lowered] = []
    if let slots = profile.features.privateSlots, slots > 0 {
      var lowered = profile
      lowered.features.privateSlots = slots - 1
      result.append(Lowered("privateSlots", lowered, ["SDEI-T230", "SDEI-T232"]))
    }
    if let slots = profile.features.sharedSlots, slots > 0 {
      var lowered = profile
      lowered.features.sharedSlots = slots - 1
      result.append(Lowered("sharedSlots", lowered, ["SDEI-T231", "SDEI-T233"]))
    }
    if profile.features.relativeMode == true {
      var lowered = profile
      lowered.features.relativeMode = false
      result.append(Lowered("relativeMode", lowered, ["SDEI-T234", "SDEI-T235"]))
    }
    return result
  }

  private static func events(_ profile: Profile) -> [Lowered] {
    var result: [Lowered] = []
    for (position, event) in (profile.events ?? []).enumerated() {
      let path = "events[\(event.number)]"
      var without = profile
      without.events?.remove(at: position)
      result.append(Lowered("without \(event.number)", without, ["SDEI-T210"], path: path))
      let changes: [(String, String, (inout EventDefinition) -> Void)] = [
        ("type", "SDEI-T211", { $0.type = EventType(rawValue: $0.type.rawValue ^ 1) }),
        (
          "priority", "SDEI-T212",
          { $0.priority = EventPriority(rawValue: $0.priority.rawValue ^ 1) }
        ),
        ("signalable", "SDEI-T213", { $0.isSignalable.toggle() }),
        ("trigger", "SDEI-T214", { $0.trigger = $0.trigger == .edge ? .level : .edge }),
        ("origin", "SDEI-T215", { $0.origin = $0.origin == .firmware ? .platform : .firmware }),
        ("interrupt", "SDEI-T216", { $0.interrupt = ($0.interrupt ?? 0) ^ 1 }),
      ]
      for (field, id, change) in changes {
        guard var definition = event.definition else { continue }
        change(&definition)
        var lowered = profile
        lowered.events?[position].definition = definition
        result.append(
          Lowered("\(event.number).\(field)", lowered, [id], path: path + "." + field)
        )
      }
    }
    return result
  }
}
