import Dispatch

/// Runs an operation on a thread outside of the pool of tasks, so that the operation may block.
func onOwnThread(_ operation: () async throws -> Void) async rethrows {
  try await withTaskExecutorPreference(OwnThread.shared, operation: operation)
}

private final class OwnThread: TaskExecutor {
  static let shared = OwnThread()

  private let queue = DispatchQueue(label: "tests that take turns")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
