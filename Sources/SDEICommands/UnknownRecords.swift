internal import SDEIFormats

extension [UnknownRecord] {
  /// The records that stay true in a file of another kind or with another state; the others are named.
  func keepingSafe(in file: String) -> [UnknownRecord] {
    for record in self where !record.isSafeToCopy {
      Console.message(
        "sdeictl: the unknown record of type \(record.type) is left out: it is not safe to copy into "
          + file
      )
    }
    return filter(\.isSafeToCopy)
  }
}
