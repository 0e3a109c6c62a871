internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

extension ExplainCommand {
  /// The rules as schemas/rules.schema.json says.
  static func json(_ rules: [Rule]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/rules/1")
      json.key("rules")
      json.array { json in for rule in rules { write(rule, &json) } }
    }
    return json.finish()
  }

  private static func write(_ rule: Rule, _ json: inout JSONWriter) {
    json.object { json in
      let heads = [("id", rule.id), ("title", rule.title), ("kind", rule.kind.rawValue)]
      for (key, value) in heads {
        json.key(key)
        json.string(value)
      }
      json.key("condition")
      json.string(rule.condition.rawValue)
      json.key("severity")
      write(rule.severity, &json)
      let texts = [
        ("source", rule.source), ("problem", rule.problem), ("action", rule.action),
        ("explanation", rule.explanation), ("example", rule.example),
      ]
      for (key, value) in texts {
        json.key(key)
        json.string(value)
      }
    }
  }

  private static func write(_ severity: RuleSeverity, _ json: inout JSONWriter) {
    json.object { json in
      json.key("usual")
      json.string(severity.usual?.rawValue ?? "never")
      json.key("variants")
      json.array { json in
        for variant in severity.variants {
          json.object { json in
            json.key("severity")
            json.string(variant.severity.rawValue)
            json.key("condition")
            json.string(variant.condition)
          }
        }
      }
      json.key("exceptions")
      json.array { json in
        for exception in severity.exceptions {
          json.object { json in
            json.key("dialects")
            json.array { json in for dialect in exception.dialects { json.string(dialect.name) } }
            json.key("severity")
            json.string(exception.severity?.rawValue ?? "never")
            json.key("reason")
            json.string(exception.reason)
          }
        }
      }
    }
  }
}
