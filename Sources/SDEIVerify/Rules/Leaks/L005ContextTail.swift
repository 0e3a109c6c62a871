internal import SDEIModel

extension StateRule {
  static let contextTail = StateRule(
    Rule(
      id: "SDEI-L005",
      kind: .leak,
      severity: .warning,
      title: "bytes behind the context",
      source: "KVM/arm64 SDEI series v7, patch 19",
      problem: """
        bytes 160 to 255 of SDEI_EVENT_CONTEXT are not 0: the kernel does not write them, so they \
        were in the VMM's buffer
        """,
      action: """
        clear the buffer before the register is read, and the bytes before the state leaves the \
        host
        """,
      explanation: """
        The register's id says 256 bytes and the kernel copies 160. A VMM that reads it into \
        memory that it used before saves 96 bytes of whatever was there, for each vCPU. Where they \
        look like an address of the kernel, SDEI-L006 tells that instead.
        """,
      example: "bytes 160 to 167 of SDEI_EVENT_CONTEXT are 0x2a on vCPU 0"
    )
  ) { state, report in
    var (tail, addresses) = (Bitmap(), Bitmap())
    for field in ExtraField.contextTail {
      guard let column = state.snapshot.extras.vcpuValues[field] else { continue }
      tail.formUnion(column.support)
      addresses.formUnion(column.kernelAddresses)
    }
    let vcpus = tail.subtracting(addresses).intersection(state.existing)
    guard let first = vcpus.ranges.first?.first else { return }
    let values = ExtraField.contextTail.map { state.snapshot.extras.vcpuValues[$0]?[first] ?? 0 }
    let place = values.firstIndex { $0 != 0 } ?? 0
    report.add(
      ModelPath.vcpus(vcpus, "contextTail"),
      found: "byte \(160 + 8 * place) begins \(hex(values[place])) on vCPU \(first)"
    )
  }
}
