internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

/// The report in SARIF 2.1.0: a result for each finding, and all rules with their texts.
///
/// Results come first, as they are found; the tool and its rules stand behind them.
struct SARIFReport: ReportWriter {
  let options: ReportOptions
  private var json = JSONWriter()
  private var notifications: [(name: String, message: String)] = []
  /// The position of each rule in the list of the tool's rules.
  private static let positions: [String: Int] = Dictionary(
    uniqueKeysWithValues: Catalogue.rules.enumerated().map { ($1.id, $0) }
  )

  init(_ options: ReportOptions) { self.options = options }

  mutating func begin() -> [UInt8] {
    json.openObject()
    member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
    member("version", "2.1.0")
    json.key("runs")
    json.openArray()
    json.openObject()
    json.key("results")
    json.openArray()
    return json.drain()
  }

  mutating func add(_ report: InputReport) -> [UInt8] {
    switch report.content {
    case .skipped: break
    case .unread(let failure):
      guard let error = failure.error else {
        notifications.append((report.name, failure.message))
        break
      }
      let finding = Finding(
        id: error.code.rawValue,
        severity: .error,
        path: error.path,
        offset: error.offset,
        problem: "found \(error.found), expected \(error.expected)",
        action: error.action
      )
      result(finding, report.name)
    case .checked(let input):
      for finding in options.given(input) { result(finding, report.name) }
    }
    return json.drain()
  }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    let policy = options.policy.map { Files.displayName($0) }
    for finding in options.given(general.listed) { result(finding, policy) }
    json.close()
    tool()
    invocation(summary)
    json.close()
    json.close()
    json.close()
    return json.finish()
  }

  private mutating func member(_ key: String, _ text: String) {
    json.key(key)
    json.string(text)
  }

  private mutating func result(_ finding: Finding, _ input: String?) {
    json.openObject()
    member("ruleId", finding.id)
    if let position = Self.positions[finding.id] {
      json.key("ruleIndex")
      json.number(position)
    }
    member("level", finding.severity.rawValue)
    text("message", "\(finding.problem); \(finding.action)")
    json.key("partialFingerprints")
    json.object { json in
      json.key("place/v1")
      json.string(Baseline.key(finding))
    }
    // Standard input is no file that a reader could show.
    let file = input == Files.displayName("-") ? nil : input
    if file != nil || !finding.path.isEmpty { location(finding, file) }
    json.close()
  }

  private mutating func location(_ finding: Finding, _ input: String?) {
    json.key("locations")
    json.array { json in
      json.object { json in
        if let input {
          json.key("physicalLocation")
          json.object { json in
            json.key("artifactLocation")
            json.object { json in
              json.key("uri")
              json.string(FileURI.reference(input))
            }
            guard let offset = finding.offset else { return }
            json.key("region")
            json.object { json in
              json.key("byteOffset")
              json.number(offset)
            }
          }
        }
        guard !finding.path.isEmpty else { return }
        json.key("logicalLocations")
        json.array { json in
          json.object { json in
            json.key("fullyQualifiedName")
            json.string(finding.path)
          }
        }
      }
    }
  }

  private mutating func text(_ key: String, _ text: String) {
    json.key(key)
    json.object { json in
      json.key("text")
      json.string(text)
    }
  }

  private mutating func tool() {
    json.key("tool")
    json.openObject()
    json.key("driver")
    json.openObject()
    member("name", "sdeictl")
    member("version", ToolVersion.number)
    json.key("rules")
    json.openArray()
    for rule in Catalogue.rules {
      json.openObject()
      member("id", rule.id)
      text("shortDescription", rule.title)
      text("fullDescription", rule.problem)
      text("help", "\(rule.action). \(rule.explanation) (\(rule.source))")
      if let usual = rule.severity.usual {
        json.key("defaultConfiguration")
        json.object { json in
          json.key("level")
          json.string(usual.rawValue)
        }
      }
      json.close()
    }
    json.close()
    json.close()
    json.close()
  }

  private mutating func invocation(_ summary: ReportSummary) {
    json.key("invocations")
    json.openArray()
    json.openObject()
    json.key("executionSuccessful")
    json.bool(summary.unread == 0)
    if !notifications.isEmpty {
      json.key("toolExecutionNotifications")
      json.openArray()
      for notification in notifications {
        json.openObject()
        member("level", "error")
        text("message", "\(notification.name): \(notification.message)")
        json.close()
      }
      json.close()
    }
    json.close()
    json.close()
  }
}
