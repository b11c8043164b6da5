public import MioCore
import Synchronization

/// A stress test in which many threads wake one poll, and every wake must be reported.
public final class WakeStress: Sendable {
  private let woken: [Counter]
  private let delivered: [Counter]
  private let running: Counter
  private let hasLostOne = Atomic(false)

  private init(threadCount: Int) {
    woken = (0..<threadCount).map { _ in Counter() }
    delivered = (0..<threadCount).map { _ in Counter() }
    running = Counter()
    running.value.store(threadCount, ordering: .releasing)
  }

  /// Runs the test.
  ///
  /// - Parameters:
  ///   - poll: A poll without sources.
  ///   - capacity: The maximum number of events of one poll.
  ///   - threadCount: The number of threads that wake the poll. Each has its own waker.
  ///   - rounds: The number of wakes of each thread.
  /// - Throws: ``ContractViolation`` if a wake is lost, or ``IOError``.
  public static func run<S: Selector & ~Copyable>(
    on poll: consuming Poll<S>, capacity: Int, threadCount: Int = 8, rounds: Int
  ) throws {
    var events = try Events<S>(capacity: capacity)
    let stress = WakeStress(threadCount: threadCount)
    let wakers = try (0..<threadCount).map { try poll.registry.makeWaker(token: Token(UInt($0))) }
    let threads = wakers.enumerated().map { index, waker in
      TestThread { stress.wake(waker, index, rounds: rounds) }
    }
    while stress.running.value.load(ordering: .acquiring) > 0 {
      try poll.poll(into: &events)
      for event in events { stress.deliver(to: Int(event.token.rawValue)) }
    }
    for thread in threads { thread.join() }
    try require(!stress.hasLostOne.load(ordering: .acquiring), "a wake was lost")
  }

  /// Wakes many times.
  ///
  /// After every 64th wake it waits until the poller has received that wake.
  private func wake(_ waker: PollWaker, _ index: Int, rounds: Int) {
    for round in 1...rounds {
      woken[index].value.store(round, ordering: .relaxed)
      try? waker.wake()
      if round % 64 == 0 || round == rounds { waitForDelivery(of: round, to: index) }
      if hasLostOne.load(ordering: .relaxed) { break }
    }
    running.value.subtract(1, ordering: .acquiringAndReleasing)
    // The poller may wait. It must see that this thread was the last one.
    try? waker.wake()
  }

  /// Records a delivery.
  ///
  /// One event covers all wakes that were made before the poll returned it.
  private func deliver(to index: Int) {
    delivered[index].value.store(
      woken[index].value.load(ordering: .relaxed), ordering: .releasing)
  }

  private func waitForDelivery(of round: Int, to index: Int) {
    if !waitUntil({ delivered[index].value.load(ordering: .acquiring) >= round }) {
      hasLostOne.store(true, ordering: .releasing)
    }
  }
}

/// An atomic number that an array can hold.
private final class Counter: Sendable {
  let value = Atomic(0)
}
