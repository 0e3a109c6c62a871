public import SDEIFormats
public import SDEIModel

/// The form in which a host takes a state.
public enum ProfileABI: String, CaseIterable, Hashable, Sendable {
  /// The native snapshot.
  case sdei = "sdei"
  /// The snapshot as JSON.
  case json = "json"
  /// The ioctls of KVM's series v2 to v4.
  case kvmV4 = "kvm-v4"
  /// The ioctls of KVM's series v5.
  case kvmV5 = "kvm-v5"
  /// The structures proposed for KVM on 24 March 2022.
  case kvmSplit = "kvm-split"
  /// The pseudo-firmware registers of KVM's series v7.
  case kvmV7 = "kvm-v7"
  /// Writes to two system registers that rebuild a state: experimental, and in no kernel.
  case kvmSysreg = "kvm-sysreg"
  /// A migration stream of QEMU with KVM's series v2 to v4.
  case qemu = "qemu"
  /// The section of the QEMU RFC of 2019.
  case qemuRFC = "qemu-rfc"

  /// The form of a name, nil where there is none: v2's and v3's ioctls are v4's.
  init?(named name: String) {
    let isAlias = name == "kvm-v2" || name == "kvm-v3"
    self.init(rawValue: isAlias ? Self.kvmV4.rawValue : name)
  }

  /// The name in files and views: a format's.
  public var name: String { rawValue }

  /// The format that shows what the form can not hold, nil where this version does not write it.
  ///
  /// A stream of QEMU holds what the ioctls of KVM v2 to v4 gave.
  public var format: FormatID? {
    guard let format = FormatID(rawValue: self == .qemu ? Self.kvmV4.rawValue : rawValue) else {
      return nil
    }
    return FormatRegistry.format(format).traits.isWritten ? format : nil
  }

  /// The dialect whose SET commands take the form, nil where no code that takes it is known.
  public var port: DialectID? {
    switch self {
    case .kvmV4, .qemu: .kvmV4
    case .kvmV5: .kvmV5
    case .kvmV7: .kvmV7
    case .sdei, .json, .kvmSplit, .kvmSysreg, .qemuRFC: nil
    }
  }
}
