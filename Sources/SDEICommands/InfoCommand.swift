internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
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
        let info = try FileInfo(path, inputOptions.inputFormat)
        try Console.write(info.lines)
        guard let damage = info.damage else { continue }
        throw Console.fail("\(Files.displayName(path)): \(damage)")
      } catch let code as ExitCode {
        isUnanswered = isUnanswered || code == ExitStatus.unanswered
      }
    }
    if isUnanswered { throw ExitStatus.unanswered }
  }
}

/// What `info` says of a file: all of it, or what the header alone tells.
struct FileInfo {
  let lines: [String]
  /// Why the file is not what its header says, nil when it is or when another version may tell.
  let damage: DecodeError?

  init(_ path: String, _ format: FormatID?) throws {
    let (facts, size, damage) = try Files.withInput(path, format) { document, size in
      (Self.facts(document), size, nil)
    } whole: { bytes throws(DecodeError) -> ([String], Int, DecodeError?) in
      let (facts, damage) = try Self.describe(bytes, format)
      return (facts, bytes.byteCount, damage)
    }
    self.damage = damage
    let rest = facts.dropFirst() + ["size        \(ViewText.size(UInt64(size)))"]
    lines = ["\(Files.displayName(path)): \(facts[0])"] + rest.map { "  " + $0 }
  }

  private static func describe(
    _ bytes: RawSpan,
    _ format: FormatID?
  ) throws(DecodeError) -> (facts: [String], damage: DecodeError?) {
    if format == nil, let form = JournalForm.recognise(bytes) {
      let (journal, tail) = try Journal.decode(bytes, as: form)
      return (facts(journal, form, tail), nil)
    }
    let format: FormatID = if let format { format } else { try FormatRegistry.detect(bytes) }
    guard format == .sdei else { return (facts(try FormatRegistry.decode(bytes, as: format)), nil) }
    let header = try FileHeader(reading: bytes)
    if header.version != .current { return (facts(header, nil), nil) }
    do throws(DecodeError) {
      return (facts(try FormatRegistry.decode(bytes, as: format)), nil)
    } catch {
      // What is not supported is another program's business; anything else is damage.
      return (facts(header, error), error.code == .unsupported ? nil : error)
    }
  }

  /// What the header alone tells of a file whose records this program does not read.
  private static func facts(_ header: FileHeader, _ error: DecodeError?) -> [String] {
    let age = header.version > .current ? "newer" : "older"
    let reason =
      header.version == .current
      ? "of which this program can not read all"
      : "\(age) than the \(FormatVersion.current) that this program reads"
    var facts = [
      "sdei snapshot, format version \(header.version), \(reason)",
      "scope       \(scopeName(header.scope))",
      "dialect     \(header.dialect)",
      "producer    \(header.producer.isEmpty ? "unknown" : "\"\(header.producer)\"")",
      "requires    " + (header.tags.isEmpty ? "nothing more" : header.tags.joined(separator: ", ")),
      "body        \(ViewText.size(header.bodyLength)) from byte \(header.length) on",
    ]
    if let error { facts.append("not read    \(error)") }
    return facts
  }

  private static func facts(
    _ journal: Journal,
    _ form: JournalForm,
    _ tail: TornTail?
  ) -> [String] {
    let header = journal.header
    let start: (text: String, vcpus: UInt32) =
      switch header.start {
      case .snapshot(let snapshot): ("the state itself", snapshot.vcpus.count)
      case .digest(let digest, _, let vcpus): ("digest \(digest)", vcpus)
      }
    let name = form == .binary ? "journal in records" : "journal in JSON Lines"
    return [
      "\(name): what happened, step by step",
      "dialect     \(header.instance.dialect.name)",
      "producer    \(header.producer.isEmpty ? "unknown" : "\"\(header.producer)\"")",
      "starts from \(start.text)", "vCPUs       \(ViewText.grouped(UInt64(start.vcpus)))",
      "steps       \(ViewText.grouped(UInt64(journal.steps.count)))",
    ] + (tail.map { ["torn        \($0)"] } ?? [])
  }

  private static func facts(of facts: [Fact]) -> [String] {
    let width = max(facts.map(\.label.count).max() ?? 0, 11)
    return facts.map {
      $0.label + String(repeating: " ", count: width + 1 - $0.label.count) + $0.text
    }
  }

  private static func scopeName(_ scope: UInt8) -> String {
    switch scope {
    case 0: "whole snapshot"
    case 1: "VM part"
    case 2: "vCPU part"
    default: "unknown (\(scope))"
    }
  }

  /// What a document tells of itself, a line each.
  static func facts(_ document: Document) -> [String] {
    let snapshot = document.snapshot
    let instance = snapshot.instance
    let format = FormatRegistry.format(document.format)
    var facts = ["\(format.id.name), version \(format.version): \(format.summary)"]
    if !document.hasState {
      facts += [
        "state       none: this file could hold SDEI state and does not",
        "vCPUs       \(ViewText.grouped(UInt64(snapshot.vcpus.count)))",
      ]
      return facts + self.facts(of: document.facts)
    }
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
    facts += self.facts(of: document.facts)
    for record in document.unknownRecords {
      facts.append(
        "unknown     record type \(record.type), \(ViewText.size(UInt64(record.body.count)))"
      )
    }
    return facts
  }
}
