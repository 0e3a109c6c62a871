internal import SDEIModel

extension CheckedState {
  /// The vCPUs on which contexts name each event, ascending by number; a shared event's, too.
  func handling() -> [(EventNumber, Bitmap)] {
    var vcpus: [EventNumber: [UInt32]] = [:]
    for handler in handlers { vcpus[handler.number, default: []].append(handler.context.vcpu) }
    return vcpus.sorted { $0.key < $1.key }.map { ($0.key, Bitmap(indexes: $0.value)) }
  }

  /// The vCPUs that run a handler at a level by their contexts.
  func handling(at level: Level) -> Bitmap {
    Bitmap(indexes: handlers.filter { $0.context.level == level }.map(\.context.vcpu))
  }
}
