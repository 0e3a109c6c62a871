internal import SDEIModel
internal import SDEIWire

extension JSONFormat: LocatingFormat {
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    let root: JSONNode
    do throws(JSONError) { root = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    for member in root.members {
      switch member.key {
      case "instance", "vcpus": table.noteTree(member.node, member.key)
      case "events", "contexts", "extras": table.note(.state, member.key, at: member.node.offset)
      default: break
      }
      switch member.key {
      case "vcpus": table.noteVCPUs(member.node)
      case "events": for event in member.node.members { table.noteEvent(event) }
      case "contexts": for vcpu in member.node.members { table.noteContexts(vcpu) }
      case "extras":
        for dialect in member.node.members {
          for field in dialect.node.members { table.noteExtra(field) }
        }
      default: break
      }
    }
  }
}

extension PlaceTable {
  /// Notes a member of the state and all members of it.
  fileprivate mutating func noteTree(_ node: JSONNode, _ path: String) {
    note(.state, path, at: node.offset)
    for member in node.members { noteTree(member.node, "\(path).\(member.key)") }
  }

  fileprivate mutating func noteVCPUs(_ node: JSONNode) {
    for member in node.members {
      for fold in member.node.items { noteFold(fold, member.key) }
    }
  }

  fileprivate mutating func noteEvent(_ event: JSONMember) {
    guard let raw = JSONScope.hexValue(event.key) else { return }
    let number = EventNumber(raw)
    guard wants(.event(number)) else { return }
    note(.event(number), at: event.node.offset)
    for field in event.node.members {
      note(.event(number), field.key, at: field.node.offset)
      if field.key == "type" { note(.event(number), "definition", at: field.node.offset) }
      for part in field.node.members {
        note(.event(number), "\(field.key).\(part.key)", at: part.node.offset)
      }
      for fold in field.node.items { noteFold(fold, field.key, of: number) }
    }
  }

  fileprivate mutating func noteContexts(_ member: JSONMember) {
    guard let vcpu = UInt32(member.key), wants(.vcpu(vcpu)) else { return }
    for level in member.node.members {
      note(.vcpu(vcpu), level.key, at: level.node.offset)
      for field in level.node.members {
        note(.vcpu(vcpu), "\(level.key).\(field.key)", at: field.node.offset)
        for (number, item) in field.node.items.enumerated() {
          note(.vcpu(vcpu), "\(level.key).\(field.key)[\(number)]", at: item.offset)
        }
      }
    }
  }

  fileprivate mutating func noteExtra(_ field: JSONMember) {
    note(.state, "extras.\(field.key)", at: field.node.offset)
    for item in field.node.items {
      guard case .string(let text)? = item["event"]?.value, let raw = JSONScope.hexValue(text)
      else {
        noteFold(item, field.key)
        continue
      }
      let number = EventNumber(raw)
      note(.event(number), field.key, at: Self.value(of: item).offset)
      noteFold(item, field.key, of: number)
    }
  }

  /// Notes the value of a fold for the vCPUs that it holds for: those of an event, or the VM's.
  private mutating func noteFold(_ fold: JSONNode, _ name: String, of number: EventNumber? = nil) {
    guard case .string(let text)? = fold["vcpus"]?.value, let set = Bitmap(parsing: text) else {
      return
    }
    let offset = Self.value(of: fold).offset
    for range in set.ranges {
      if let number {
        for slot in slots(of: number, in: range) { note(.slot(number, slot), name, at: offset) }
      } else {
        for vcpu in vcpus(in: range) { note(.vcpu(vcpu), name, at: offset) }
      }
    }
  }

  /// What a fold says: the member that is neither whose it is nor how it goes on.
  private static func value(of fold: JSONNode) -> JSONNode {
    let member = fold.members.first { !["vcpus", "event", "stride"].contains($0.key) }
    return member?.node ?? fold
  }
}

extension JSONNode {
  /// The members, of an object.
  fileprivate var members: [JSONMember] {
    if case .object(let members) = value { members } else { [] }
  }

  /// The items, of an array.
  fileprivate var items: [JSONNode] { if case .array(let items) = value { items } else { [] } }

  fileprivate subscript(key: String) -> JSONNode? { members.first { $0.key == key }?.node }
}
