import CMioThread
import CMioWindows
import MioCore
import Synchronization
import TestHelpers
import Testing

/// Threads that register, change and close sources while another thread polls.
@Suite(.takingTurns(limit: .seconds(120)))
struct AFDThreadTests {
  /// An atomic number that an array can hold.
  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  static let threadCount = 4

  @Test(arguments: [false, true])
  func `no event is lost if threads register sources while another thread waits`(
    _ cancelsLate: Bool
  ) throws {
    let calls = ScriptedAFD()
    calls.kernel.withLock { kernel in
      kernel.isReal = true
      kernel.cancelsLate = cancelsLate
    }
    do {
      var scripted = try AFDPoll(calls, capacity: 3)
      let told = (0..<Self.threadCount).map { _ in Counter() }
      let running = Counter()
      running.value.store(Self.threadCount, ordering: .releasing)
      let waker = try scripted.poll.registry.makeWaker(token: Token(UInt(Self.threadCount)))
      let registries = try (0..<Self.threadCount).map { _ in
        Keeper(try scripted.poll.registry.duplicate())
      }
      let workers = registries.enumerated().map { index, keeper in
        Worker {
          defer {
            running.value.subtract(1, ordering: .acquiringAndReleasing)
            try? waker.wake()
          }
          for _ in 0..<300 {
            try Self.live(calls, keeper.registry, Token(UInt(index)), told[index].value)
          }
        }
      }
      while running.value.load(ordering: .acquiring) > 0 {
        try scripted.poll.poll(into: &scripted.events)
        for event in scripted.events where event.token.rawValue < UInt(Self.threadCount) {
          told[Int(event.token.rawValue)].value.add(1, ordering: .acquiringAndReleasing)
        }
      }
      for worker in workers { try worker.join() }
      #expect(try scripted.next() == [])
      #expect(calls.pollCount == 0)
      #expect(calls.helperCount == 1)
    }
    #expect(calls.remains == [])
  }

  /// Performs the life of a source, whose events the poller counts.
  private static func live(
    _ calls: ScriptedAFD, _ registry: borrowing Registry<AFDPoll.ScriptedSelector>, _ token: Token,
    _ told: borrowing Atomic<Int>
  ) throws {
    let handle = calls.open(C_MIO_AFD_SEND)
    let source = ScriptedSource(handle)
    var count = told.load(ordering: .acquiring)
    try registry.register(source, token: token, interest: .writable)
    try wait(for: told, toPass: &count)
    try registry.reregister(source, token: token, interest: .readable)
    calls.set(handle, C_MIO_AFD_RECEIVE)
    try wait(for: told, toPass: &count)
    calls.set(handle, 0)
    source.block(.readable)
    calls.set(handle, C_MIO_AFD_RECEIVE)
    try wait(for: told, toPass: &count)
    try registry.deregister(source)
    calls.closeSocket(handle)
  }

  private static func wait(for told: borrowing Atomic<Int>, toPass count: inout Int) throws {
    for _ in 0..<5_000_000 {
      let now = told.load(ordering: .acquiring)
      if now > count {
        count = now
        return
      }
      c_mio_thread_yield()
    }
    throw IOError(.timedOut, operation: .poll)
  }

  /// Holds a registry for a closure.
  private final class Keeper: Sendable {
    let registry: Registry<AFDPoll.ScriptedSelector>

    init(_ registry: consuming Registry<AFDPoll.ScriptedSelector>) {
      self.registry = registry
    }
  }
}
