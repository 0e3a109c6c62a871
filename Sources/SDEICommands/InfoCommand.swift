internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tells what a file is and who wrote it, also for files of later versions.",
    discussion: """
      Examples:
        sdeictl info state.sdei
        sdeictl info *
      """
  )

  @Argument(help: "The files; - for standard input.") var inputs: [String]
  @OptionGroup var inputOptions: InputOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("no input is named") }
  }

  func run() throws {
    var isUnanswered = false
    for path in inputs {
      do {
        try Console.write(try FileInfo.lines(path, inputOptions))
      } catch let code as ExitCode {
        isUnanswered = isUnanswered || code == ExitStatus.unanswered
      }
    }
    if isUnanswered { throw ExitStatus.unanswered }
  }
}

/// What `info` says of a file.
enum FileInfo {
  static func lines(_ path: String, _ options: InputOptions) throws -> [String] {
    try Files.withInput(path) { bytes throws(DecodeError) in
      let facts = try describe(bytes, options.inputFormat)
      return ["\(Files.displayName(path)): \(facts[0])"]
        + (facts.dropFirst() + ["size        \(ViewText.size(UInt64(bytes.byteCount)))"]).map {
          "  " + $0
        }
    }
  }

  private static func describe(
    _ bytes: RawSpan,
    _ format: FormatID?
  ) throws(DecodeError) -> [String] {
    let format: FormatID = if let format { format } else { try FormatRegistry.detect(bytes) }
    if format == .sdei {
      let header = try FileHeader(reading: bytes)
      if header.version != .current { return future(header) }
    }
    return facts(try FormatRegistry.decode(bytes, as: format))
  }

  /// What the header alone tells of a file that only another version can read.
  private static func future(_ header: FileHeader) -> [String] {
    let age = header.version > .current ? "newer" : "older"
    return [
      "sdei snapshot, format version \(header.version), \(age) than the \(FormatVersion.current) "
        + "that this program reads",
      "scope       \(scopeName(header.scope))",
      "dialect     \(header.dialect)",
      "producer    \(header.producer.isEmpty ? "unknown" : "\"\(header.producer)\"")",
      "requires    " + (header.tags.isEmpty ? "nothing more" : header.tags.joined(separator: ", ")),
      "body        \(ViewText.size(header.bodyLength)) from byte \(header.length) on",
    ]
  }

  private static func scopeName(_ scope: UInt8) -> String {
    switch scope {
    case 0: "whole snapshot"
    case 1: "VM part"
    case 2: "vCPU part"
    default: "unknown (\(scope))"
    }
  }

  private static func facts(_ document: Document) -> [String] {
    let snapshot = document.snapshot
    let instance = snapshot.instance
    let format = FormatRegistry.format(document.format)
    var facts = ["\(format.id.name), version \(format.version): \(format.summary)"]
    switch document.scope {
    case .whole: facts.append("scope       whole snapshot")
    case .vm:
      facts.append("scope       VM part, digest \(hex(VMDigest(of: snapshot).rawValue))")
    case .vcpu(let vcpu, let digest):
      facts.append("scope       part of vCPU \(vcpu), of the VM part \(hex(digest.rawValue))")
    }
    facts += [
      "dialect     \(instance.dialect.name)",
      "producer    \(instance.producer.isEmpty ? "unknown" : "\"\(instance.producer)\"")",
      "guest saw   SDEI \(instance.version), \(ViewText.vendor(instance.version.vendor))",
      "vCPUs       \(ViewText.grouped(UInt64(snapshot.vcpus.count)))",
      "events      \(ViewText.grouped(UInt64(snapshot.events.count)))",
      "contexts    \(ViewText.grouped(UInt64(snapshot.contexts.count)))",
    ]
    for record in document.unknownRecords {
      facts.append(
        "unknown     record type \(record.type), \(ViewText.size(UInt64(record.body.count)))"
      )
    }
    return facts
  }
}
