extension Rule {
  /// What a destination lacks or has otherwise: its profile, compared with the state.
  static let comparisons = room + offered + instance + specification + remarks
}
