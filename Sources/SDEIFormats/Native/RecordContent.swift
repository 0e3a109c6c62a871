internal import SDEIModel
internal import SDEIWire

/// What one record says; its encoding is a function over a sink, run once to count and once to
/// write.
enum RecordContent {
  case instance(Instance)
  case part(UInt32, VMDigest)
  case vcpus(VCPUs)
  case events(EventTable)
  case handlers(EventTable, vcpus: UInt32)
  case contexts(ContextTable)
  case extras(Snapshot)

  /// The records that a document calls for, in their order.
  static func of(_ document: Document) -> [RecordContent] {
    let snapshot = document.snapshot
    var records: [RecordContent] = [.instance(snapshot.instance)]
    if case .vcpu(let vcpu, let digest) = document.scope { records.append(.part(vcpu, digest)) }
    records.append(.vcpus(snapshot.vcpus))
    if !snapshot.events.isEmpty { records.append(.events(snapshot.events)) }
    if snapshot.events.contains(where: \.hasHandlerState) {
      records.append(.handlers(snapshot.events, vcpus: snapshot.vcpus.count))
    }
    if !snapshot.contexts.isEmpty { records.append(.contexts(snapshot.contexts)) }
    if snapshot.hasExtras { records.append(.extras(snapshot)) }
    return records
  }

  var type: RecordType {
    switch self {
    case .instance: .instance
    case .part: .part
    case .vcpus: .vcpus
    case .events: .events
    case .handlers: .handlers
    case .contexts: .contexts
    case .extras: .extras
    }
  }

  var body: [UInt8] {
    var counter = ByteCounter()
    write(into: &counter)
    var writer = ByteWriter(size: counter.count)
    write(into: &writer)
    return writer.finish()
  }

  private func write<Sink: ByteSink & ~Copyable>(into sink: inout Sink) {
    switch self {
    case .instance(let instance): InstanceRecord.write(instance, into: &sink)
    case .part(let vcpu, let digest): PartRecord.write(vcpu, of: digest, into: &sink)
    case .vcpus(let vcpus): VCPUsRecord.write(vcpus, into: &sink)
    case .events(let events): EventsRecord.write(events, into: &sink)
    case .handlers(let events, let vcpus): HandlersRecord.write(events, vcpus: vcpus, into: &sink)
    case .contexts(let contexts): ContextsRecord.write(contexts, into: &sink)
    case .extras(let snapshot): ExtrasRecord.write(snapshot, into: &sink)
    }
  }
}
