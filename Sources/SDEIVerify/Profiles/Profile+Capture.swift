public import SDEIModel

extension Profile {
  /// What a host must offer so that a state loads there, and no more than that.
  ///
  /// It names the guest's version and vendor, its exception level, as many vCPUs and events as there
  /// are, the events with their properties, and the features that the guest uses or was told of. It
  /// takes any snapshot: a host's own form and rules are added by naming its `abi`. O(events + runs).
  public static func capture(_ snapshot: Snapshot, name: String) -> Profile {
    let state = TravellingState(snapshot)
    let instance = snapshot.instance
    var profile = Profile(
      name: name,
      summary: "what a state of \(instance.dialect.name) needs that has \(snapshot.vcpus.count) "
        + (snapshot.vcpus.count == 1 ? "vCPU" : "vCPUs"),
      dialect: instance.dialect
    )
    profile.version = SDEIVersion(major: instance.version.major, minor: instance.version.minor)
    profile.vendor = instance.version.vendor
    profile.clientEL = instance.clientEL
    profile.limits.vcpus = snapshot.vcpus.count
    profile.limits.events = UInt32(clamping: state.count { _ in true }.all)
    profile.features = OfferedFeatures(
      privateSlots: max(
        instance.features.privateSlots,
        UInt16(clamping: state.bound(.private))
      ),
      sharedSlots: max(instance.features.sharedSlots, UInt16(clamping: state.bound(.shared))),
      relativeMode: instance.features.relativeMode || state.usesRelativeMode
    )
    profile.events = state.events.compactMap { event in
      // The number of a slot is not offered: slots are.
      if event.definition?.origin == .slot { return nil }
      var definition = event.definition
      definition?.notifier = nil
      return OfferedEvent(event.number, definition)
    }
    return profile
  }
}
