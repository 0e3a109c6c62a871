/// What `SDEI_EVENT_GET_INFO` is asked for, X2 (DEN0054C 5.1.10.2).
public enum InfoSelector: UInt32, CaseIterable, Hashable, Sendable {
  /// `SDEI_EVENT_INFO_EV_TYPE`, 0: an `EventType`.
  case type = 0
  /// `SDEI_EVENT_INFO_EV_SIGNALED`, 1: 0 = can be signalled by software, 1 = can not.
  case signaled = 1
  /// `SDEI_EVENT_INFO_EV_PRIORITY`, 2: an `EventPriority`.
  case priority = 2
  /// `SDEI_EVENT_INFO_EV_ROUTING_MODE`, 3: a `RoutingMode`; shared events only.
  case routingMode = 3
  /// `SDEI_EVENT_INFO_EV_ROUTING_AFF`, 4: an `Affinity`; shared events routed by RM_PE only.
  case routingAffinity = 4
}

/// What `SDEI_FEATURES` is asked for, X1 (DEN0054C 5.1.17.2).
public enum FeatureSelector: UInt32, CaseIterable, Hashable, Sendable {
  /// `SDEI_FEATURE_BIND_SLOTS`, 0: shared slots in bits 31:16, private slots in bits 15:0.
  case bindSlots = 0
  /// Value 1 (since 1.1), RELATIVE_MODE: 1 when relative mode is supported.
  case relativeMode = 1
}

/// How a handler says it ended, X1 of `SDEI_EVENT_COMPLETE` (DEN0054C 5.1.6.2).
public enum CompletionStatus: UInt32, CaseIterable, Hashable, Sendable {
  /// `SDEI_EV_HANDLED`, 0.
  case handled = 0
  /// `SDEI_EV_FAILED`, 1; what follows is platform specific.
  case failed = 1
}
