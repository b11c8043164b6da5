import Loom
import MioCore

/// Edges: after an operation of any thread would block, later readiness is reported.
func edges<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  /// Makes a scenario in which the poller, other readers, or both drain the source when it is
  /// reported.
  func scenario(
    _ what: String, pollerReads: Bool = true, readers: Int = 0, writes: Int,
    reregisters: Bool = false
  ) -> Scenario {
    backend.scenario("edges", what) { threads, world in
      let poller = try world.makePoller()
      let registry = try poller.duplicate()
      let source = world.makeSource()
      try registry.register(source, 1)
      threads.add("poller") {
        while try poller.waitUnlessForEver() != nil { if pollerReads { source.drain() } }
        Loom.check(!source.read(), "the poller sleeps for ever, and there is something to read")
      }
      for _ in 0..<readers { threads.add("reader") { source.drain() } }
      threads.add("peer") { for _ in 0..<writes { source.peerWrites() } }
      if reregisters { threads.add("other") { try registry.reregister(source, 1) } }
      threads.run()
    }
  }
  return [
    scenario("the poller reads, two writes", writes: 2),
    scenario("a reader beside the poller, two writes", readers: 1, writes: 2),
    scenario(
      "a reader beside the poller, a write, a reregister", readers: 1, writes: 1, reregisters: true),
    readerOfItsOwn(backend),
    drainedBesideNewRegistration(backend),
  ]
}

/// The poller notifies a reader, and only this reader reads.
private func readerOfItsOwn<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("edges", "the poller tells a reader, two writes") { threads, world in
    let poller = try world.makePoller()
    let source = world.makeSource()
    try poller.registry.register(source, token: 1, interest: .readable)
    var events = 0
    var isQuiet = false
    threads.add("poller") {
      while try poller.waitUnlessForEver() != nil { events += 1 }
      Loom.check(!source.read(), "the poller sleeps for ever, and there is something to read")
      isQuiet = true
    }
    threads.add("reader") {
      var seen = 0
      while !isQuiet, Loom.wait("event", until: { events > seen || isQuiet }) {
        seen = events
        source.drain()
      }
    }
    threads.add("peer") { for _ in 0..<2 { source.peerWrites() } }
    threads.run()
  }
}

/// A read that blocked under the old registration takes no event from the new registration.
private func drainedBesideNewRegistration<S: Selector & ~Copyable>(
  _ backend: Backend<S>
) -> Scenario {
  backend.scenario("edges", "a read ∥ deregister, register ∥ polls") { threads, world in
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let source = world.makeSource(isReadable: true)
    source.peerWrites()
    try registry.register(source, 1)
    _ = try poller.wait(.zero)
    var isReported = false
    threads.add("poller") {
      while let tokens = try poller.waitUnlessForEver() {
        if tokens.contains(2) { isReported = true }
      }
      Loom.check(isReported, "what is ready is never reported under the new token")
    }
    threads.add("reader") { _ = source.read() }
    threads.add("other") {
      try registry.deregister(source)
      try registry.register(source, 2)
    }
    threads.run()
  }
}
