internal import SDEIModel

extension Profile {
  /// The built-in profiles, in the order in which they are listed.
  public static let builtIn: [Profile] = [
    kvmV4, kvmV5, kvmSplit, kvmV7, kvmSysreg, qemu, qemuRFC, specification(.v1_0),
    specification(.v1_1), tfA,
  ]

  /// Other names of built-in profiles: v2 and v3 have v4's ABI, byte by byte.
  public static let aliases: [(alias: String, name: String)] = [
    ("kvm-v2", "kvm-v4"), ("kvm-v3", "kvm-v4"),
  ]

  /// The built-in profile of a name or alias, nil when there is none.
  public static func named(_ name: String) -> Profile? {
    let known = aliases.first { $0.alias == name }?.name ?? name
    return builtIn.first { $0.name == known }
  }

  /// The arrays of the ABI end at vCPU 511; nothing limits the events, one of which is built in.
  private static let kvmV4: Profile = {
    var profile = Profile(
      name: "kvm-v4",
      summary: "KVM/arm64 SDEI series v2 to v4: SET_EVENT, SET_KEVENT, SET_VEVENT, SET_VCPU_STATE",
      abi: .kvmV4,
      dialect: .kvmV4
    )
    profile.version = .v1_0
    profile.vendor = 0
    profile.clientEL = 1
    profile.limits.vcpus = 512
    profile.features = .none
    return profile
  }()

  /// A stream of QEMU ends in the ioctls of KVM v2 to v4, with their limits.
  private static let qemu: Profile = {
    var profile = kvmV4
    profile.name = "qemu"
    profile.summary =
      "QEMU on KVM/arm64 SDEI series v2 to v4: a migration stream, loaded by v4's ioctls"
    profile.abi = .qemu
    return profile
  }()

  private static let kvmV5: Profile = {
    var profile = Profile(
      name: "kvm-v5",
      summary: "KVM/arm64 SDEI series v5: arrays of 512 vCPUs, at most 128 events",
      abi: .kvmV5,
      dialect: .kvmV5
    )
    profile.guestSeesKVM()
    profile.limits.vcpus = 512
    profile.limits.events = 128
    return profile
  }()

  private static let kvmSplit: Profile = {
    var profile = Profile(
      name: "kvm-split",
      summary: "the structures proposed for KVM on 24 March 2022: private events on their vCPU, "
        + "no limit on vCPUs",
      abi: .kvmSplit,
      dialect: .kvmV5
    )
    profile.guestSeesKVM()
    profile.limits.events = 128
    return profile
  }()

  private static let kvmV7: Profile = {
    var profile = Profile(
      name: "kvm-v7",
      summary: "KVM/arm64 SDEI series v7: pseudo-firmware registers, private normal events 0 and 1",
      abi: .kvmV7,
      dialect: .kvmV7
    )
    profile.hasTwoPrivateEvents()
    return profile
  }()

  private static let kvmSysreg =
    // No kernel has these registers, so what one would offer a guest is not known.
    Profile(
      name: "kvm-sysreg",
      summary: "two system registers through which a state is written (experimental, in no kernel)",
      abi: .kvmSysreg,
      dialect: .specification
    )

  private static let qemuRFC: Profile = {
    var profile = Profile(
      name: "qemu-rfc",
      summary: "QEMU RFC of 2019, section qemu_sdei: 48 slots, named by bits 23:0 of a number",
      abi: .qemuRFC,
      dialect: .qemuRFC
    )
    profile.version = .v1_0
    profile.clientEL = 1
    profile.limits = ProfileLimits(events: 48, privateEvents: 16, sharedEvents: 32)
    profile.numbering = SlotNumbering(mask: 0xFF_FFFF, slots: 48)
    profile.features.relativeMode = false
    return profile
  }()

  private static func specification(_ version: SDEIVersion) -> Profile {
    var profile = Profile(
      name: "specification-\(version)",
      summary: "a dispatcher that follows DEN0054 \(version) and takes any snapshot",
      dialect: .specification
    )
    profile.version = version
    // Optional, and of 1.1; how many bind slots there are is the platform's choice.
    profile.features.relativeMode = version.minor >= 1
    return profile
  }

  private static let tfA: Profile = {
    var profile = Profile(
      name: "tf-a",
      summary: "Trusted Firmware-A v2.15.0, 1.0 without relative mode; a platform has its own "
        + "events and slots: add them",
      dialect: .tfA
    )
    profile.version = .v1_0
    profile.vendor = 0
    profile.features.relativeMode = false
    return profile
  }()

  /// KVM v5: version 1.1 of the vendor "KVM", at EL1, without slots and relative mode.
  private mutating func guestSeesKVM() {
    version = .v1_1
    vendor = 0x4B_564D
    clientEL = 1
    features = .none
  }

  /// KVM v7: events 0 and 1, and nothing but private normal events.
  private mutating func hasTwoPrivateEvents() {
    version = .v1_1
    vendor = 0x564B_CAA9
    clientEL = 1
    features = .none
    limits = ProfileLimits(sharedEvents: 0, criticalEvents: 0)
    let definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
    events = [EventNumber(0), EventNumber(1)].map { OfferedEvent($0, definition) }
  }
}

extension OfferedFeatures {
  /// Nothing is offered.
  fileprivate static let none = OfferedFeatures(
    privateSlots: 0,
    sharedSlots: 0,
    relativeMode: false
  )
}
