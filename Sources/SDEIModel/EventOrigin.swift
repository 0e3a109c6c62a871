/// Who produces an event (TF-A: its event maps; a slot: DEN0054C, `SDEI_INTERRUPT_BIND`).
public enum EventOrigin: String, CaseIterable, Hashable, Sendable {
  /// The platform produces it: a static interrupt or a software source.
  case platform
  /// Only firmware produces it, by dispatching it explicitly (TF-A: explicit event).
  case firmware
  /// The number is a bind slot's: what `SDEI_INTERRUPT_BIND` puts there produces it (TF-A: dynamic
  /// event).
  ///
  /// While nothing is bound there is no interrupt.
  case slot

  /// The number in the native format (schemas/sdei-snapshot.md, section 3).
  package var code: UInt8 {
    switch self {
    case .platform: 0
    case .firmware: 1
    case .slot: 2
    }
  }

  /// The origin of a number, nil where there is none.
  package init?(code: UInt8) {
    guard let origin = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = origin
  }
}
