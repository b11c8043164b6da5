import Loom
import MioCore

/// Polls that another event loop watches: wakes make the poll's own descriptor readable.
///
/// This holds from the moment at which the descriptor was exposed.
func exposure<S: PollableSelector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  /// Makes a scenario in which an outer poll reports when to poll the inner one.
  ///
  /// Each poll takes as many events as its capacity allows.
  func scenario(
    _ what: String, capacity: Int = 4, wakers: Int = 1, wakes: Int = 1, isLate: Bool = true
  ) -> Scenario {
    backend.scenario("exposure", what) { threads, world in
      let (outer, inner) = (try world.makePoller(), try world.makePoller(capacity: capacity))
      let ledger = WakeLedger()
      let all = try (1...wakers).map { try inner.makeWaker(UInt($0)) }
      // From its first poll on the notifier knows that its poller does not sleep, so wakes send no
      // signal.
      _ = try inner.wait(.zero)
      if !isLate { try outer.registry.register(inner.poll, token: 50, interest: .readable) }
      threads.add("poller") {
        if isLate { try outer.registry.register(inner.poll, token: 50, interest: .readable) }
        while let tokens = try outer.waitUnlessForEver() {
          Loom.check(tokens == [50], "the outer poll reports \(tokens)")
          try ledger.poll(inner, .zero)
        }
        ledger.checkQuiet()
      }
      for (name, waker) in zip(["first", "second"] as [StaticString], all) {
        threads.add(name) { ledger.wake(waker, times: wakes) }
      }
      threads.run()
      try ledger.finish(inner)
    }
  }
  return [
    scenario("one waker"),
    scenario("one waker, twice", wakes: 2),
    scenario("two wakers", wakers: 2),
    scenario("two wakers, room for one", capacity: 1, wakers: 2),
    scenario("two wakers, room for one, exposed before", capacity: 1, wakers: 2, isLate: false),
    foreignLoop(backend),
  ]
}

/// An event loop other than Mio's watches the descriptor.
private func foreignLoop<S: PollableSelector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("exposure", "a loop of somebody else's") { threads, world in
    let (outer, inner) = (try world.makePoller(), try world.makePoller())
    let ledger = WakeLedger()
    let waker = try inner.makeWaker(1)
    _ = try inner.wait(.zero)
    threads.add("poller") {
      let shared = BorrowedDescriptor(inner.poll.shareDescriptor())
      try outer.registry.register(shared, token: 50, interest: .readable, mode: .level)
      while try outer.waitUnlessForEver() != nil { try ledger.poll(inner, .zero) }
      ledger.checkQuiet()
    }
    threads.add("waker") { ledger.wake(waker, times: 2) }
    threads.run()
    try ledger.finish(inner)
  }
}
