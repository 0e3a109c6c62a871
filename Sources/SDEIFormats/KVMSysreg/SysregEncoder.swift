internal import SDEIModel
internal import SDEIWire

/// Writes a state as writes to the two registers: one order, and each run of a column once.
struct SysregEncoder {
  private let vcpus: UInt32
  /// How many writes there are.
  private var count: UInt64 = 0
  /// Where they go, nil while they are counted.
  private var output: ByteBuffer?

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    var encoder = SysregEncoder(vcpus: snapshot.vcpus.count)
    encoder.write(snapshot)
    // A write stands for something in memory that is larger: this can not overflow.
    let size = UInt64(TranscriptHeader.size) + encoder.count * UInt64(SysregLayout.writeSize)
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmSysreg, bytes: size, limit: options.maxBytes)
    }
    var header = ByteWriter(size: TranscriptHeader.size)
    let producer = snapshot.instance.producer
    let hasRoom = producer.utf8.count <= TranscriptHeader.producerSize && isPlainText(producer)
    TranscriptHeader(
      KVMSysregFormat.transcript,
      vcpus: snapshot.vcpus.count,
      hasMPIDRs: false,
      producer: hasRoom ? producer : ""
    ).write(into: &header)
    var output = ByteBuffer()
    output.write(header.finish())
    encoder.output = output
    encoder.write(snapshot)
    return encoder.output?.bytes ?? []
  }

  private init(vcpus: UInt32) { self.vcpus = vcpus }

  /// One command: the operands, then the command itself.
  private mutating func write(_ index: UInt32, _ command: SysregCommand, _ operands: [UInt64]) {
    for operand in operands { write(index, SysregLayout.dataRegister, operand) }
    write(index, SysregLayout.commandRegister, command.rawValue)
  }

  private mutating func write(_ index: UInt32, _ register: UInt32, _ value: UInt64) {
    count += 1
    output?.write(index)
    output?.write(register)
    output?.write(value)
  }

  private mutating func write(_ command: SysregCommand, _ operands: [UInt64]) {
    write(SysregLayout.vm, command, operands)
  }

  /// Whether a range is written on the vCPU itself.
  private func isSingle(_ range: IndexRange) -> Bool {
    range.first == range.last && range.first < vcpus
  }

  private mutating func writeMarks(_ command: SysregCommand, _ event: [UInt64], _ bitmap: Bitmap) {
    for range in bitmap.ranges {
      if isSingle(range) {
        write(range.first, command, event)
      } else {
        write(command, event + [SysregLayout.word(range)])
      }
    }
  }

  private mutating func writeValues(_ command: SysregCommand, _ event: [UInt64], _ column: Column) {
    for run in column.runs {
      if case .affine(let base, let stride) = run.values {
        writeRange(command, event, run.range, base, stride)
        continue
      }
      for index in run.range.first...run.range.last {
        let value = column.value(of: run, at: index)
        writeRange(command, event, IndexRange(index, index), value, 0)
      }
    }
  }

  private mutating func writeRange(
    _ command: SysregCommand,
    _ event: [UInt64],
    _ range: IndexRange,
    _ base: UInt64,
    _ stride: UInt64
  ) {
    if isSingle(range) {
      write(range.first, command, event + [base])
    } else {
      write(command, event + [SysregLayout.word(range), base, stride])
    }
  }

  private mutating func write(_ instance: Instance) {
    write(.setVersion, [instance.version.rawValue])
    write(.setFeatures, [SysregLayout.features(instance)])
    write(.setDialect, [SysregLayout.code(instance.dialect)])
  }

  private mutating func write(_ event: Event) {
    let number = event.number.rawValue
    if let definition = event.definition {
      let interrupt = UInt64(definition.interrupt ?? 0)
      write(.defineEvent, [number, SysregLayout.properties(definition), interrupt])
    } else {
      write(.declareEvent, [number])
    }
    if event.routing != Routing() {
      let routing = event.routing
      write(.setRouting, [number, UInt64(routing.mode.rawValue), routing.affinity.rawValue])
    }
    for (command, path) in SysregLayout.marks {
      writeMarks(command, [number], event[keyPath: path])
    }
    for (command, path) in SysregLayout.values {
      writeValues(command, [number], event[keyPath: path])
    }
  }

  private mutating func write(_ state: VCPUs) {
    writeMarks(.maskVCPU, [], state.masked)
    writeMarks(.requestDelivery, [], state.deliveryRequest)
    writeValues(.setPower, [], state.power)
    // What is known to be 0 is told, too: it is in no run of the column.
    let known = state.affinity.restricted(to: state.affinityKnown)
    for range in state.affinityKnown.subtracting(known.support).ranges {
      writeRange(.setAffinity, [], range, 0, 0)
    }
    writeValues(.setAffinity, [], known)
  }

  private mutating func write(_ context: Context) {
    let flag: UInt64 = context.event == nil ? 0 : 1 << 8
    var operands = [UInt64(context.level.rawValue) | flag, context.event?.rawValue ?? 0]
    for word in 0..<RegisterFrame.wordCount { operands.append(context.frame[word: word]) }
    if context.vcpu < vcpus {
      write(context.vcpu, .setContext, operands)
    } else {
      write(.setContext, [UInt64(context.vcpu)] + operands)
    }
  }

  private mutating func write(_ snapshot: Snapshot) {
    write(snapshot.instance)
    for event in snapshot.events { write(event) }
    write(snapshot.vcpus)
    for context in snapshot.contexts { write(context) }
  }
}
