internal import ArgumentParser
internal import SDEIVerify
internal import SDEIFormats

/// A destination as it was named on the command line.
struct Target {
  /// The name or path as given.
  let argument: String
  let profile: Profile

  /// The built-in profile of a name, or else the one in a file.
  ///
  /// A file that is named like a built-in profile is reached by its path: `./kvm-v5`.
  init(_ argument: String) throws {
    self.argument = Console.printable(argument)
    if let profile = Profile.named(argument) {
      self.profile = profile
      return
    }
    do {
      profile = try Files.withInput(argument) { bytes throws(DecodeError) in
        try Profile.decode(bytes)
      }
    } catch {
      let names = Profile.builtIn.map(\.name).joined(separator: ", ")
      Console.message("sdeictl: a destination is a profile's file, or a built-in one: \(names)")
      throw error
    }
  }
}
