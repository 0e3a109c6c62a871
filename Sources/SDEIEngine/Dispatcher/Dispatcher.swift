public import SDEIModel

/// The reference SDEI dispatcher: the state of an instance, and every way in which it changes
/// (DEN0054C 1.1, all chapters; deviations of a dialect where one is asked for).
///
/// A value: a copy is independent of what it was copied from. It does no I/O, knows no clock, and
/// never enters a handler by itself: `deliver` and `settle` do, when the caller asks. What a guest
/// does wrong is a return code; what would have broken the original implementation is
/// `Answer.undefined`, and changes nothing.
public struct Dispatcher: Sendable {
  /// What decides how the engine answers.
  public let dialect: Dialect
  /// What the caller states about client interrupts.
  public var interrupts = InterruptTable()
  let rules: Rules
  /// The memory that this engine, and one that takes its place, may take, in bytes.
  public let maxMemory: UInt64
  var instance: Instance
  /// Ascending by number; `numbers` repeats them densely for the search.
  var events: [EventState] = []
  var numbers: [UInt64] = []
  var vcpus: [VCPUState] = []
  /// KVM's lists, in the order of exposure and of first registration.
  var exposedList: [EventNumber] = []
  var registeredList: [EventNumber] = []
  /// The notifier pointers that are this kernel's own.
  var ownPointers: Set<UInt64> = []
  /// What a dialect carries along without looking at it.
  var cargo = Extras()

  init(dialect: Dialect, instance: Instance, maxMemory: UInt64) {
    self.maxMemory = maxMemory
    self.dialect = dialect
    self.rules = dialect.rules
    self.instance = instance
  }

  /// How many vCPUs there are.
  public var vcpuCount: UInt32 { UInt32(vcpus.count) }

  // MARK: Lookup

  /// The position of an event, -1 when there is none.
  func position(of number: EventNumber) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number.rawValue { low = middle + 1 } else { high = middle }
    }
    return low < numbers.count && numbers[low] == number.rawValue ? low : -1
  }

  /// Adds an event, or changes the definition of one that is there.
  mutating func define(_ number: EventNumber, _ definition: EventDefinition?) {
    let found = position(of: number)
    if found >= 0 { return events[found].definition = definition }
    let place = numbers.firstIndex { $0 > number.rawValue } ?? numbers.count
    numbers.insert(number.rawValue, at: place)
    events.insert(EventState(number, definition), at: place)
  }

  /// The vCPU with an affinity, its must-be-zero bits stripped; nil where none is known to have it.
  func vcpu(at affinity: UInt64) -> UInt32? {
    let wanted = rules.has(.strictAffinity) ? affinity : affinity & Affinity.fieldMask
    // Platforms that number their PEs as they go find theirs at once.
    let guess = Int(truncatingIfNeeded: wanted & 0xFF_FFFF)
    if guess < vcpus.count, vcpus[guess].affinity?.rawValue == wanted { return UInt32(guess) }
    return vcpus.firstIndex { $0.affinity?.rawValue == wanted }.map { UInt32($0) }
  }

  // MARK: What is going on

  /// Whether an event waits for, or runs on, a vCPU.
  public func occurrence(of number: EventNumber, on vcpu: UInt32) -> Occurrence {
    let event = position(of: number)
    guard event >= 0, vcpu < vcpuCount else { return .none }
    let isRunning = isRunning(event, on: vcpu)
    let slot = events[event][pendingSlot(event, vcpu)]
    let handled: UInt32 = isRunning && rules.has(.countsOccurrences) ? 1 : 0
    if isRunning { return .running(waiting: slot.pending &- handled) }
    return slot.pending > 0 ? .waiting(slot.pending) : .none
  }

  /// What an event does on a vCPU.
  public enum Occurrence: Hashable, Sendable {
    /// It neither waits nor runs.
    case none
    /// So many occurrences wait.
    case waiting(UInt32)
    /// Its handler runs, and so many further occurrences wait.
    case running(waiting: UInt32)
  }

  /// The state of the handler of an event that a vCPU's calls act on, nil where no event has the
  /// number.
  public func handlerState(of number: EventNumber, on vcpu: UInt32) -> HandlerState? {
    let event = position(of: number)
    guard event >= 0 else { return nil }
    return events[event][events[event].slot(of: vcpu)].state
  }

  /// The event whose handler runs at a level of a vCPU, nil for none.
  public func runningEvent(_ vcpu: UInt32, _ level: Level) -> EventNumber? {
    guard vcpu < vcpuCount else { return nil }
    if rules.has(.runningMarksOnly) { return level == .normal ? markedRunning(vcpu) : nil }
    return vcpus[Int(vcpu)][level].running
  }

  /// The lowest event that is marked running on a vCPU.
  func markedRunning(_ vcpu: UInt32) -> EventNumber? {
    events.first { $0[$0.slot(of: vcpu)].marks.contains(.running) }?.number
  }

  func isRunning(_ event: Int, on vcpu: UInt32) -> Bool {
    if rules.has(.runningMarksOnly) {
      return events[event][events[event].slot(of: vcpu)].marks.contains(.running)
    }
    return vcpus[Int(vcpu)].runs(events[event].number)
  }

  /// The innermost level at which a handler runs on a vCPU, nil for none.
  func innermost(_ vcpu: UInt32) -> Level? {
    if rules.has(.runningMarksOnly) { return markedRunning(vcpu) == nil ? nil : .normal }
    return vcpus[Int(vcpu)].innermost
  }

  /// The slot in which an occurrence for a vCPU waits.
  func pendingSlot(_ event: Int, _ vcpu: UInt32) -> UInt32 {
    rules.has(.sharedWaitsPerVCPU) ? vcpu : events[event].slot(of: vcpu)
  }
}
