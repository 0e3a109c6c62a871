internal import SDEIModel

extension UInt64 {
  /// Whether it looks like an address of a kernel: in the upper half (bits 63 to 48 set), and no
  /// error number.
  var looksLikeKernelAddress: Bool { Column.kernelHalf.contains(self) }
}

extension Column {
  /// The upper half of the address space, without -4096 to -1, which are error numbers.
  fileprivate static let kernelHalf: ClosedRange<UInt64> =
    0xFFFF_0000_0000_0000...(UInt64.max - 4096)

  /// The indexes whose value looks like an address of a kernel; O(runs x log members + literals).
  var kernelAddresses: Bitmap { indexes(in: Self.kernelHalf) }
}
