import CLibrary

// What C libraries call differently.

/// The limit of descriptors.
let descriptorResource = RLIMIT_NOFILE

/// What `posix_spawn` is told of descriptors.
typealias SpawnActions = posix_spawn_file_actions_t?

func noSpawnActions() -> SpawnActions { nil }

/// A thread that signals can be sent to.
@safe
struct SignalledThread: @unchecked Sendable {
  // Safety of `@unchecked`: any thread may send a signal to another.

  private let thread: pthread_t

  /// The thread that calls.
  static var current: SignalledThread { unsafe SignalledThread(thread: pthread_self()) }

  func send(_ signal: Int32) {
    unsafe pthread_kill(thread, signal)
  }
}

/// How long the threads of this process have run, all together.
var processorTime: Duration {
  var usage = rusage()
  unsafe getrusage(RUSAGE_SELF, &usage)
  return duration(usage.ru_utime) + duration(usage.ru_stime)
}

private func duration(_ time: timeval) -> Duration {
  .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
}
