internal import ArgumentParser
internal import SDEIWire

/// The inputs that a command line names, directories and lists taken apart.
struct InputList {
  /// One input.
  struct Item: Sendable {
    let path: String
    /// Whether it was found in a directory, and not named.
    let isFromDirectory: Bool
  }

  private(set) var items: [Item] = []

  /// Finds the inputs, in the order of the command line, and in directories by name.
  ///
  /// - Throws: an exit status, after a message, for a directory without `-r` and for no input at all.
  init(_ paths: [String], list: String?, isRecursive: Bool) throws {
    for path in paths { try add(path, isRecursive) }
    if let list {
      guard list != "-" || !paths.contains("-") else {
        throw ValidationError("standard input can not be both an input and the list of inputs")
      }
      let lines = try Files.withInput(list) { bytes in
        String(decoding: bytes.array, as: UTF8.self)
      }
      for line in lines.split(separator: "\n") { try add(String(line), isRecursive) }
    }
    guard !items.isEmpty else {
      throw Console.fail("there is nothing to check: the directories and lists hold no file")
    }
  }

  private mutating func add(_ path: String, _ isRecursive: Bool) throws {
    // What can not be examined is told when it is its turn.
    guard path != "-", (try? Directory.kind(of: path)) == .directory else {
      items.append(Item(path: path, isFromDirectory: false))
      return
    }
    guard isRecursive else {
      throw Console.fail("\(Files.displayName(path)) is a directory; -r checks all files in it")
    }
    try addAll(in: path)
  }

  private mutating func addAll(in directory: String) throws {
    var rest = [directory]
    while let path = rest.popLast() {
      let entries: [(name: String, kind: Directory.Kind)]
      do throws(SystemError) {
        entries = try Directory.entries(of: path)
      } catch {
        throw Console.fail(error.description)
      }
      let prefix = path.hasSuffix("/") ? path : path + "/"
      for entry in entries where entry.kind == .file {
        items.append(Item(path: prefix + entry.name, isFromDirectory: true))
      }
      rest += entries.filter { $0.kind == .directory }.map { prefix + $0.name }.reversed()
    }
  }
}
