internal import SDEIFormats
internal import SDEIModel

/// The text view of a state: made to be understood at a glance, with one vCPU and with a million.
struct StateView {
  let document: Document
  let source: String
  let style: Style
  /// Whether every row is shown, however many there are.
  let showsAll: Bool
  /// What was noticed in the state.
  let findings: [Finding]

  var snapshot: Snapshot { document.snapshot }
  var dialect: DialectID { snapshot.instance.dialect }

  /// The most lines that each section takes unless everything is shown; about 180 in all.
  struct Budget {
    static let events = 80
    static let rowsOfAnEvent = 12
    static let vcpus = 44
    static let pending = 20
    static let notesOfAKind = 4
    static let placeWidth = 60
    static let setWidth = 24
  }

  func limit(_ lines: Int) -> Int { showsAll ? Int.max : lines }
  var setWidth: Int? { showsAll ? nil : Budget.setWidth }

  /// The lines of the view.
  func lines() -> [String] {
    var lines = heading()
    for section in [eventSection(), vcpuSection(), pendingSection(), noteSection()] {
      if !section.isEmpty { lines += [""] + section }
    }
    return lines
  }

  private func heading() -> [String] {
    let instance = snapshot.instance
    var facts = [
      dialect.name,
      "SDEI \(instance.version) (\(ViewText.vendor(instance.version.vendor)))",
      "client at EL\(instance.clientEL)",
      ViewText.count(UInt64(snapshot.vcpus.count), "vCPU"),
      ViewText.count(UInt64(snapshot.events.count), "event"),
    ]
    let features = instance.features
    if features.privateSlots > 0 || features.sharedSlots > 0 {
      facts.append("\(features.privateSlots)+\(features.sharedSlots) bind slots")
    }
    if features.relativeMode { facts.append("relative mode") }
    let producer = instance.producer.isEmpty ? "unknown" : "\"\(instance.producer)\""
    var lines = [
      style.bold("SDEI state") + "  " + facts.joined(separator: ", "),
      "source      \(source) (\(document.format.name)), producer \(producer)",
    ]
    switch document.scope {
    case .whole: break
    case .vm: lines.append("part        VM part, digest \(hex(VMDigest(of: snapshot).rawValue))")
    case .vcpu(let vcpu, let digest):
      lines.append("part        vCPU \(vcpu) of the VM with digest \(hex(digest.rawValue))")
    }
    lines += vcpuFacts()
    return lines
  }

  private func vcpuFacts() -> [String] {
    let vcpus = snapshot.vcpus
    var lines: [String] = []
    let existing = Bitmap(below: vcpus.count)
    let masked = vcpus.masked.intersection(existing)
    let text =
      masked.isEmpty
      ? "none"
      : masked == existing
        ? "all \(ViewText.grouped(UInt64(vcpus.count)))"
        : "\(ViewText.vcpus(masked, limit: showsAll ? nil : 48, isCounted: false)) (\(ViewText.grouped(masked.count)) of "
          + "\(ViewText.grouped(UInt64(vcpus.count))))"
    lines.append("masked      \(text)")
    if !vcpus.deliveryRequest.isEmpty {
      lines.append(
        "requested   delivery on \(ViewText.vcpus(vcpus.deliveryRequest, limit: showsAll ? nil : 48))"
      )
    }
    for state in PowerState.allCases where state != .unknown {
      let here = ColumnFold.folds(vcpus.power, keepsAffine: false).first {
        $0.base == UInt64(state.rawValue)
      }
      if let here, state != .on || here.vcpus != existing {
        let name = state.name + String(repeating: " ", count: 12 - state.name.count)
        lines.append(name + ViewText.vcpus(here.vcpus, limit: showsAll ? nil : 48))
      }
    }
    if !vcpus.affinityKnown.isEmpty { lines.append("affinity    " + affinities()) }
    return lines
  }

  private func affinities() -> String {
    let vcpus = snapshot.vcpus
    let first = vcpus.affinityKnown.ranges[0].first
    let last = vcpus.affinityKnown.max ?? 0
    let ends = [first, last].compactMap { vcpu in
      vcpus.affinity(of: vcpu).map { "vCPU \(vcpu) = \($0)" }
    }
    if showsAll {
      return ColumnFold.folds(vcpus.affinity).map { fold in
        let value = Affinity(rawValue: fold.base).description
        return "\(fold.vcpus) = \(value)" + (fold.stride == 0 ? "" : " and on")
      }.joined(separator: ", ")
    }
    let text = first == last ? ends[0] : ends.joined(separator: " … ")
    let unknown = UInt64(vcpus.count) - min(UInt64(vcpus.count), vcpus.affinityKnown.count)
    return text + (unknown > 0 ? ", unknown for \(ViewText.grouped(unknown))" : "")
  }

  /// A line for what a section leaves out.
  func more(_ text: String) -> String { "  … " + text + " (--all shows them)" }
}
