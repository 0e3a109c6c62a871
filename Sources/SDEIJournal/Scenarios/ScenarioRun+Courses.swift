internal import SDEIEngine
internal import SDEIModel

extension ScenarioRun {
  /// drivers/firmware/arm_sdei.c and ghes.c: reset, register, unmask.
  mutating func bootLinux() {
    call(.version, on: 0)
    for vcpu in 0..<vcpus { call(.privateReset, on: vcpu) }
    call(.sharedReset, on: 0)
    for number in [ScenarioEvent.normal, ScenarioEvent.critical] {
      call(.eventGetInfo, number.rawValue, UInt64(InfoSelector.type.rawValue), on: 0)
      call(.eventGetInfo, number.rawValue, UInt64(InfoSelector.priority.rawValue), on: 0)
      for vcpu in 0..<vcpus { register(number, on: vcpu) }
    }
    for number in [ScenarioEvent.shared, ScenarioEvent.sharedCritical] {
      call(.eventGetInfo, number.rawValue, UInt64(InfoSelector.type.rawValue), on: 0)
      register(number, on: 0)
    }
    for vcpu in 0..<vcpus { call(.peUnmask, on: vcpu) }
  }

  mutating func signalInFlight() {
    bootLinux()
    for vcpu in 0..<vcpus { register(.softwareSignalled, on: vcpu) }
    for vcpu in 1..<vcpus {
      call(.eventSignal, 0, ScenarioEvent.affinity(of: vcpu), on: 0)
    }
  }

  mutating func nestCritical() {
    bootLinux()
    perform(.fire(ScenarioEvent.normal, vcpu: 0))
    deliver(0)
    call(.eventContext, 0, on: 0)
    perform(.fire(ScenarioEvent.critical, vcpu: 0))
    deliver(0)
    call(.eventContext, 17, on: 0)
    perform(.fire(ScenarioEvent.normal, vcpu: 0))
  }

  mutating func unregisterWhileRunning() {
    bootLinux()
    perform(.fire(ScenarioEvent.normal, vcpu: 0))
    deliver(0)
    call(.eventUnregister, ScenarioEvent.normal.rawValue, on: 0)
    call(.eventStatus, ScenarioEvent.normal.rawValue, on: 0)
    perform(.fire(ScenarioEvent.shared, vcpu: 1))
    deliver(1)
    // Another vCPU than the one that runs the shared event's handler.
    call(.eventUnregister, ScenarioEvent.shared.rawValue, on: 0)
    call(.eventUnregister, ScenarioEvent.shared.rawValue, on: 0)
  }

  mutating func routeShared() {
    bootLinux()
    let (any, one) = (ScenarioEvent.shared, ScenarioEvent.sharedCritical)
    let target = ScenarioEvent.affinity(of: vcpus - 1)
    call(.eventDisable, one.rawValue, on: 0)
    call(.eventRoutingSet, one.rawValue, 1, target, on: 0)
    call(.eventEnable, one.rawValue, on: 0)
    call(.eventGetInfo, one.rawValue, UInt64(InfoSelector.routingAffinity.rawValue), on: 0)
    call(.peMask, on: 0)
    perform(.fire(any, vcpu: 0))
    perform(.fire(one, vcpu: 0))
    for vcpu in 0..<vcpus { deliver(vcpu) }
    call(.eventComplete, 0, on: 1)
    perform(.fire(any, vcpu: 0))
  }

  mutating func bindInterrupts() {
    bootLinux()
    // A PPI: a private event on every vCPU. An SPI: a shared one.
    let ppi = call(.interruptBind, 23, on: 0)
    let spi = call(.interruptBind, 72, on: 0)
    guard let ppi, let spi, ppi > 0, spi > 0 else { return }
    let (timer, device) = (EventNumber(UInt64(ppi)), EventNumber(UInt64(spi)))
    for vcpu in 0..<vcpus { register(timer, on: vcpu) }
    register(device, on: 0, flags: 1, affinity: ScenarioEvent.affinity(of: 1))
    perform(.fire(device, vcpu: 0))
    deliver(1)
    perform(.fire(timer, vcpu: 1))
    call(.interruptRelease, timer.rawValue, on: 0)
    call(.interruptBind, 72, on: 1)
  }

