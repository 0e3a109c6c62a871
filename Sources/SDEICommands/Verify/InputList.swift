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
      let bytes = try Files.withInput(list) { bytes in bytes.array }
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        // A list may come from a system whose lines end in two characters.
        let name = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        if !name.isEmpty { try add(String(decoding: name, as: UTF8.self), isRecursive) }
      }
    }
    // The list itself may name it.
    guard items.count(where: { $0.path == "-" }) + (list == "-" ? 1 : 0) <= 1 else {
      throw ValidationError("standard input can be read once only")
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
    var rest = [(path: directory, kind: Directory.Kind.directory)]
    while let (path, kind) = rest.popLast() {
      guard kind == .directory else {
        items.append(Item(path: path, isFromDirectory: true))
        continue
      }
      let entries: [(name: String, kind: Directory.Kind)]
      do throws(SystemError) {
        entries = try Directory.entries(of: path)
      } catch {
        throw Console.fail(error.description)
      }
      let prefix = path.hasSuffix("/") ? path : path + "/"
      rest += entries.reversed().map { (prefix + $0.name, $0.kind) }
    }
  }
}
