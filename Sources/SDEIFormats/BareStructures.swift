internal import SDEIModel

/// Structures of ABIs that stand in a file without anything that says whose they are.
///
/// KVM v4's and v5's vCPU state have the same 344 bytes and mean different things; so nothing is
/// guessed from bytes, and a file of bare structures is told what it could be and how to say it.
enum BareStructures {
  /// A structure, or a layout with a repeated part.
  private struct Shape {
    let name: String
    let owners: String
    let fixed: Int
    let repeated: Int
  }

  private static let shapes: [Shape] = [
    Shape(name: "kvm_sdei_vcpu_state", owners: "kvm-v4 or kvm-v5", fixed: 0, repeated: 344),
    Shape(name: "kvm_sdei_kvm_event_state", owners: "kvm-v4", fixed: 0, repeated: 8344),
    Shape(name: "kvm_sdei_registered_event_state", owners: "kvm-v5", fixed: 0, repeated: 8408),
    Shape(name: "exposed event", owners: "kvm-v4 or kvm-v5", fixed: 0, repeated: 24),
    Shape(name: "kvm_sdei_vcpu_event_state", owners: "kvm-v4 or kvm-v5", fixed: 0, repeated: 16),
    Shape(name: "kvm_sdei_registered_event", owners: "kvm-split", fixed: 0, repeated: 40),
    Shape(name: "vCPU's payload of registers", owners: "kvm-v7", fixed: 0, repeated: 360),
    Shape(name: "vCPU in a qemu_sdei section", owners: "qemu-rfc", fixed: 2144, repeated: 961),
  ]

  /// What a file of a size could be, in words; empty when its size fits nothing.
  static func candidates(size: Int) -> [String] {
    shapes.compactMap { shape in
      let rest = size - shape.fixed
      guard rest > 0, rest % shape.repeated == 0 else { return nil }
      let count = rest / shape.repeated
      return "\(count) \(shape.name)\(count == 1 ? "" : "s") of \(shape.owners)"
    }
  }
}
