internal import SDEIModel
internal import SDEIWire

/// What a format does not say of a state, or says otherwise, item by item.
///
/// The bytes themselves are asked: what reading them does not give back is lost. So the account is
/// exact, and holds for what nobody thought of.
struct LossAccount {
  let format: any StateFormat.Type
  private var findings: [Finding] = []
  /// The places that are lost already: a place is lost once, whichever step loses it.
  private var lost: Set<String> = []

  private init(_ format: any StateFormat.Type) { self.format = format }

  /// The account of a state that was re-expressed in the format's dialect, written, and read back.
  ///
  /// `usual` stores what a state implies as the format's reader stores it.
  static func of(
    _ document: Document,
    _ reexpression: Reexpression,
    readBack: Snapshot,
    _ format: any StateFormat.Type,
    usual: (Snapshot) -> Snapshot
  ) -> [Finding] {
    var account = LossAccount(format)
    let expressed = reexpression.expressed
    if document.snapshot.instance.dialect != expressed.instance.dialect {
      for number in reexpression.clamped {
        account.lose(Difference(path: ModelPath.event(number, "pending"), isMissing: false))
      }
      for difference in document.snapshot.differences(from: expressed) {
        account.add(difference, isReexpressed: reexpression.keepsMeaning(at: difference))
      }
    }
    let losses = Set(usual(expressed).differences(from: readBack))
    // A list that was implied is stored when it is read back: another snapshot with the same meaning.
    for difference in expressed.differences(from: readBack) {
      if losses.contains(difference) { account.lose(difference) } else { account.store(difference) }
    }
    account.findings += document.unknownRecords.map {
      Finding(
        id: "SDEI-C010",
        severity: .error,
        problem: "\(format.id.name) has no place for the unknown record of type \($0.type)",
        action: advice
      )
    }
    return account.findings
  }

  private static let advice = "use sdei, or accept it with convert --allow-loss"

  private mutating func add(_ difference: Difference, isReexpressed: Bool) {
    guard isReexpressed else { return lose(difference) }
    guard !lost.contains(difference.path) else { return }
    findings.append(
      Finding(
        id: "SDEI-C013",
        severity: .note,
        path: difference.path,
        problem: "\(format.id.name) says the same in other bits or counts",
        action: "nothing is lost"
      )
    )
  }

  private mutating func store(_ difference: Difference) {
    findings.append(
      Finding(
        id: "SDEI-C012",
        severity: .note,
        path: difference.path,
        problem: !difference.path.hasPrefix("extras.")
          ? "it follows from other fields; \(format.id.name) spells it out"
          : difference.isMissing
            ? "it says only what is usual; \(format.id.name) implies it, so it reads back as not stored"
            : "the list was implied; \(format.id.name) spells it out, so it reads back as stored",
        action: "nothing is lost"
      )
    )
  }

  private mutating func lose(_ difference: Difference) {
    guard lost.insert(difference.path).inserted else { return }
    let why = format.reason(difference.path).map { ": " + $0 } ?? ""
    let verb = difference.isMissing ? "does not keep it" : "gives it back changed"
    findings.append(
      Finding(
        id: difference.isMissing ? "SDEI-C010" : "SDEI-C011",
        severity: .error,
        path: difference.path,
        problem: "\(format.id.name) \(verb)" + why,
        action: Self.advice
      )
    )
  }
}

extension StateFormat {
  /// Writes a state in the format's dialect, reads it back, and accounts for what differs.
  ///
  /// - Throws: `EncodeError` of `write`, and where the bytes can not be read again.
  static func encode(
    _ document: Document,
    _ options: EncodeOptions,
    usual: (Snapshot) -> Snapshot = { $0 },
    write: (Snapshot, EncodeOptions) throws(EncodeError) -> [UInt8]
  ) throws(EncodeError) -> Encoded {
    let source = document.snapshot
    let dialect = traits.dialect ?? source.instance.dialect
    let needed = source.contextsNeeded(in: dialect)
    // There are less than 2^32.
    guard needed * Snapshot.contextCost <= options.maxBytes else {
      throw .tooLarge(id, bytes: needed * Snapshot.contextCost, limit: options.maxBytes)
    }
    let reexpression = Reexpression(source, in: dialect)
    let bytes = try write(reexpression.expressed, options)
    let readBack: Snapshot
    do throws(DecodeError) {
      readBack = try bytes.withBytes { (bytes) throws(DecodeError) in try decode(bytes).snapshot }
    } catch {
      throw EncodeError(
        id: "SDEI-C003",
        error.path,
        problem: "the \(id.name) form could not be read again: \(error)",
        action: "use sdei or json"
      )
    }
    return Encoded(
      bytes: bytes,
      losses: LossAccount.of(
        document,
        reexpression,
        readBack: readBack,
        Self.self,
        usual: usual
      )
    )
  }
}

extension Document {
  /// Refuses a part: the format holds a whole VM.
  func checkWhole(_ format: FormatID) throws(EncodeError) {
    guard scope == .whole else {
      throw EncodeError(
        "",
        problem: "\(format.name) holds a whole VM, and this is one part of it",
        action: "put the parts together first: sdeictl convert PART... --to sdei -o WHOLE"
      )
    }
  }
}
