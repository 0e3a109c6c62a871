import Foundation

/// Changes the vCPUs' sections of a real stream, and its description with them.
///
/// It finds its way with Foundation's JSON and a search for headers, and shares nothing with the
/// product.
package final class QEMUStreamEditor {
  private typealias Object = [String: Any]

  private var head: Data
  private var root: Object
  private var deviceObjects: [Object]
  /// Where the description's item begins.
  package let descriptionOffset: Int

  package init(_ stream: [UInt8]) throws {
    let data = Data(stream)
    guard let text = data.range(of: Data("{\"page_size\"".utf8), options: .backwards),
      let root = try JSONSerialization.jsonObject(with: Data(data[text.lowerBound...])) as? Object,
      let devices = root["devices"] as? [Object]
    else { throw NothingToTest(what: "description") }
    (self.root, deviceObjects) = (root, devices)
    descriptionOffset = text.lowerBound - 5
    head = data[..<descriptionOffset]
  }

  /// The stream as it is now.
  package var bytes: [UInt8] {
    get throws {
      var root = root
      root["devices"] = deviceObjects
      let text = try JSONSerialization.data(withJSONObject: root, options: [.sortedKeys])
      return [UInt8](head) + [6] + bigEndian(UInt64(text.count), 4) + [UInt8](text)
    }
  }

  /// The devices of the description: name, instance, and how long their bodies are.
  package var devices: [(name: String, instance: Int, length: Int)] {
    deviceObjects.map {
      ($0["name"] as? String ?? "", $0["instance_id"] as? Int ?? -1, Self.length($0))
    }
  }

  /// The bytes that fields and subsections take.
  private static func length(_ object: Object) -> Int {
    let fields = (object["fields"] as? [Object] ?? []).reduce(0) { $0 + length(field: $1) }
    return (object["subsections"] as? [Object] ?? []).reduce(fields) { sum, subsection in
      sum + 6 + ((subsection["vmsd_name"] as? String)?.utf8.count ?? 0) + length(subsection)
    }
  }

  private static func length(field: Object) -> Int {
    (field["size"] as? Int ?? 0) * (field["array_len"] as? Int ?? 1)
  }

  // MARK: vCPUs

  private func cpu(_ index: Int) throws -> (place: Int, body: Range<Int>) {
    let found = deviceObjects.firstIndex {
      $0["name"] as? String == "cpu" && $0["instance_id"] as? Int == index
    }
    guard let found, let version = deviceObjects[found]["version"] as? Int else {
      throw NothingToTest(what: "cpu \(index)")
    }
    let object = deviceObjects[found]
    let header =
      [3] + Array("cpu".utf8) + bigEndian(UInt64(index), 4) + bigEndian(UInt64(version), 4)
    guard let place = head.range(of: Data(header)) else {
      throw NothingToTest(what: "section of cpu \(index)")
    }
    return (found, place.upperBound..<place.upperBound + Self.length(object))
  }

  /// Puts a subsection at the end of a vCPU's section.
  package func append(_ subsection: QEMUTestSubsection, toCPU index: Int) throws {
    let (place, body) = try cpu(index)
    head.insert(contentsOf: subsection.bytes, at: body.upperBound)
    let old = deviceObjects[place]["subsections"] as? [Object] ?? []
    deviceObjects[place]["subsections"] = old + [try Self.object(subsection.json)]
  }

  /// Sets a vCPU's power_state: 0 on, 1 off.
  package func setPower(_ state: UInt8, ofCPU index: Int) throws {
    let (place, body) = try cpu(index)
    var offset = body.lowerBound
    for field in deviceObjects[place]["fields"] as? [Object] ?? [] {
      if field["name"] as? String == "power_state" {
        head[offset] = state
        return
      }
      offset += Self.length(field: field)
    }
    throw NothingToTest(what: "power_state of cpu \(index)")
  }

  /// Puts registers into a vCPU's list, at the places of their ids.
  ///
  /// In version 22 each must have one word; the form of version 23 has a list of where the words of
  /// each begin.
  package func setRegisters(
    _ registers: [UInt64: [UInt64]],
    ofCPU index: Int,
    isWide: Bool = false
  ) throws {
    let (place, body) = try cpu(index)
    var fields = deviceObjects[place]["fields"] as? [Object] ?? []
    let prefix = "cpreg_vmstate_"
    guard let first = fields.firstIndex(where: { $0["name"] as? String == prefix + "array_len" })
    else { throw NothingToTest(what: "list of registers") }
    let start = body.lowerBound + fields[..<first].reduce(0) { $0 + Self.length(field: $1) }
    let count = Int(word(start, 4))
    var list: [(id: UInt64, words: [UInt64])] = (0..<count).map { place in
      (word(start + 4 + place * 8, 8), [word(start + 4 + (count + place) * 8, 8)])
    }
    list += registers.map { ($0.key, $0.value) }
    list.sort { $0.id < $1.id }
    let made = isWide ? Self.wide(list) : Self.narrow(list)
    head.replaceSubrange(start..<start + 4 + count * 16, with: made.flatMap(\.bytes))
    fields.replaceSubrange(first..<first + 3, with: try made.map { try Self.object($0.json) })
    deviceObjects[place]["fields"] = fields
    if isWide {
      deviceObjects[place]["version"] = 23
      head.replaceSubrange(body.lowerBound - 4..<body.lowerBound, with: bigEndian(23, 4))
    }
  }

  package static func narrow(_ list: [(id: UInt64, words: [UInt64])]) -> [QEMUTestField] {
    [
      QEMUTestField("cpreg_vmstate_array_len", size: 4, bigEndian(UInt64(list.count), 4)),
      words("indexes", list.map(\.id)), words("values", list.map { $0.words[0] }),
    ]
  }

  package static func wide(_ list: [(id: UInt64, words: [UInt64])]) -> [QEMUTestField] {
    let values = list.flatMap(\.words)
    var (places, next): ([UInt8], Int) = ([], 0)
    for register in list {
      places += bigEndian(UInt64(next), 4)
      next += register.words.count
    }
    return [
      QEMUTestField("cpreg_vmstate_array_len", size: 4, bigEndian(UInt64(list.count), 4)),
      QEMUTestField("cpreg_vmstate_value_array_len", size: 4, bigEndian(UInt64(values.count), 4)),
      words("indexes", list.map(\.id)), words("values", values),
      QEMUTestField("cpreg_vmstate_value_indexes", size: 4, count: list.count, places),
    ]
  }

  private static func words(_ name: String, _ values: [UInt64]) -> QEMUTestField {
    QEMUTestField(
      "cpreg_vmstate_" + name,
      size: 8,
      count: values.count,
      values.flatMap { bigEndian($0, 8) }
    )
  }

  private static func object(_ json: String) throws -> Object {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? Object
    guard let object else { throw NothingToTest(what: "object in \(json)") }
    return object
  }

  private func word(_ offset: Int, _ size: Int) -> UInt64 {
    head[offset..<offset + size].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
