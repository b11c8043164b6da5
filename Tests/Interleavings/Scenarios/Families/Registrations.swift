import Loom
import MioCore

/// One source that several threads register and deregister.
///
/// The outcomes are those of some order of the operations, and the state of the source agrees with
/// that of the selector (C4, C16).
func registrations<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  free(backend) + registered(backend) + moved(backend) + takenOver(backend)
}

/// The function of one of the threads.
private typealias Part<S: Selector & ~Copyable> = (RegistrationWorld<S>) -> Void

private enum Start { case free, registered, takenOver }

private func scenario<S: Selector & ~Copyable>(
  _ backend: Backend<S>, _ what: String, from start: Start, selectors: Int = 1, refusals: Int = 0,
  _ parts: Part<S>...
) -> Scenario {
  backend.scenario("registrations", what) { threads, world in
    let shared = try RegistrationWorld(world, selectors: selectors)
    switch start {
    case .free: break
    case .registered: try shared.start(registered: 1)
    case .takenOver: try shared.startTakenOver()
    }
    world.kernel.refusals = refusals
    let names: [StaticString] = ["first", "second", "third"]
    for (name, part) in zip(names, parts) { threads.add(name) { part(shared) } }
    threads.run()
    world.kernel.refusals = 0
    try shared.check()
  }
}

private func free<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    scenario(
      backend, "register ∥ register", from: .free, { $0.register(2) }, { $0.register(3) }),
    scenario(
      backend, "register ∥ reregister", from: .free, { $0.register(2) }, { $0.reregister(3) }),
    scenario(
      backend, "register ∥ deregister", from: .free, { $0.register(2) }, { $0.deregister() }),
    scenario(
      backend, "register ∥ register ∥ deregister", from: .free,
      { $0.register(2) }, { $0.register(3) }, { $0.deregister() }),
    scenario(
      backend, "register ∥ reregister ∥ deregister", from: .free,
      { $0.register(2) }, { $0.reregister(3) }, { $0.deregister() }),
    scenario(
      backend, "register, deregister ∥ register", from: .free,
      {
        $0.register(2)
        $0.deregister()
      }, { $0.register(3) }),
    scenario(
      backend, "register ∥ register, deregister, one is refused", from: .free, refusals: 1,
      { $0.register(2) },
      {
        $0.register(3)
        $0.deregister()
      }),
    scenario(
      backend, "register, twice ∥ register, one is refused", from: .free, refusals: 1,
      {
        $0.register(2)
        $0.register(4)
      }, { $0.register(3) }),
  ]
}

private func registered<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    scenario(
      backend, "reregister ∥ reregister", from: .registered,
      { $0.reregister(2) }, { $0.reregister(3) }),
    scenario(
      backend, "reregister ∥ deregister", from: .registered,
      { $0.reregister(2) }, { $0.deregister() }),
    scenario(
      backend, "deregister ∥ deregister", from: .registered,
      { $0.deregister() }, { $0.deregister() }),
    scenario(
      backend, "deregister ∥ deregister ∥ register", from: .registered,
      { $0.deregister() }, { $0.deregister() }, { $0.register(2) }),
    scenario(
      backend, "deregister ∥ reregister ∥ register", from: .registered,
      { $0.deregister() }, { $0.reregister(2) }, { $0.register(3) }),
    scenario(
      backend, "deregister ∥ deregister, register", from: .registered,
      { $0.deregister() },
      {
        $0.deregister()
        $0.register(2)
      }),
    scenario(
      backend, "reregister ∥ deregister, register", from: .registered,
      { $0.reregister(2) },
      {
        $0.deregister()
        $0.register(3)
      }),
    scenario(
      backend, "deregister, register ∥ deregister, register", from: .registered,
      {
        $0.deregister()
        $0.register(2)
      },
      {
        $0.deregister()
        $0.register(3)
      }),
  ]
}

/// Scenarios with two selectors.
private func moved<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    scenario(
      backend, "register ∥ register elsewhere", from: .free, selectors: 2,
      { $0.register(2, with: 0) }, { $0.register(3, with: 1) }),
    scenario(
      backend, "register ∥ deregister elsewhere", from: .free, selectors: 2,
      { $0.register(2, with: 0) }, { $0.deregister(from: 1) }),
    scenario(
      backend, "moves ∥ reregister", from: .registered, selectors: 2,
      {
        $0.deregister(from: 0)
        $0.register(2, with: 1)
      }, { $0.reregister(3, with: 0) }),
    scenario(
      backend, "moves ∥ deregister", from: .registered, selectors: 2,
      {
        $0.deregister(from: 0)
        $0.register(2, with: 1)
      }, { $0.deregister(from: 0) }),
    scenario(
      backend, "moves ∥ register", from: .registered, selectors: 2,
      {
        $0.deregister(from: 0)
        $0.register(2, with: 1)
      }, { $0.register(3, with: 0) }),
  ]
}

/// Scenarios with a source of a destroyed selector.
private func takenOver<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    scenario(
      backend, "two take over", from: .takenOver, selectors: 2,
      { $0.register(2, with: 0) }, { $0.register(3, with: 1) }),
    scenario(
      backend, "takes over ∥ deregister", from: .takenOver,
      { $0.register(2) }, { $0.deregister() }),
    scenario(
      backend, "takes over, deregister ∥ takes over, one is refused", from: .takenOver, refusals: 1,
      {
        $0.register(2)
        $0.deregister()
      }, { $0.register(3) }),
    takenOverWhileGoing(backend),
  ]
}

/// The old selector is destroyed while the source is registered with another selector.
private func takenOverWhileGoing<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("registrations", "takes over ∥ the old selector goes") { threads, world in
    let old = Box<Poller<S>?>(try world.makePoller())
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let source = world.makeSource(isReadable: true)
    try old.value?.registry.register(source, token: 9, interest: .readable)
    var outcomes: [IOError.Kind?] = []
    threads.add("old") { old.value = nil }
    threads.add("new") {
      for _ in 0..<2 {
        outcomes.append(kind { () throws(IOError) in try registry.register(source, 2) })
      }
    }
    threads.run()
    let successes = outcomes.count { $0 == nil }
    Loom.check(successes <= 1, "registered twice: \(outcomes)")
    Loom.check(source.isRegistered, "the source has forgotten a registration: \(outcomes)")
    let expected: [UInt] = successes == 1 ? [2] : []
    Loom.check(try poller.wait(.zero) == expected, "\(outcomes), and watched otherwise")
  }
}
