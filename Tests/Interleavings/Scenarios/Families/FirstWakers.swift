import Loom
import MioCore
import MioEpoll

/// The kernel object that all wakers of a selector share: it is made once and closed once.
///
/// This holds for every order of the threads.
func firstWakers<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [0, 1].map { refusals in
    backend.scenario("first wakers", "two, \(refusals) refused") { threads, world in
      let poller = try world.makePoller()
      let ledger = WakeLedger()
      let duplicates = [try poller.duplicate(), try poller.duplicate()]
      world.kernel.refusals = refusals
      for (index, name) in (["first", "second"] as [StaticString]).enumerated() {
        threads.add(name) {
          // The kernel may refuse it.
          let waker = try? duplicates[index].registry.makeWaker(token: Token(UInt(index + 1)))
          if let waker { ledger.wake(waker) }
        }
      }
      threads.run()
      world.kernel.refusals = 0
      if !ledger.owed.isEmpty { try ledger.poll(poller) }
      try ledger.finish(poller)
      Loom.check(try poller.wait(.zero).isEmpty, "a record of the notifier's own shows")
    }
  }
}

/// A user's token that equals the notifier's token: both the source and the wakes are reported.
func sharedTag() -> Scenario {
  epoll.scenario("first wakers", "a token that is the notifier's ∥ wake") { threads, world in
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let waker = try poller.makeWaker(1)
    let tag = UInt(bitPattern: ObjectIdentifier(poller.registry.selector.wakeNotifier))
    poller.ambiguous = tag
    let source = world.makeSource(isReadable: true)
    var missing: Set<UInt> = [1, tag]
    threads.add("poller") { while !missing.isEmpty { missing.subtract(try poller.wait()) } }
    threads.add("waker") { try waker.wake() }
    threads.add("other") { try registry.register(source, tag) }
    threads.run()
  }
}
