import SDEIModel
import SDEITestSupport
import SDEIVerify

/// Profiles of any shape.
enum RandomProfile {
  static func make(_ random: inout SplitMix64) -> Profile {
    var profile = Profile(
      name: random.pick(["host", "Rack 4 \"über\"", "λ\\"]),
      summary: random.pick(["", "what it is"]),
      abi: random.oneIn(2) ? nil : random.pick(ProfileABI.allCases),
      dialect: random.pick(DialectID.allCases)
    )
    if random.oneIn(2) {
      profile.version = SDEIVersion(
        major: UInt16(random.below(3)),
        minor: UInt16(random.below(65536))
      )
    }
    if random.oneIn(2) { profile.vendor = UInt32(random.below(1 << 32)) }
    if random.oneIn(2) { profile.clientEL = UInt8(random.below(256)) }
    let limits: [WritableKeyPath<ProfileLimits, UInt32?>] = [
      \.vcpus, \.events, \.privateEvents, \.sharedEvents, \.criticalEvents,
    ]
    for path in limits where random.oneIn(3) {
      profile.limits[keyPath: path] = UInt32(random.below(random.oneIn(2) ? 9 : 1 << 32))
    }
    if random.oneIn(3) {
      profile.numbering = SlotNumbering(mask: random.next() | 1, slots: UInt32(random.below(99)))
    }
    if random.oneIn(2) { profile.features.privateSlots = UInt16(random.below(65536)) }
    if random.oneIn(2) { profile.features.sharedSlots = UInt16(random.below(4)) }
    if random.oneIn(2) { profile.features.relativeMode = random.oneIn(2) }
    if random.oneIn(2) { profile.events = events(&random) }
    for number in 0..<random.below(4) {
      profile.defects.append(
        KnownDefect(
          rule: "SDEI-T\(200 + 10 * number + random.below(4))",
          reason: random.pick(["known", "\"fixed\" soon"]),
          expires: random.oneIn(2) ? CalendarDate("2026-0\(1 + random.below(9))-15") : nil
        )
      )
    }
    return profile
  }

  private static func events(_ random: inout SplitMix64) -> [OfferedEvent] {
    var numbers: Set<EventNumber> = []
    for _ in 0..<random.below(6) {
      let number = random.oneIn(4) ? random.next() : 0x4040_0000 + random.below(6)
      numbers.insert(EventNumber(number))
    }
    return numbers.sorted().map { number in
      if random.oneIn(4) { return OfferedEvent(number) }
      let definition = EventDefinition(
        type: EventType(rawValue: random.oneIn(9) ? 7 : UInt8(random.below(2))),
        priority: EventPriority(rawValue: random.oneIn(9) ? 255 : UInt8(random.below(2))),
        isSignalable: random.oneIn(2),
        trigger: random.oneIn(4) ? .level : .edge,
        origin: random.pick(EventOrigin.allCases),
        interrupt: random.oneIn(4) ? UInt32(random.below(1 << 32)) : nil,
        notifier: random.oneIn(4) ? "async-pf" : nil
      )
      return OfferedEvent(number, definition)
    }
  }
}