  mutating func faultPages() {
    bootLinux()
    for vcpu in 0..<vcpus { register(ScenarioEvent.asyncPF, on: vcpu) }
    for vcpu in 0..<vcpus {
      perform(.inject(ScenarioEvent.asyncPF, vcpu: vcpu, immediately: true))
    }
    deliver(0)
    call(.eventCompleteAndResume, 0xFFFF_8000_0801_0A80, on: 0)
    perform(.inject(ScenarioEvent.asyncPF, vcpu: 0, immediately: false))
    deliver(0)
    perform(.cancel(ScenarioEvent.asyncPF, vcpu: 1))
    perform(.cancel(ScenarioEvent.asyncPF, vcpu: 0))
    for vcpu in 2..<max(vcpus, 2) { deliver(vcpu) }
  }

  mutating func plugCPUs() {
    bootLinux()
    // vCPU 1 as Linux does it; vCPU 2 in the middle of a handler.
    for number in [ScenarioEvent.normal, ScenarioEvent.critical] {
      call(.eventUnregister, number.rawValue, on: 1)
    }
    call(.peMask, on: 1)
    perform(.power(.off, vcpu: 1))
    perform(.fire(ScenarioEvent.normal, vcpu: 2))
    deliver(2)
    perform(.power(.off, vcpu: 2))
    perform(.power(.on, vcpu: 1))
    for number in [ScenarioEvent.normal, ScenarioEvent.critical] { register(number, on: 1) }
    call(.peUnmask, on: 1)
    perform(.power(.suspend, vcpu: 0))
    perform(.fire(ScenarioEvent.normal, vcpu: 0))
    perform(.power(.wake, vcpu: 0))
  }

  /// On a booted guest: sources fire, handlers run and complete, and now and then somebody calls.
  mutating func playRandomly() {
    bootLinux()
    let numbers = [EventNumber.softwareSignalled] + ScenarioEvent.platform.map(\.0)
    for _ in 0..<max(64, min(UInt64(vcpus) * 16, 65_536)) {
      let vcpu = UInt32(random.below(UInt64(vcpus)))
      let number = numbers[Int(random.below(UInt64(numbers.count)))]
      let runs = Level.allCases.contains { dispatcher.runningEvent(vcpu, $0) != nil }
      if runs && random.below(3) == 0 {
        completeRandomly(vcpu)
      } else if dispatcher.isDeliveryRequested(vcpu) && random.below(2) == 0 {
        deliver(vcpu)
      } else if random.below(2) == 0 {
        perform(.fire(number, vcpu: vcpu))
      } else {
        callRandomly(number, vcpu)
      }
    }
  }

  private mutating func completeRandomly(_ vcpu: UInt32) {
    switch random.below(4) {
    case 0: call(.eventCompleteAndResume, 0xFFFF_8000_0801_0A80, on: vcpu)
    case 1: call(.eventContext, random.below(18), on: vcpu)
    default: call(.eventComplete, 0, on: vcpu)
    }
  }

  private mutating func callRandomly(_ number: EventNumber, _ vcpu: UInt32) {
    switch random.below(12) {
    case 0...2: register(number, on: vcpu)
    case 3: call(.eventEnable, number.rawValue, on: vcpu)
    case 4: call(.eventDisable, number.rawValue, on: vcpu)
    case 5: call(.eventUnregister, number.rawValue, on: vcpu)
    case 6: call(.eventStatus, number.rawValue, on: vcpu)
    case 7: call(.eventSignal, 0, ScenarioEvent.affinity(of: vcpu), on: 0)
    case 8: call(.peMask, on: vcpu)
    case 9...10: call(.peUnmask, on: vcpu)
    default: perform(.inject(number, vcpu: vcpu, immediately: random.below(2) == 0))
    }
  }
}
