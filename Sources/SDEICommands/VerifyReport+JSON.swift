internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

extension VerifyReport {
  /// The report as JSON (schemas/verify.schema.json).
  func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/verify/1")
      json.key("inputs")
      json.array { json in for result in results { write(result, &json) } }
      json.key("unread")
      json.array { json in for input in unread { json.string(input) } }
      json.key("summary")
      json.object { summary(&$0) }
    }
    return json.finish()
  }

  private func summary(_ json: inout JSONWriter) {
    for severity in [Severity.error, .warning, .note] {
      json.key(severity.rawValue)
      json.number(results.reduce(0) { $0 + $1.count(severity) })
    }
    if targets.isEmpty { return }
    let answers = results.flatMap(\.destinations).map(\.answer)
    json.key("destinations")
    json.object { json in
      for answer in Assessment.Answer.allCases {
        json.key(answer.rawValue)
        json.number(answers.count { $0 == answer })
      }
    }
  }

  private func write(_ result: VerifyResult, _ json: inout JSONWriter) {
    json.object { json in
      json.key("input")
      json.string(result.input)
      json.key("format")
      json.string(result.document.format.name)
      json.key("state")
      json.bool(result.document.hasState)
      json.key("valid")
      json.bool(result.count(.error) == 0)
      findings(result.findings, &json)
      if targets.isEmpty { return }
      json.key("destinations")
      json.array { json in
        for (target, assessment) in zip(targets, result.destinations) {
          write(target, assessment, &json)
        }
      }
    }
  }

  private func write(_ target: Target, _ assessment: Assessment, _ json: inout JSONWriter) {
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
        for entry in assessment.entries { write(entry.finding, entry.refusal, &json) }
      }
    }
  }

  private func findings(_ findings: [Finding], _ json: inout JSONWriter) {
    json.key("findings")
    json.array { json in for finding in findings { write(finding, nil, &json) } }
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

  private func write(_ finding: Finding, _ refusal: CommandRefusal?, _ json: inout JSONWriter) {
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
