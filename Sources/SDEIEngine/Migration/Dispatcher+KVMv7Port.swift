internal import SDEIModel

/// KVM v7's pseudo-firmware registers (patch v7-19): nothing is refused, unknown bits are dropped.
extension Dispatcher {
  /// KVM_SET_ONE_REG.
  mutating func setRegisterV7(_ register: KVMv7Register, _ vcpu: UInt32) {
    switch register {
    case .handler(let index, let entry, let argument):
      let event = position(of: EventNumber(UInt64(bitPattern: Int64(index))))
      guard event >= 0 else { return }
      events[event][vcpu].entry = entry
      events[event][vcpu].argument = argument
    case .registered(let bits): setMarks(.registered, bits, vcpu)
    case .enabled(let bits): setMarks(.enabled, bits, vcpu)
    case .running(let bits): setMarks(.running, bits, vcpu)
    case .pending(let bits):
      for event in events.indices {
        events[event][vcpu].pending = UInt32(bits >> events[event].number.rawValue & 1)
      }
      requestWhatWaits(vcpu)
    case .context(let frame): vcpus[Int(vcpu)].normal.frame = frame
    case .peState(let state):
      vcpus[Int(vcpu)].masked = state == 0 ? 0 : 1
      requestWhatWaits(vcpu)
    }
  }

  private mutating func setMarks(_ mark: Slot.Marks, _ bits: UInt64, _ vcpu: UInt32) {
    for event in events.indices {
      if bits >> events[event].number.rawValue & 1 == 1 {
        events[event][vcpu].marks.insert(mark)
      } else {
        events[event][vcpu].marks.remove(mark)
      }
    }
  }

  private mutating func requestWhatWaits(_ vcpu: UInt32) {
    if !vcpus[Int(vcpu)].isMasked && events.contains(where: { $0[vcpu].pending > 0 }) {
      vcpus[Int(vcpu)].isRequested = true
    }
  }

  /// What KVM_GET_ONE_REG tells of a vCPU, in the order of KVM_GET_REG_LIST.
  func registersV7(_ vcpu: UInt32) -> [KVMv7Register] {
    func bits(_ isSet: (Slot) -> Bool) -> UInt64 {
      events.reduce(0) { $0 | (isSet($1[vcpu]) ? 1 << $1.number.rawValue : 0) }
    }
    let handlers = (0..<4).map { index in
      let event = position(of: EventNumber(UInt64(index)))
      let slot = event >= 0 ? events[event][vcpu] : Slot()
      return KVMv7Register.handler(index, entry: slot.entry, argument: slot.argument)
    }
    return handlers + [
      .registered(bits { $0.marks.contains(.registered) }),
      .enabled(bits { $0.marks.contains(.enabled) }),
      .running(bits { $0.marks.contains(.running) }), .pending(bits { $0.pending > 0 }),
      .context(vcpus[Int(vcpu)].normal.frame), .peState(vcpus[Int(vcpu)].isMasked ? 1 : 0),
    ]
  }
}
