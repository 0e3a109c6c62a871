internal import SDEIModel
internal import SDEIVerify

/// A profile as text for people.
struct ProfileView {
  private let profile: Profile

  init(_ profile: Profile) { self.profile = profile }

  func lines(_ style: Style) -> [String] {
    var lines = [style.bold(profile.name) + (profile.summary.isEmpty ? "" : "  \(profile.summary)")]
    func add(_ label: String, _ text: String) {
      lines.append(label + String(repeating: " ", count: 12 - label.count) + text)
    }
    let takes = profile.abi.map { abi in
      "the form \(abi.name)" + (abi.port.map { ", by the commands of \($0.name)" } ?? "")
    }
    add("takes", takes ?? "any snapshot")
    add("behaves as", profile.dialect.name)
    let version = profile.version.map { "SDEI \($0)" } ?? "any version"
    add("version", version + (profile.vendor.map { ", \(ViewText.vendor($0))" } ?? ""))
    add("client", profile.clientEL.map { "at EL\($0)" } ?? "at any exception level")
    add("room for", room)
    if let numbering = profile.numbering {
      add("numbers", "bits \(hex(numbering.mask)) are one of \(numbering.slots) slots")
    }
    add("offers", features)
    add("events", profile.events == nil ? "what the state brings" : "")
    for event in profile.events ?? [] {
      lines.append("  \(event.number)  \(text(event.definition))")
    }
    for defect in profile.defects {
      let expires = defect.expires.map { ", until \($0)" } ?? ""
      add("accepts", "\(defect.rule)\(expires): \(defect.reason)")
    }
    return lines.map { line in
      var line = line
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  private var room: String {
    let limits = profile.limits
    let parts = [
      limits.vcpus.map { ViewText.count(UInt64($0), "vCPU") },
      limits.events.map { ViewText.count(UInt64($0), "event") },
      limits.privateEvents.map { ViewText.count(UInt64($0), "private event") },
      limits.sharedEvents.map { ViewText.count(UInt64($0), "shared event") },
      limits.criticalEvents.map { ViewText.count(UInt64($0), "critical event") },
    ].compactMap(\.self)
    return parts.isEmpty ? "any number of vCPUs and events" : parts.joined(separator: ", ")
  }

  private var features: String {
    let features = profile.features
    func slots(_ count: UInt16?, _ kind: String) -> String {
      count.map { ViewText.count(UInt64($0), "\(kind) bind slot") }
        ?? "\(kind) bind slots not told"
    }
    let relative =
      switch features.relativeMode {
      case true?: "relative mode"
      case false?: "no relative mode"
      case nil: "relative mode not told"
      }
    return [
      slots(features.privateSlots, "private"), slots(features.sharedSlots, "shared"), relative,
    ].joined(separator: ", ")
  }

  private func text(_ definition: EventDefinition?) -> String {
    guard let definition else { return "with any properties" }
    var parts = [
      definition.type.description, definition.priority.description,
      definition.isSignalable ? "signalable" : "not signalable",
    ]
    if definition.trigger == .level { parts.append("level") }
    if definition.origin != .platform { parts.append(definition.origin.rawValue) }
    if let interrupt = definition.interrupt { parts.append("interrupt \(interrupt)") }
    return parts.joined(separator: ", ")
  }
}
