import Loom
import MioCore

/// Wakes: no wake is lost, no wake is reported twice, and its report follows earlier operations.
func wakes<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [1, 4].flatMap { capacity in wakes(backend, capacity) }
}

private func wakes<S: Selector & ~Copyable>(
  _ backend: Backend<S>, _ capacity: Int
) -> [Scenario] {
  /// Makes a scenario with a poller and threads that wake it.
  func scenario(
    _ what: String,
    _ wakers:
      @escaping (_ threads: Threads, _ poller: Poller<S>, _ ledger: WakeLedger) throws ->
      Void
  ) -> Scenario {
    backend.scenario("wakes", "\(what), room for \(capacity)") { threads, world in
      let poller = try world.makePoller(capacity: capacity)
      let ledger = WakeLedger()
      threads.add("poller") { try ledger.pollUntilQuiet(poller) }
      try wakers(threads, poller, ledger)
      threads.run()
      try ledger.finish(poller)
    }
  }

  return [
    scenario("one waker") { threads, poller, ledger in
      let waker = try poller.makeWaker(1)
      threads.add("waker") { ledger.wake(waker) }
    },
    scenario("one waker, twice") { threads, poller, ledger in
      let waker = try poller.makeWaker(1)
      threads.add("waker") { ledger.wake(waker, times: 2) }
    },
    scenario("two wakers") { threads, poller, ledger in
      let (first, second) = (try poller.makeWaker(1), try poller.makeWaker(2))
      threads.add("first") { ledger.wake(first) }
      threads.add("second") { ledger.wake(second) }
    },
    scenario("two copies of a waker") { threads, poller, ledger in
      let waker = try poller.makeWaker(1)
      threads.add("first") { ledger.wake(waker) }
      threads.add("second") { ledger.wake(waker) }
    },
    scenario("a waker that is dropped") { threads, poller, ledger in
      let waker = Box<PollWaker?>(try poller.makeWaker(1))
      threads.add("waker") {
        if let waker = waker.value.take() { ledger.wake(waker) }
      }
    },
    scenario("a waker that a duplicate makes") { threads, poller, ledger in
      let duplicate = try poller.duplicate()
      threads.add("waker") { ledger.wake(try duplicate.registry.makeWaker(token: 1)) }
    },
    scenario("two first wakers") { threads, poller, ledger in
      let (first, second) = (try poller.duplicate(), try poller.duplicate())
      threads.add("first") { ledger.wake(try first.registry.makeWaker(token: 1)) }
      threads.add("second") { ledger.wake(try second.registry.makeWaker(token: 2)) }
    },
    backend.scenario("wakes", "polls that do not wait, room for \(capacity)") { threads, world in
      let poller = try world.makePoller(capacity: capacity)
      let ledger = WakeLedger()
      let (first, second) = (try poller.makeWaker(1), try poller.makeWaker(2))
      threads.add("poller") { for _ in 0..<2 { try ledger.poll(poller, .zero) } }
      threads.add("first") { ledger.wake(first) }
      threads.add("second") { ledger.wake(second) }
      threads.run()
      try ledger.finish(poller)
    },
    backend.scenario("wakes", "a poll whose time is over, room for \(capacity)") { threads, world in
      let poller = try world.makePoller(capacity: capacity)
      let ledger = WakeLedger()
      let waker = try poller.makeWaker(1)
      threads.add("poller") {
        try ledger.poll(poller, .milliseconds(1))
        try ledger.pollUntilQuiet(poller)
      }
      threads.add("waker") { ledger.wake(waker, times: 2) }
      threads.run()
      try ledger.finish(poller)
    },
    backend.scenario("wakes", "a poll that is dropped, room for \(capacity)") { threads, world in
      let poller = Box<Poller<S>?>(try world.makePoller(capacity: capacity))
      let waker = try poller.value?.makeWaker(1)
      threads.add("poller") {
        _ = try poller.value?.wait(.zero)
        poller.value = nil
      }
      threads.add("waker") {
        for _ in 0..<2 { try waker?.wake() }
      }
      threads.run()
    },
  ]
}

/// Wakes together with a source that is always ready: both are reported.
func wakesBesideSources<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [1, 2].map { capacity in
    backend.scenario("wakes", "a waker and a level, room for \(capacity)") { threads, world in
      let poller = try world.makePoller(capacity: capacity)
      let ledger = WakeLedger()
      let waker = try poller.makeWaker(1)
      let source = world.makeSource(isReadable: true)
      try poller.registry.register(source, token: 2, interest: .readable, mode: .level)
      threads.add("poller") {
        for _ in 0..<2 * 3 {
          let tokens = try ledger.poll(poller)
          Loom.check(tokens.contains(2) || capacity == 1, "the level is left out")
        }
      }
      threads.add("waker") { ledger.wake(waker, times: 2) }
      threads.run()
      for _ in 0..<3 { try ledger.poll(poller, .zero) }
      Loom.check(ledger.owed.isEmpty, "a wake starves")
    }
  }
}

/// A scenario for random schedules, with too many threads and wakes to test all schedules.
func longWakes<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("wakes", "three wakers, five times, room for two", isLong: true) {
    threads, world in
    let poller = try world.makePoller(capacity: 2)
    let ledger = WakeLedger()
    threads.add("poller") { try ledger.pollUntilQuiet(poller) }
    for (index, name) in (["first", "second", "third"] as [StaticString]).enumerated() {
      let waker = try poller.makeWaker(UInt(index + 1))
      threads.add(name) { ledger.wake(waker, times: 5) }
    }
    threads.run()
    try ledger.finish(poller)
  }
}

// MARK: - Signals that fail

/// The kernel refuses one signal, in each possible position.
///
/// A wake that throws may be lost. A wake that returns is owed, even if the wake of another thread
/// has failed.
func failingSignals<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  func scenario(
    _ what: String, isCopy: Bool = false, first: Int = 1, second: Int = 1
  ) -> Scenario {
    backend.scenario("failing signals", what) { threads, world in
      let poller = try world.makePoller()
      let ledger = WakeLedger()
      let one = try poller.makeWaker(1)
      let other = isCopy ? one : try poller.makeWaker(2)
      world.kernel.refusals = 1
      threads.add("poller") { try ledger.pollUntilQuiet(poller) }
      threads.add("first") { ledger.wake(one, times: first) }
      threads.add("second") { ledger.wake(other, times: second) }
      threads.run()
      world.kernel.refusals = 0
      try ledger.finish(poller)
    }
  }
  return [
    scenario("two wakers"),
    scenario("two copies of a waker", isCopy: true),
    scenario("two wakers, the first twice", first: 2),
    scenario("two wakers, both twice", first: 2, second: 2),
    scenario("two copies of a waker, the first twice", isCopy: true, first: 2),
  ]
}
