/// One verdict about a state: a rule broken, a loss in a conversion, a hazard at a destination.
public struct Finding: Hashable, Sendable {
  /// The stable identifier, `SDEI-L001`.
  public var id: String
  /// How grave it is.
  public var severity: Severity
  /// Where in the model: `events[0x40400001].vcpus[0-511].entry`; empty for the state as a whole.
  public var path: String
  /// Where in the bytes it was read from, nil where there are none.
  public var offset: Int?
  /// One sentence: what is wrong.
  public var problem: String
  /// One sentence: what to do.
  public var action: String

  /// Makes a finding.
  public init(
    id: String,
    severity: Severity,
    path: String = "",
    offset: Int? = nil,
    problem: String,
    action: String
  ) {
    self.id = id
    self.severity = severity
    self.path = path
    self.offset = offset
    self.problem = problem
    self.action = action
  }
}

/// The paths by which findings and errors name a place in the model.
///
/// Many ranges of vCPUs are cut short (`Bitmap.listed`), so that paths follow no file's wish.
public enum ModelPath {
  /// An event, or a field of it.
  public static func event(_ number: EventNumber, _ field: String = "") -> String {
    "events[\(number)]" + dotted(field)
  }

  /// A field of an event at some of its slots.
  public static func event(_ number: EventNumber, vcpus: Bitmap, _ field: String) -> String {
    "events[\(number)].vcpus[\(vcpus.listed)]" + dotted(field)
  }

  /// A field of some vCPUs.
  public static func vcpus(_ vcpus: Bitmap, _ field: String) -> String {
    "vcpus[\(vcpus.listed)]" + dotted(field)
  }

  /// A level of a vCPU, or a field of it.
  public static func context(_ vcpu: UInt32, _ level: Level, _ field: String = "") -> String {
    "contexts[\(vcpu)].\(level.name)" + dotted(field)
  }

  /// A field of one level of some vCPUs.
  public static func contexts(_ vcpus: Bitmap, _ level: Level, _ field: String) -> String {
    "contexts[\(vcpus.listed)].\(level.name)" + dotted(field)
  }

  private static func dotted(_ field: String) -> String { field.isEmpty ? "" : "." + field }
}
