internal import SDEIEngine
internal import SDEIModel

/// The handlers of one event by their states: for each of the six the slots that are in it.
///
/// As the dialect means its bits, and folded. A slot that is enabled without being registered is in
/// none of the six.
struct HandlerStates: Equatable {
  private let slots: [Bitmap]

  /// O(ranges).
  init(_ event: Event, in state: CheckedState) {
    let all = state.slots(of: event)
    let registered = state.registered(event).intersection(all)
    let running = state.running(event).intersection(all)
    let enabled = event.enabled.intersection(registered)
    // The unregistration that waits took the bit away in the specification's terms.
    let isNone = event.enabled.subtracting(event.registered)
    slots = HandlerState.allCases.map { handler in
      let status = handler.status
      func cut(_ slots: Bitmap, _ bits: Bitmap, _ bit: EventStatus) -> Bitmap {
        status.contains(bit) ? slots.intersection(bits) : slots.subtracting(bits)
      }
      let first = cut(all.subtracting(isNone), registered, .registered)
      return cut(cut(first, enabled, .enabled), running, .running)
    }
  }

  /// The slots in a state.
  subscript(state: HandlerState) -> Bitmap {
    slots[HandlerState.allCases.firstIndex(of: state) ?? 0]
  }

  /// The slots with a registered handler.
  var registered: Bitmap {
    [.registered, .enabled, .registeredRunning, .enabledRunning].reduce(Bitmap()) {
      $0.union(self[$1])
    }
  }

  /// The slots in which something is registered or runs.
  var used: Bitmap { registered.union(self[.unregisterPending]) }
}

extension HandlerState {
  /// The states that one operation on the handler can lead to (DEN0054C 6.1, Tables 7 to 14).
  static let reachable: [HandlerState: Set<HandlerState>] = {
    var result: [HandlerState: Set<HandlerState>] = [:]
    for state in allCases {
      let next = HandlerInput.allCases.compactMap { HandlerTable.specification[state, $0].next }
      result[state] = Set(next).union([state])
    }
    // The one edge that is no call: delivery.
    result[.enabled, default: []].insert(.enabledRunning)
    return result
  }()
}
