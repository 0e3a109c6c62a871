extension Snapshot {
  /// Visits the words of the state, and gives the state that they make.
  package func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Snapshot {
    var result = self
    result.instance = try instance.visitedWords(by: &visitor)
    var events: [Event] = []
    events.reserveCapacity(self.events.count)
    for event in self.events { events.append(try event.visitedWords(by: &visitor)) }
    result.events = EventTable(events)
    var contexts: [Context] = []
    contexts.reserveCapacity(self.contexts.count)
    for var context in self.contexts {
      if let event = context.event { try event.visit(by: &visitor) }
      context.frame = try context.frame.visitedWords(by: &visitor)
      contexts.append(context)
    }
    result.contexts = ContextTable(contexts)
    for item in extras.lists.items {
      for event in item.value { try event.visit(by: &visitor) }
    }
    for item in extras.vcpuLists.items {
      for list in item.value.items {
        for event in list.events { try event.visit(by: &visitor) }
      }
    }
    result.extras.values = try extras.values.visitedWords(by: &visitor)
    result.extras.vcpuValues = try extras.vcpuValues.visitedWords(by: &visitor)
    return result
  }
}

extension Instance {
  /// Visits the words of an instance: what its calls return, and who made it.
  package func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Instance {
    var result = self
    // They come again as results of calls, and are addresses there no more than here.
    _ = try visitor.word(version.rawValue, .identifier)
    let slots = UInt64(features.sharedSlots) << 16 | UInt64(features.privateSlots)
    _ = try visitor.word(slots, .identifier)
    result.producer = try visitor.producer(producer)
    return result
  }
}

extension EventNumber {
  /// Visits the number; it stays.
  package func visit<Visitor: WordVisitor>(by visitor: inout Visitor) throws(Visitor.Failure) {
    _ = try visitor.word(rawValue, .identifier)
  }
}

extension EventDefinition {
  /// Visits the notifier's name.
  package func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> EventDefinition {
    guard let notifier else { return self }
    var result = self
    result.notifier = try visitor.name(notifier)
    return result
  }
}

extension Event {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Event {
    var result = self
    try number.visit(by: &visitor)
    result.definition = try definition?.visitedWords(by: &visitor)
    result.routing.affinity = Affinity(
      rawValue: try visitor.word(routing.affinity.rawValue, .affinity)
    )
    if relative.isEmpty {
      result.entry = try visitor.column(entry, .address)
    } else {
      let offsets = try visitor.column(entry.restricted(to: relative), .offset)
      result.entry = try visitor.column(entry.removing(relative), .address).overlaid(with: offsets)
    }
    result.argument = try visitor.column(argument, .register)
    result.extras = try extras.visitedWords(by: &visitor)
    result.slotExtras = try slotExtras.visitedWords(by: &visitor)
    return result
  }
}

extension RegisterFrame {
  /// Visits X0 to X17, PC and PSTATE.
  package func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> RegisterFrame {
    var result = self
    for index in x.indices { result.x[index] = try visitor.word(x[index], .register) }
    result.pc = try visitor.word(pc, .address)
    result.pstate = try visitor.word(pstate, .pstate)
    return result
  }
}

extension FieldMap<UInt64> {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Self {
    var result = self
    for item in items {
      guard let kind = item.field.wordKind else { continue }
      result[item.field] = try visitor.word(item.value, kind)
    }
    return result
  }
}

extension FieldMap<Column> {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Self {
    var result = self
    for item in items {
      guard let kind = item.field.wordKind else { continue }
      result[item.field] = try visitor.column(item.value, kind)
    }
    return result
  }
}

extension ExtraField {
  /// What a value of the field is to redaction; nil where it stays as it is.
  var wordKind: WordKind? {
    switch content {
    case .pointer: .address
    case .register: .register
    case .affinity: .affinity
    case .leftover: .leftover(bits: bits)
    case .number: nil
    }
  }
}
