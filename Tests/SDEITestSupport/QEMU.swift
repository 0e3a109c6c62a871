import Foundation

/// A machine that a real QEMU is started with, stopped, to write its migration stream.
package struct QEMUMachine: Hashable, Sendable, CustomStringConvertible {
  package let cpu: String
  package let gic: Int
  package let vcpus: Int
  /// The migration capabilities that are switched on.
  package let capabilities: [String]
  /// More of the machine's options.
  package let options: String

  package init(
    _ cpu: String,
    gic: Int = 2,
    vcpus: Int = 2,
    capabilities: [String] = [],
    options: String = ""
  ) {
    (self.cpu, self.gic, self.vcpus) = (cpu, gic, vcpus)
    (self.capabilities, self.options) = (capabilities, options)
  }

  package var description: String {
    ([cpu, "GICv\(gic)", "\(vcpus) vCPUs"] + capabilities + (options.isEmpty ? [] : [options]))
      .joined(separator: ", ")
  }

  /// The machines whose streams the tests walk through.
  package static let plain: [QEMUMachine] = [2, 8].flatMap { vcpus in
    [
      QEMUMachine("cortex-a57", gic: 2, vcpus: vcpus),
      QEMUMachine("cortex-a57", gic: 3, vcpus: vcpus), QEMUMachine("max", gic: 3, vcpus: vcpus),
    ]
  }

  /// Those in which guest memory is sent in other ways.
  package static let special: [QEMUMachine] =
    ["compress", "xbzrle", "postcopy-ram"].map {
      QEMUMachine("cortex-a57", capabilities: [$0])
    } + [QEMUMachine("cortex-a57", capabilities: ["x-ignore-shared"], options: "shared memory")]

  /// One that writes no description.
  package static let silent = QEMUMachine("cortex-a57", options: "suppress-vmdesc=on")
  /// A small one, for the fixtures.
  package static let small = QEMUMachine("cortex-a57", options: "no devices")
}

/// A real QEMU.
package enum QEMU {
  package static let program = "qemu-system-aarch64"

  /// Whether there is one; in CI there must be.
  package static let isThere: Bool = {
    let found = try? Program.run(program: "sh", ["-c", "command -v \(program)"])
    return found?.status == 0
  }()
  package static let isNeeded = ProcessInfo.processInfo.environment["CI"] == "true"
  package static let advice: String =
    "no \(program): make setup-tests installs it (Debian: qemu-system-arm, ipxe-qemu)"

  private final class Streams: @unchecked Sendable {
    let lock = NSLock()
    var made: [QEMUMachine: Result<[UInt8], any Error>] = [:]
  }
  private static let streams = Streams()

  /// The stream of a machine; each is made once in a run of the tests.
  package static func stream(_ machine: QEMUMachine) throws -> [UInt8] {
    try streams.lock.withLock {
      if let made = streams.made[machine] { return try made.get() }
      let result = Result { try make(machine) }
      streams.made[machine] = result
      return try result.get()
    }
  }

  private static func make(_ machine: QEMUMachine) throws -> [UInt8] {
    let directory = try Temporary()
    let file = directory.file("stream")
    var options = "virt,gic-version=\(machine.gic)"
    var arguments: [String] = []
    switch machine.options {
    case "shared memory":
      options += ",memory-backend=m"
      arguments = [
        "-object",
        "memory-backend-file,id=m,size=128M,share=on,mem-path=\(directory.file("memory"))",
      ]
    case "no devices": arguments = ["-nodefaults"]
    case "": break
    default: options += "," + machine.options
    }
    let memory = machine.options == "no devices" ? "16M" : "128M"
    arguments += [
      "-M", options, "-cpu", machine.cpu, "-smp", String(machine.vcpus), "-m", memory,
    ]
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/qemu_stream.py", file] + machine.capabilities + ["--", program] + arguments
    )
    guard result.status == 0 else {
      throw NothingToTest(
        what: "stream of \(machine) (status \(result.status)): \(result.messages)"
      )
    }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
  }
}
