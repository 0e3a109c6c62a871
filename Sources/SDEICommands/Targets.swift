internal import ArgumentParser
internal import Glibc
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIVerify
internal import SDEIWire

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
      profile = try Self.read(argument)
    } catch {
      let names = Profile.builtIn.map(\.name).joined(separator: ", ")
      Console.message("sdeictl: a destination is a profile's file, or a built-in one: \(names)")
      throw error
    }
  }

  private static func read(_ path: String) throws -> Profile {
    let file: InputFile
    do throws(SystemError) {
      file = try ChunkedInput(path: path).whole()
    } catch {
      throw Console.fail(
        error.errno == ENOENT ? "no built-in profile \(path), and no such file" : error.description
      )
    }
    do throws(DecodeError) {
      return try Profile.decode(file.bytes)
    } catch {
      let name = Files.displayName(path)
      guard let kind = kind(file.bytes) else { throw Console.fail("\(name): \(error)") }
      throw Console.fail("\(name): this is \(kind), not a profile")
    }
  }

  /// What a file is that is no profile, nil where that is not known.
  private static func kind(_ bytes: RawSpan) -> String? {
    if JournalForm.recognise(bytes) != nil { return "a journal" }
    guard let format = try? FormatRegistry.detect(bytes) else { return nil }
    // Any text in braces begins like a state's JSON: only one that is read is one.
    if format == .json, (try? JSONFormat.decode(bytes)) == nil { return nil }
    switch format {
    case .sdei, .json: return "a snapshot (\(format.name))"
    case .kvmV7Text: return "a state in the format \(format.name)"
    case .qemu, .qemuRFC: return "a stream of QEMU (\(format.name))"
    case .kvmV4, .kvmV5, .kvmV7, .kvmSplit, .kvmSysreg: return "a \(format.name) transcript"
    }
  }
}
