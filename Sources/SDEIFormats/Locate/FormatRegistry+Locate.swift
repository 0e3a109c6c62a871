internal import SDEIModel

extension FormatRegistry {
  /// Where bytes have what paths of the model speak of (`Finding.path`): for each path the offset of
  /// the field's first byte.
  ///
  /// Of several vCPUs the lowest counts. Where the field has no bytes of its own it is the smallest
  /// structure that it belongs to, and nil where that is not known either, as in formats that can
  /// not tell. The bytes are walked once more; no damage in them is an error here. Time and memory
  /// follow the bytes and the number of paths.
  public static func locate(_ paths: [String], in bytes: RawSpan, as id: FormatID) -> [Int?] {
    guard let format = format(id) as? any LocatingFormat.Type, !paths.isEmpty else {
      return paths.map { _ in nil }
    }
    var table = PlaceTable(paths)
    // What stands in front of damage was found.
    try? format.locate(&table, in: bytes)
    return table.offsets
  }
}

/// A format that can tell where its bytes have what.
protocol LocatingFormat: StateFormat {
  /// Notes in the table what it asks for and the bytes have.
  ///
  /// - Throws: `DecodeError` where the bytes are not as they must be.
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError)
}
