import Glibc

// Names that differ between C libraries.

/// The resource for the limit of descriptors.
let descriptorResource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

/// The type with which `posix_spawn` receives actions on descriptors.
typealias SpawnActions = posix_spawn_file_actions_t

func noSpawnActions() -> SpawnActions { unsafe SpawnActions() }

/// A thread to which signals can be sent.
struct SignalledThread: Sendable {
  private let thread: pthread_t

  /// The calling thread.
  static var current: SignalledThread { SignalledThread(thread: pthread_self()) }

  func send(_ signal: Int32) {
    pthread_kill(thread, signal)
  }
}

/// The total processor time of the threads of this process.
var processorTime: Duration {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
