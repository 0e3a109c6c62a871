import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import SDEIWire
import Testing

@Suite("Profiles as JSON")
struct ProfileJSONTests {
  @Test("built-in profiles are read as they are written", arguments: Profile.builtIn)
  func builtIn(profile: Profile) throws {
    let bytes = profile.encode()
    let read = try Profile.reading(bytes)
    #expect(read == profile)
    #expect(read.encode() == bytes)
  }

  @Test("built-in profiles have names of their own, and aliases lead to them")
  func names() {
    let names = Profile.builtIn.map(\.name) + Profile.aliases.map(\.alias)
    #expect(Set(names).count == names.count && names.count == 12)
    for profile in Profile.builtIn { #expect(Profile.named(profile.name) == profile) }
    #expect(Profile.named("kvm-v2")?.name == "kvm-v4" && Profile.named("kvm-v3")?.name == "kvm-v4")
    #expect(Profile.named("kvm-v1") == nil && Profile.named("") == nil)
  }

  @Test("the limits are those of the implementations")
  func limits() throws {
    let v4 = try #require(Profile.named("kvm-v4"))
    #expect(v4.limits == ProfileLimits(vcpus: 512) && v4.version == .v1_0 && v4.events == nil)
    let v5 = try #require(Profile.named("kvm-v5"))
    #expect(v5.limits == ProfileLimits(vcpus: 512, events: 128) && v5.vendor == 0x4B_564D)
    let v7 = try #require(Profile.named("kvm-v7"))
    let events = try #require(v7.events)
    #expect(events.map(\.number.rawValue) == [0, 1] && v7.limits.vcpus == nil)
    for event in events {
      let definition = try #require(event.definition)
      #expect(definition.type == .private && definition.priority == .normal)
      #expect(definition.isSignalable)
    }
    let qemu = try #require(Profile.named("qemu-rfc"))
    #expect(qemu.limits == ProfileLimits(events: 48, privateEvents: 16, sharedEvents: 32))
    #expect(qemu.numbering == SlotNumbering(mask: 0xFF_FFFF, slots: 48))
    #expect(Profile.named("tf-a")?.version == .v1_0)
  }

  @Test("v2's and v3's forms are v4's, and every form of a host is a target by name")
  func forms() throws {
    for name in ["kvm-v2", "kvm-v3", "kvm-v4"] {
      let text = #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm-v4", "abi": ""#
      #expect(try Profile.reading(text + name + #""}"#).abi == .kvmV4)
    }
    for abi in ProfileABI.allCases where abi != .sdei && abi != .json {
      #expect(Profile.named(abi.name)?.abi == abi, "\(abi.name)")
    }
    let qemu = try #require(Profile.named("qemu"))
    #expect(qemu.dialect == .kvmV4 && qemu.limits == Profile.named("kvm-v4")?.limits)
  }

  @Test("a defect of a finding that no destination can answer is refused, with its place")
  func typingMistake() throws {
    let text =
      #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm-v4", "defects": "#
      + #"[{"rule": "SDEI-T999", "reason": "x"}]}"#
    let error = #expect(throws: DecodeError.self) { try Profile.reading(text) }
    #expect(error?.path == "defects[0].rule")
    #expect(error?.offset == text.utf8.count - #""SDEI-T999", "reason": "x"}]}"#.utf8.count)
    #expect(error.map { "\($0)".contains("SDEI-T999") } == true)
  }

  @Test("random profiles are read as they are written")
  func random() throws {
    let seed: UInt64 = 20_261_122
    print("random profiles: seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let profile = RandomProfile.make(&random)
      let bytes = profile.encode()
      let read = try Profile.reading(bytes)
      #expect(read == profile)
      #expect(read.encode() == bytes)
    }
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let member: String
    let path: String
    var code = DecodeError.Code.value
    var testDescription: String { member }
  }

  static let wrong: [Wrong] = [
    Wrong(member: #""colour": "red""#, path: "colour", code: .structure),
    Wrong(member: #""summary": 7"#, path: "summary"),
    Wrong(member: #""summary": "a\u0007""#, path: "summary"),
    Wrong(member: #""abi": "kvm-v9""#, path: "abi"),
    Wrong(member: #""abi": "kvm-v1""#, path: "abi"),
    Wrong(member: #""version": "1""#, path: "version"),
    Wrong(member: #""version": "1.65536""#, path: "version"),
    Wrong(member: #""version": "-1.1""#, path: "version"),
    Wrong(member: #""vendor": "0x100000000""#, path: "vendor"),
    Wrong(member: #""vendor": 5"#, path: "vendor"),
    Wrong(member: #""clientEL": 256"#, path: "clientEL"),
    Wrong(member: #""clientEL": "1""#, path: "clientEL"),
    Wrong(member: #""limits": {"vcpus": 4294967296}"#, path: "limits.vcpus"),
    Wrong(member: #""limits": {"vcpu": 4}"#, path: "limits.vcpu", code: .structure),
    Wrong(member: #""limits": {"events": -1}"#, path: "limits.events"),
    Wrong(member: #""limits": []"#, path: "limits"),
    Wrong(member: #""numbering": {"mask": "0x0", "slots": 4}"#, path: "numbering.mask"),
    Wrong(member: #""numbering": {"mask": "0xff"}"#, path: "numbering", code: .structure),
    Wrong(member: #""features": {"privateSlots": 65536}"#, path: "features.privateSlots"),
    Wrong(member: #""features": {"relativeMode": 1}"#, path: "features.relativeMode"),
    Wrong(member: #""features": {"slots": 1}"#, path: "features.slots", code: .structure),
    Wrong(member: #""events": {"5": {}}"#, path: "events.5"),
    Wrong(member: #""events": {"0x5": {}, "0x05": {}}"#, path: "events.0x05", code: .duplicate),
    Wrong(
      member: #""events": {"0x5": {"type": "private"}}"#,
      path: "events.0x5",
      code: .structure
    ),
    Wrong(
      member:
        #""events": {"0x5": {"type": "odd", "priority": "normal", "signalable": true}}"#,
      path: "events.0x5.type"
    ),
    Wrong(
      member: #""events": {"0x5": {"registered": "0"}}"#,
      path: "events.0x5.registered",
      code: .structure
    ),
    Wrong(member: #""defects": {}"#, path: "defects"),
    Wrong(
      member: #""defects": [{"rule": "T101", "reason": "x"}]"#,
      path: "defects[0].rule"
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T1011", "reason": "x"}]"#,
      path: "defects[0].rule"
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T101"}]"#,
      path: "defects[0]",
      code: .structure
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T101", "reason": ""}]"#,
      path: "defects[0].reason"
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T101", "reason": "x", "expires": "2025-02-29"}]"#,
      path: "defects[0].expires"
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T101", "reason": "x", "until": "2025-02-28"}]"#,
      path: "defects[0].until",
      code: .structure
    ),
    Wrong(
      member: #""defects": [{"rule": "SDEI-T101", "reason": "x"}, "#
        + #"{"rule": "SDEI-T101", "reason": "y"}]"#,
      path: "defects[1].rule",
      code: .duplicate
    ),
  ]

  @Test("what is not as it must be is refused with its path and its byte", arguments: wrong)
  func refused(wrong: Wrong) throws {
    let head = #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm-v5", "#
    let text = head + wrong.member + "}"
    let error = #expect(throws: DecodeError.self) { try Profile.reading(text) }
    #expect(
      error?.path == wrong.path && error?.code == wrong.code,
      "\(error.map { "\($0)" } ?? "")"
    )
    let offset = try #require(error?.offset)
    #expect(offset > head.utf8.count && offset < text.utf8.count)
    let place = Array(text.utf8)[offset]
    #expect("\"{[-0123456789".utf8.contains(place), "byte \(offset) begins a value")
  }

  @Test("schema, name and dialect are required, and the schema is this one")
  func required() throws {
    for text in [
      "{}", #"{"schema": "sdeictl/profile/1", "dialect": "kvm-v5"}"#,
      #"{"schema": "sdeictl/profile/1", "name": "n"}"#, #"{"name": "n", "dialect": "kvm-v5"}"#,
      #"{"schema": "sdeictl/profile/1", "name": "", "dialect": "kvm-v5"}"#,
      #"{"schema": "sdeictl/snapshot/1", "name": "n", "dialect": "kvm-v5"}"#,
      #"{"schema": "sdeictl/profile/1", "name": "n", "dialect": "kvm"}"#, "[]", "", "7",
      #"{"schema": "sdeictl/profile/1", "name": "n", "name": "n", "dialect": "kvm-v5"}"#,
    ] {
      #expect(throws: DecodeError.self, "\(text)") { try Profile.reading(text) }
    }
  }

  @Test(
    "every leaf replaced, renamed or gone, and every cut: an error with its place, or a profile"
  )
  func everyEdit() throws {
    var random = SplitMix64(seed: 3)
    var (errors, profiles) = (0, 0)
    func read(_ bytes: [UInt8]) {
      do {
        let profile = try Profile.reading(bytes)
        #expect(throws: Never.self) { try Profile.reading(profile.encode()) }
        profiles += 1
      } catch let error as DecodeError {
        #expect(error.offset.map { (0...bytes.count).contains($0) } == true)
        errors += 1
      } catch {
        Issue.record("\(error)")
      }
    }
    for _ in 0..<12 {
      let bytes = RandomProfile.make(&random).encode()
      let root = try bytes.withBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
      for path in JSONEdit.leaves(root) {
        for value in [
          JSONNode.Value.null, .bool(true), .number(0), .number(.max), .otherNumber, .string(""),
          .string("0x1ffffffffffffffff"), .array([]), .object([]),
        ] {
          read(Array(JSONEdit.text(root, replacing: path[...], with: value).utf8))
        }
        read(Array(JSONEdit.text(root, replacing: path[...], key: "other").utf8))
        read(Array(JSONEdit.text(root, removing: path[...]).utf8))
      }
      for end in bytes.indices { read(Array(bytes[..<end])) }
    }
    print("edited profiles: \(errors) refused, \(profiles) read")
    #expect(errors > 1000 && profiles > 100)
  }

  @Test("the document's example is read, and written as it stands there")
  func example() throws {
    let document = try Repository.text("schemas/profiles.md")
    let parts = document.components(separatedBy: "```json\n")
    #expect(parts.count == 2)
    let text = parts[1].components(separatedBy: "```")[0]
    let profile = try Profile.reading(text)
    #expect(profile.name == "host-17" && profile.defects.count == 1)
    #expect(String(decoding: profile.encode(), as: UTF8.self) == text)
  }
}
