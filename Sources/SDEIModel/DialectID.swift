/// The implementation whose behaviour the guest saw and whose extras a snapshot carries.
///
/// It is neither the file format nor the producer, and only a conversion that says so changes it.
public enum DialectID: String, CaseIterable, Hashable, Sendable {
  /// DEN0054C itself.
  case specification = "specification"
  /// KVM, series v2 to v4 (one ABI family).
  case kvmV4 = "kvm-v4"
  /// KVM, series v5.
  case kvmV5 = "kvm-v5"
  /// KVM, series v7.
  case kvmV7 = "kvm-v7"
  /// Trusted Firmware-A.
  case tfA = "tf-a"
  /// The QEMU RFC of 2019.
  case qemuRFC = "qemu-rfc"

  /// The name in files, views and on the command line.
  public var name: String { rawValue }
}
