import CMioThread

/// How long a check waits for what has to come: longer than the busiest machine takes.
///
/// It bounds failures only.
let patience = Duration.seconds(30)

/// Lets another thread run.
func yieldThread() {
  if let program = SimulatedTask.current { return program.pause(for: .microseconds(1)) }
  c_mio_thread_yield()
}

/// Lets other threads run for a while.
func pauseThread(for duration: Duration) {
  if let program = SimulatedTask.current { return program.pause(for: duration) }
  let monitor = Monitor()
  monitor.withLock { _ = monitor.wait(for: duration) }
}

/// Waits until a condition holds that other threads bring about.
///
/// It looks often at first, and then leaves the processor to the others.
///
/// - Returns: Whether the condition came to hold; `false` when there was no patience left.
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
