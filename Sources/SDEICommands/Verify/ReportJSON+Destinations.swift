internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

extension ReportJSON {
  func write(_ target: Target, _ assessment: Assessment, _ json: inout JSONWriter) {
    json.object { json in
      json.key("target")
      json.string(target.argument)
      json.key("profile")
      json.string(target.profile.name)
      json.key("answer")
      json.string(assessment.answer.rawValue)
      json.key("loads")
      json.bool(assessment.loads)
      if let refusal = assessment.firstRefusal {
        json.key("firstRefusal")
        json.string(refusal.description)
        write(refusal, &json)
      }
      json.key("findings")
      json.array { json in
        for entry in options.given(assessment.entries) {
          write(entry.finding, entry.refusal, &json)
        }
      }
      let omitted = options.omitted(assessment.entries)
      if omitted > 0 {
        json.key("omitted")
        json.number(omitted)
      }
    }
  }

  private func write(_ refusal: CommandRefusal, _ json: inout JSONWriter) {
    json.key("refusal")
    json.object { json in
      json.key("command")
      json.string(refusal.command)
      if let vcpus = refusal.vcpus {
        json.key("vcpus")
        json.string(vcpus.description)
      }
      json.key("errno")
      json.string(refusal.errno)
      json.key("cause")
      json.string(refusal.cause.rawValue)
    }
  }

  func write(_ finding: Finding, _ refusal: CommandRefusal?, _ json: inout JSONWriter) {
    json.object { json in
      json.key("id")
      json.string(finding.id)
      json.key("severity")
      json.string(finding.severity.rawValue)
      json.key("path")
      json.string(finding.path)
      if let offset = finding.offset {
        json.key("offset")
        json.number(offset)
      }
      json.key("problem")
      json.string(finding.problem)
      json.key("action")
      json.string(finding.action)
      if let refusal { write(refusal, &json) }
    }
  }
}
