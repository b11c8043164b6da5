import Glibc
import MioTestSupport
import Synchronization
import Testing

/// Makes a call that blocks on a thread of its own, interrupts it with a signal, and then ends it.
///
/// - Parameters:
///   - call: The call.
///   - end: Makes the call return. The signal has been handled before.
/// - Returns: The result of the call.
/// - Throws: An error if the call does not return.
public func interrupt(
  _ call: @escaping @Sendable () -> Int, thenDo end: () -> Void
) throws -> Int {
  let caller = Locked<(SleepingThread, pthread_t)?>(nil)
  let result = Locked<Int?>(nil)
  let worker = Worker {
    PollingThread.acceptSignals()
    caller.withLock { $0 = (.current, pthread_self()) }
    let returned = call()
    result.withLock { $0 = returned }
  }
  let deadline = ContinuousClock.now.advanced(by: .seconds(30))
  func wait(until condition: () -> Bool) {
    while !condition(), ContinuousClock.now < deadline { sched_yield() }
  }
  wait { caller.withLock { $0 }?.0.isAsleep == true }
  let before = handledSignals.load(ordering: .acquiring)
  if let (_, thread) = caller.withLock({ $0 }) { pthread_kill(thread, SIGUSR1) }
  wait { handledSignals.load(ordering: .acquiring) != before }
  end()
  try worker.join()
  return try #require(result.withLock { $0 })
}
