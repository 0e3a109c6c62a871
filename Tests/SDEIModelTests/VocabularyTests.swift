import SDEIModel
import Testing

@Suite("The specification's vocabulary")
struct VocabularyTests {
  @Test("19 functions, numbered without a gap from 0xC4000020")
  func functions() {
    #expect(FunctionID.allCases.count == 19)
    for (number, function) in FunctionID.allCases.enumerated() {
      #expect(function.rawValue == 0xC400_0020 + UInt32(number))
      #expect(function.name.hasPrefix("SDEI_"))
    }
    #expect(FunctionID.features.rawValue == 0xC400_0030)
    #expect(FunctionID.sharedReset.rawValue == 0xC400_0032)
  }

  @Test("return codes are PSCI's values")
  func returnCodes() {
    #expect(ReturnCode.allCases.map(\.rawValue) == [0, -1, -2, -3, -5, -10])
  }

  @Test(
    "event numbers lie in their spaces",
    arguments: [
      (0, EventNumber.Space.softwareSignalled), (1, .standard), (0x00FF_FFFF, .standard),
      (0x0100_0000, .invalid), (0x4000_0000, .vendor), (0x40FF_FFFF, .vendor),
      (0x4100_0000, .invalid), (0x8000_0000, .invalid), (0xFFFF_FFFF, .invalid),
      (0x1_0000_0000, .invalid), (0x1_4000_0000, .invalid),
    ] as [(UInt64, EventNumber.Space)]
  )
  func spaces(number: UInt64, space: EventNumber.Space) {
    #expect(EventNumber(number).space == space)
  }

  @Test("six handler states, their STATUS values, and no state for any other vector")
  func handlerStates() {
    let values = HandlerState.allCases.map(\.status.rawValue)
    #expect(values == [0, 1, 3, 4, 5, 7])
    for word in 0..<16 as Range<UInt64> {
      let state = HandlerState(status: EventStatus(rawValue: word))
      #expect((state != nil) == values.contains(word), "\(word)")
      if let state { #expect(state.status.rawValue == word) }
    }
  }

  @Test("affinity fields, and the bits that must be zero")
  func affinity() {
    let affinity = Affinity(aff3: 4, aff2: 3, aff1: 2, aff0: 1)
    #expect(affinity.rawValue == 0x04_0003_0201)
    #expect("\(affinity)" == "4.3.2.1" && affinity.reservedBits == 0)
    let raw = Affinity(rawValue: 0x8100_0302)
    #expect(raw.reservedBits == 0x8100_0000 && raw.aff1 == 3 && raw.aff0 == 2)
    for bit in 0..<64 as Range<UInt64> {
      let isReserved = bit >= 40 || (24...31).contains(bit)
      #expect((Affinity(rawValue: 1 << bit).reservedBits != 0) == isReserved, "bit \(bit)")
    }
  }

  @Test("registration flags, version word, selectors")
  func words() {
    let flags = RegistrationFlags(rawValue: 0b111)
    #expect(flags.contains([.routeToPE, .relative]) && flags.reservedBits == 0b100)
    #expect(SDEIVersion.v1_1.rawValue == 0x0001_0001_0000_0000)
    let kvm = SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D)
    #expect("\(kvm)" == "1.1" && kvm.vendor == 0x4B_564D)
    #expect(InfoSelector.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
    #expect(FeatureSelector.allCases.map(\.rawValue) == [0, 1])
    #expect(CompletionStatus.allCases.map(\.rawValue) == [0, 1])
  }

  @Test("bytes without a name are kept as they are")
  func namedValues() {
    #expect("\(EventType.shared)" == "shared" && EventType.shared.isDefined)
    #expect("\(EventPriority(rawValue: 9))" == "0x9" && !EventPriority(rawValue: 9).isDefined)
    #expect("\(RoutingMode.pe)" == "pe" && !RoutingMode(rawValue: 2).isDefined)
  }

  @Test("PSTATE is decoded to level, masks and flags; reserved modes are named so")
  func pstate() {
    #expect("\(PState(rawValue: 0x6000_03c5))" == "EL1h DAIF nZCv")
    #expect("\(PState(rawValue: 0x3c0))" == "EL0t DAIF nzcv")
    #expect("\(PState(rawValue: 0x8000_0044))" == "EL1t ---F Nzcv")
    #expect(PState(rawValue: 0x1d3).mode == "SVC" && PState(rawValue: 0x1d3).isAArch32)
    #expect(PState(rawValue: 0b1).mode == nil)
  }
}
