public import SDEIFormats
internal import SDEIWire

extension Profile {
  /// The name and version of the JSON form.
  static let schema = "sdeictl/profile/1"

  /// The most bytes that a name, a summary or a reason takes.
  static let maxText = 1024

  /// Reads a profile from its JSON text (schemas/profiles.md, schemas/profile.schema.json).
  ///
  /// A member that is not known is an error: a typing mistake would otherwise loosen a check. Memory
  /// follows the text's size.
  ///
  /// - Throws: `DecodeError` with the offset and the path of what is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Profile {
    let root: JSONNode
    do throws(JSONError) { root = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    return try ProfileJSONReader.read(JSONScope(node: root, path: ""))
  }

  /// The one JSON text of the profile.
  public func encode() -> [UInt8] { ProfileJSONWriter.write(self) }
}
