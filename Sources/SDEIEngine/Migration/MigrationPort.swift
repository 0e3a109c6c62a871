public import SDEIModel

/// Whether a state will load there: the SET half of each migration ABI, on a whole snapshot at once.
///
/// Where `Dispatcher.apply(_:)` does one command on an engine, this says what all of them do to a
/// fresh VM, at a cost that follows what is there and not the number of vCPUs. Both read one copy
/// of the rules.
public enum MigrationPort {
  /// `KVM_SDEI_MAX_VCPUS`: how many vCPUs the arrays of KVM v2 to v5 have room for.
  public static let maxVCPUs: UInt32 = 512

  /// What a fresh VM of a dialect does with a snapshot, whose bits and numbers mean what they mean
  /// in that dialect: another dialect's state is translated first.
  ///
  /// `source` is the dialect that the state was in before, nil where it was in the one that it says;
  /// it decides what a definition that is not there means (`UnknownDefinitions`).
  ///
  /// Nil where the dialect has no migration ABI. A command that is refused changes nothing, and the
  /// next one follows. O((events + runs + contexts) x log).
  public static func load(
    _ snapshot: Snapshot,
    into dialect: DialectID,
    from source: DialectID? = nil
  ) -> LoadOutcome? {
    var snapshot = snapshot
    let source = source ?? snapshot.instance.dialect
    snapshot.instance.dialect = dialect
    return switch dialect {
    case .kvmV4: KVMv4Load.load(snapshot, from: source)
    case .kvmV5: KVMv5Load.load(snapshot, from: source)
    case .kvmV7: KVMv7Load.load(snapshot)
    case .specification, .tfA, .qemuRFC: nil
    }
  }
}
