import CLibrary

/// Sends a signal to the process.
///
/// The system chooses the thread that receives it.
func send(_ number: Int32) {
  kill(getpid(), number)
}

/// Sends a signal to the calling thread, and returns when its handler has run.
func raiseHere(_ number: Int32) {
  withUnblocked(number) { _ = raise(number) }
}

/// Calls `body` while the calling thread does not block a signal.
///
/// The threads of the tests block most signals, and so do the programs that they start.
func withUnblocked<Result>(_ number: Int32, _ body: () throws -> Result) rethrows -> Result {
  var only = sigset_t()
  var old = sigset_t()
  unsafe sigemptyset(&only)
  unsafe sigaddset(&only, number)
  unsafe pthread_sigmask(SIG_UNBLOCK, &only, &old)
  defer { unsafe pthread_sigmask(SIG_SETMASK, &old, nil) }
  return try body()
}
