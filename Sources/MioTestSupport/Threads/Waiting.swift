import CMioThread

/// The maximum time that a check waits for an event.
///
/// It is longer than the busiest machine needs.
///
/// Only a failing check waits that long.
let patience = Duration.seconds(30)

/// Lets another thread run.
func yieldThread() {
  if let program = SimulatedTask.current { return program.pause(for: .microseconds(1)) }
  c_mio_thread_yield()
}

/// Suspends the calling thread for a while, so that other threads can run.
func pauseThread(for duration: Duration) {
  if let program = SimulatedTask.current { return program.pause(for: duration) }
  let monitor = Monitor()
  monitor.withLock { _ = monitor.wait(for: duration) }
}

/// Waits until other threads make a condition true.
///
/// At first it tests the condition often. Then it sleeps between the tests.
///
/// - Returns: Whether the condition became true; `false` if the patience has ended.
func waitUntil(_ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<100 {
    if try condition() { return true }
    yieldThread()
  }
  let pause = Duration.milliseconds(1)
  for _ in 0..<Int(patience / pause) {
    if try condition() { return true }
    pauseThread(for: pause)
  }
  return try condition()
}
