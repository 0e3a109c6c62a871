internal import SDEIVerify
internal import SDEIWire

/// The report as one JSON document (schemas/verify.schema.json), written as it comes.
struct JSONReport: ReportWriter {
  private let parts: ReportJSON
  private var json = JSONWriter()

  init(_ options: ReportOptions) { parts = ReportJSON(options: options) }

  mutating func begin() -> [UInt8] {
    json.openObject()
    json.key("schema")
    json.string(ReportJSON.schema)
    json.key("inputs")
    json.openArray()
    return json.drain()
  }

  mutating func add(_ report: InputReport) -> [UInt8] {
    let parts = parts
    json.object { parts.members(report, &$0) }
    return json.drain()
  }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    let parts = parts
    json.close()
    json.key("general")
    json.object { parts.findings(general, &$0) }
    json.key("summary")
    json.object { parts.members(summary, &$0) }
    json.close()
    return json.finish()
  }
}

/// The report as JSON Lines: one for each input, the summary last.
struct LinesReport: ReportWriter {
  private let parts: ReportJSON

  init(_ options: ReportOptions) { parts = ReportJSON(options: options) }

  mutating func begin() -> [UInt8] { [] }

  mutating func add(_ report: InputReport) -> [UInt8] { line { parts.members(report, &$0) } }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    line { json in
      json.key("general")
      json.object { parts.findings(general, &$0) }
      json.key("summary")
      json.object { parts.members(summary, &$0) }
    }
  }

  private func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter(layout: .line)
    json.object { json in
      json.key("schema")
      json.string(ReportJSON.schema)
      members(&json)
    }
    return json.finish()
  }
}
