import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite(
  "Streams of a real QEMU",
  .enabled(if: QEMU.isThere || QEMU.isNeeded, Comment(rawValue: QEMU.advice)),
  .serialized
)
struct QEMURealStreamTests {
  @Test(
    "are walked to the last byte, and each section is one of the description's",
    arguments: QEMUMachine.plain + QEMUMachine.special
  )
  func walked(machine: QEMUMachine) throws {
    let bytes = try QEMU.stream(machine)
    let (document, walk) = try QEMUReading.read(bytes)
    let editor = try QEMUStreamEditor(bytes)
    #expect(walk.account.total == bytes.count && walk.length == bytes.count)
    #expect(walk.descriptionOffset == editor.descriptionOffset)
    func key(_ name: String, _ instance: Int, _ length: Int) -> String {
      "\(name) \(instance): \(length)"
    }
    let found = walk.sections.map { key($0.name, Int($0.instance), $0.bodyLength) }
    let described = editor.devices.map { key($0.name, $0.instance, $0.length) }
    #expect(Set(found) == Set(described) && found.count == described.count && found.count > 15)
    for section in walk.sections {
      let header = bytes[section.offset..<section.bodyOffset]
      #expect(header.first == 4 && Array(header).contains(Array(section.name.utf8)))
      let end = section.offset + section.length
      #expect(
        bytes[end - 5] == 0x7E
          && bytes[end - 4..<end] == header[(header.startIndex + 1)...][..<(header.startIndex + 5)]
      )
    }
    #expect(walk.sections.reduce(0) { $0 + $1.bodyLength } == walk.account.devices)
    let isShared = machine.capabilities == ["x-ignore-shared"]
    let sent = walk.memory.size - (isShared ? 128 << 20 : 0)
    let pages = UInt64(walk.memory.pages + walk.memory.zeroPages)
    // Of shared memory the pages that firmware lies in are sent all the same.
    #expect(isShared ? pages * 4096 >= sent : pages * 4096 == sent)
    #expect(walk.machine?.hasPrefix("virt") == true && document.hasState == false)
    #expect(document.snapshot.vcpus.count == UInt32(machine.vcpus))
    print("\(machine): \(bytes.count) bytes, \(found.count) sections, \(pages) pages")
  }

  @Test("give the same answer in chunks of any size", arguments: [1, 2, 7, 4095, 65_536])
  func chunks(size: Int) throws {
    let bytes = try QEMU.stream(QEMUMachine.special[0])
    let (whole, parts) = (try QEMUReading.read(bytes), try QEMUReading.read(bytes, chunk: size))
    #expect(whole.walk.sections == parts.walk.sections && whole.walk.account == parts.walk.account)
    #expect(whole.document.snapshot == parts.document.snapshot)
    #expect(whole.document.facts == parts.document.facts)
  }

  @Test("without description are refused by that name, with a guess at the sections")
  func silent() throws {
    let bytes = try QEMU.stream(.silent)
    let error = try QEMUReading.refusal(of: bytes)
    #expect(error.code == .truncated && error.offset == bytes.count)
    #expect(error.expected.contains("description") && error.action.contains("suppress-vmdesc"))
    #expect(error.action.contains("a guess") && error.action.contains("\"globalstate\""))
  }

  @Test("with the cpu/sdei subsections of real dumps give those dumps' states")
  func subsections() throws {
    let dumps = try RecordedDump.all(.kvmV4).filter { $0.vcpus <= 8 }
    for (place, dump) in dumps.enumerated() {
      let isSmall = dump.vcpus <= 2 && place % 2 == 0
      let machine = QEMUMachine.plain[(isSmall ? 0 : 3) + place % 3]
      let editor = try QEMUStreamEditor(try QEMU.stream(machine))
      for (vcpu, subsection) in dump.subsections(vcpus: machine.vcpus).enumerated() {
        try editor.append(subsection, toCPU: vcpu)
      }
      let document = try QEMUReading.read(try editor.bytes).document
      let expected = Self.completed(dump.expectedV4(vcpus: machine.vcpus), like: document.snapshot)
      #expect(document.snapshot == expected, "\(dump)")
      if document.snapshot != expected {
        print(document.snapshot.differences(from: expected).prefix(5))
      }
      #expect(document.hasState && document.findings.isEmpty)
    }
    print("\(dumps.count) dumps of kvm-v4 came back from streams of a real QEMU")
    #expect(dumps.count > 50)
  }

  @Test("with the SDEI registers of real dumps give those dumps' states (version 23)")
  func registers() throws {
    let dumps = try RecordedDump.all(.kvmV7).filter { $0.vcpus == 2 }
    for dump in dumps {
      let editor = try QEMUStreamEditor(try QEMU.stream(QEMUMachine.plain[1]))
      for (vcpu, registers) in dump.registers.enumerated() {
        try editor.setRegisters(registers, ofCPU: vcpu, isWide: true)
      }
      let document = try QEMUReading.read(try editor.bytes).document
      let expected = Self.completed(dump.expectedV7(), like: document.snapshot)
      #expect(document.snapshot == expected, "\(dump)")
      #expect(document.hasState && document.findings.isEmpty)
    }
    print("\(dumps.count) dumps of kvm-v7 came back from streams of a real QEMU")
    #expect(dumps.count > 20)
  }

  @Test("in version 22 give the narrow registers, and say which ones are missing")
  func narrow() throws {
    let dumps = try RecordedDump.all(.kvmV7).filter { $0.vcpus == 2 }
    let editor = try QEMUStreamEditor(try QEMU.stream(QEMUMachine.plain[0]))
    let dump = try #require(dumps.last)
    for (vcpu, registers) in dump.registers.enumerated() {
      try editor.setRegisters(registers.filter { $0.value.count == 1 }, ofCPU: vcpu)
    }
    let document = try QEMUReading.read(try editor.bytes).document
    var expected = dump.expectedV7()
    expected.events.updateAll { ($0.entry, $0.argument) = (Column(), Column()) }
    expected.contexts = ContextTable()
    #expect(document.snapshot == Self.completed(expected, like: document.snapshot))
    #expect(document.findings.map(\.id) == ["SDEI-D055"])
    let problem = document.findings.first?.problem ?? ""
    for name in ["SDEI_EVENT_HANDLER_0", "SDEI_EVENT_HANDLER_3", "SDEI_EVENT_CONTEXT"] {
      #expect(problem.contains(name))
    }
    #expect(!problem.contains("SDEI_EVENT_PENDING") && document.findings[0].path == "vcpus[0-1]")
  }

  @Test("with KVM's machine registers tell PSCI version, feature bitmaps and affinities")
  func machineRegisters() throws {
    let editor = try QEMUStreamEditor(try QEMU.stream(QEMUMachine.plain[0]))
    for vcpu in 0..<2 {
      let registers: [UInt64: [UInt64]] = [
        0x6030_0000_0013_C005: [0xC000_0000 | UInt64(vcpu) << 8 | 0x5_0000_0000],
        0x6030_0000_0014_0000: [0x1_0001], 0x6030_0000_0016_0000: [3],
        0x6030_0000_0016_0002: [UInt64(vcpu)],
      ]
      try editor.setRegisters(registers, ofCPU: vcpu)
    }
    let document = try QEMUReading.read(try editor.bytes).document
    let vcpus = document.snapshot.vcpus
    #expect(vcpus.affinity(of: 0) == Affinity(rawValue: 0x5_0000_0000))
    #expect(vcpus.affinity(of: 1) == Affinity(rawValue: 0x5_0000_0100))
    #expect(vcpus.powerState(of: 0) == .on && vcpus.powerState(of: 1) == .off)
    let facts = Dictionary(uniqueKeysWithValues: document.facts.map { ($0.label, $0.text) })
    #expect(facts["PSCI version"] == "1.1" && facts["STD_BMAP"] == "0x3 (SDEI calls on)")
    #expect(facts["VENDOR_HYP_BMAP"] == "0x0 on vCPU 0, 0x1 on vCPU 1")
    #expect(facts["affinities"]?.hasPrefix("told by MPIDR_EL1 of 2 of 2") == true)
    #expect(!document.hasState)
  }

  /// The streams in fixtures/qemu, for whoever has no QEMU: as it came, and with a dump's state.
  @Test("stand in fixtures/qemu", arguments: [false, true])
  func fixtures(hasState: Bool) throws {
    let file = "fixtures/qemu/virt-2-vcpus-\(hasState ? "kvm-v4" : "none").qemu.gz"
    let dump = try #require(try RecordedDump.all(.kvmV4).first { $0.name.hasPrefix("kvm-v4/008/") })
    if Golden.isRecording {
      let editor = try QEMUStreamEditor(try QEMU.stream(.small))
      for (vcpu, subsection) in dump.subsections(vcpus: 2).enumerated() where hasState {
        try editor.append(subsection, toCPU: vcpu)
        try editor.setPower(0, ofCPU: vcpu)
      }
      let packed = try Program.run(
        program: "gzip",
        ["-9", "-n", "-c"],
        input: hasState ? try editor.bytes : try QEMU.stream(.small)
      )
      try Golden.expect(packed.output, toEqual: file)
    }
    let packed = try Repository.bytes(file)
    let document = try QEMUReading.read(try Gzip.bytes(of: Repository.path(file))).document
    #expect(document.hasState == hasState && packed.count < 100_000)
    guard hasState else { return }
    var expected = Self.completed(dump.expectedV4(vcpus: 2), like: document.snapshot)
    expected.vcpus.power = Column([1, 1])
    #expect(document.snapshot == expected)
  }

  @Test("with both ABIs' state are refused")
  func both() throws {
    let editor = try QEMUStreamEditor(try QEMU.stream(QEMUMachine.plain[0]))
    try editor.setRegisters([0x6030_0000_0014_000D: [1]], ofCPU: 1)
    try editor.append(RecordedDump.subsection([], [], []), toCPU: 0)
    let error = try QEMUReading.refusal(of: try editor.bytes)
    #expect(error.code == .structure && error.found.contains("cpu/sdei of vCPU 0"))
    #expect(error.found.contains("the SDEI registers of vCPU 1"))
  }

  /// What only the stream tells, of a state made from a dump.
  private static func completed(_ state: Snapshot, like other: Snapshot) -> Snapshot {
    var state = state
    state.instance.producer = other.instance.producer
    // A stopped machine: the first vCPU is on, the others wait for CPU_ON.
    state.vcpus.power = Column(
      (0..<UInt64(state.vcpus.count)).map { $0 == 0 ? 1 : 2 }
    )
    return state
  }
}

extension Array where Element == UInt8 {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    Data(self).range(of: Data(part)) != nil
  }
}
