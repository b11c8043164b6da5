import Glibc

// What C libraries call differently.

/// The limit of descriptors.
let descriptorResource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

/// What `posix_spawn` is told of descriptors.
typealias SpawnActions = posix_spawn_file_actions_t

func noSpawnActions() -> SpawnActions { unsafe SpawnActions() }

/// A thread that signals can be sent to.
struct SignalledThread: Sendable {
  private let thread: pthread_t

  /// The thread that calls.
  static var current: SignalledThread { SignalledThread(thread: pthread_self()) }

  func send(_ signal: Int32) {
    pthread_kill(thread, signal)
  }
}

/// How long the threads of this process have run, all together.
var processorTime: Duration {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
