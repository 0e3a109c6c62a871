/// The byte formats of SDEI state that this version knows.
public enum FormatID: String, CaseIterable, Hashable, Sendable {
  /// The native snapshot format (schemas/sdei-snapshot.md).
  case sdei = "sdei"
  /// The snapshot as JSON (schemas/sdei-snapshot.md, section 8).
  case json = "json"
  /// A transcript of KVM v2 to v4's GET ioctls (schemas/kvm-v4-transcript.md).
  case kvmV4 = "kvm-v4"
  /// A transcript of KVM v5's GET ioctls (schemas/kvm-v5-transcript.md).
  case kvmV5 = "kvm-v5"
  /// A transcript of the split structures proposed for KVM (schemas/kvm-split-transcript.md).
  case kvmSplit = "kvm-split"
  /// KVM v7's pseudo-firmware registers (schemas/kvm-v7-registers.md).
  case kvmV7 = "kvm-v7"
  /// KVM v7's pseudo-firmware registers as text (schemas/kvm-v7-registers.md, section 3).
  case kvmV7Text = "kvm-v7-text"
  /// Writes to two system registers that rebuild a state (schemas/kvm-sysreg.md).
  case kvmSysreg = "kvm-sysreg"
  /// A QEMU migration stream (schemas/qemu-stream.md).
  case qemu = "qemu"
  /// The migration section of QEMU's RFC of 2019 (schemas/qemu-rfc.md).
  case qemuRFC = "qemu-rfc"

  /// The name on the command line and in messages.
  public var name: String { rawValue }

  /// Other names of formats: the series v2 to v4 of KVM's patches have one layout.
  public static let aliases: [String: String] = ["kvm-v2": "kvm-v4", "kvm-v3": "kvm-v4"]

  /// The format of a name or of another name, nil when there is none.
  public init?(name: String) { self.init(rawValue: Self.aliases[name] ?? name) }
}
