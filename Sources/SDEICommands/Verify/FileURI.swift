/// File names as URI references (RFC 3986).
enum FileURI {
  /// A reference to a file: what is no plain character is `%XX`, and a relative name can not be
  /// taken for one with a scheme.
  static func reference(_ name: String) -> String {
    var result = ""
    for byte in name.utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "-._~/".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return name.hasPrefix("//") ? "/." + result : result
  }
}
