public import SDEIFormats
internal import SDEIModel
internal import SDEIWire

extension Policy {
  /// The name and version of the JSON form.
  static let schema = "sdeictl/policy/1"

  /// Reads a policy from its JSON text (schemas/policy.schema.json).
  ///
  /// A member or an identifier that is not known is an error: a typing mistake would otherwise leave a
  /// finding in, or out.
  ///
  /// - Throws: `DecodeError` with the offset and the path of what is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Policy {
    let node: JSONNode
    do throws(JSONError) { node = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    let root = JSONScope(node: node, path: "")
    let members = try root.members(["schema", "severities", "tolerances"])
    let schema = try root.required("schema", in: members)
    guard try schema.string() == Self.schema else {
      throw schema.error("\"\(Self.schema)\"", .unsupported)
    }
    var policy = Policy()
    if let settings = members["severities"] {
      for scope in try settings.items() { policy.settings.append(try setting(scope)) }
    }
    if let tolerances = members["tolerances"] {
      for scope in try tolerances.items() { policy.tolerances.append(try tolerance(scope)) }
    }
    return policy
  }

  private static func setting(_ scope: JSONScope) throws(DecodeError) -> Setting {
    let members = try scope.members(["rule", "severity", "reason"])
    let level = try scope.required("severity", in: members)
    let name = try level.string()
    guard name == "ignore" || Severity(rawValue: name) != nil else {
      throw level.error("one of error, warning, note, ignore")
    }
    return Setting(
      rule: try rule(try scope.required("rule", in: members)),
      severity: Severity(rawValue: name),
      reason: try reason(try scope.required("reason", in: members))
    )
  }

  private static func tolerance(_ scope: JSONScope) throws(DecodeError) -> Tolerance {
    let members = try scope.members(["rule", "path", "reason", "until"])
    return Tolerance(
      rule: try rule(try scope.required("rule", in: members)),
      path: try members["path"].map(pattern),
      reason: try reason(try scope.required("reason", in: members)),
      until: try members["until"].map(day)
    )
  }

  private static func rule(_ scope: JSONScope) throws(DecodeError) -> String {
    let id = try scope.string()
    guard Catalogue.rules.contains(where: { names(id, $0.id) }) else {
      throw scope.error("an identifier that sdeictl explain --list has")
    }
    return id
  }

  private static func reason(_ scope: JSONScope) throws(DecodeError) -> String {
    let text = try scope.string()
    // Characters as JSON Schema counts them, so that both refuse the same.
    guard !text.isEmpty, text.unicodeScalars.count <= 1024, !hasControlCharacters(text) else {
      throw scope.error("a text of 1 to 1024 characters, none of them a control character")
    }
    return text
  }

  private static func pattern(_ scope: JSONScope) throws(DecodeError) -> PathPattern {
    let text = try scope.string()
    do throws(PathPatternError) {
      return try PathPattern(text)
    } catch {
      throw scope.error("a pattern of paths, but \(error.problem)")
    }
  }

  private static func day(_ scope: JSONScope) throws(DecodeError) -> CalendarDate {
    guard let day = CalendarDate(try scope.string()) else { throw scope.error("YYYY-MM-DD") }
    return day
  }
}
