import CLibrary

// Names that differ between C libraries.

/// The resource for the limit of descriptors.
let descriptorResource = RLIMIT_NOFILE

/// The type with which `posix_spawn` receives actions on descriptors.
typealias SpawnActions = posix_spawn_file_actions_t?

func noSpawnActions() -> SpawnActions { nil }

/// A thread to which signals can be sent.
@safe
struct SignalledThread: @unchecked Sendable {
  // Safety of `@unchecked`: any thread may send a signal to another.

  private let thread: pthread_t

  /// The calling thread.
  static var current: SignalledThread { unsafe SignalledThread(thread: pthread_self()) }

  func send(_ signal: Int32) {
    unsafe pthread_kill(thread, signal)
  }
}

/// The total processor time of the threads of this process.
var processorTime: Duration {
  var usage = rusage()
  unsafe getrusage(RUSAGE_SELF, &usage)
  return duration(usage.ru_utime) + duration(usage.ru_stime)
}

private func duration(_ time: timeval) -> Duration {
  .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
}
