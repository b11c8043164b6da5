import CMioThread
public import MioCore
import Synchronization

/// Runs jobs of tasks and actors on the thread of an ``EventLoop``, and on no other.
///
/// A job from another thread arrives through a mailbox, which wakes the poll. A job from the loop's
/// own thread is appended to an array, and needs no wake.
public final class LoopExecutor: TaskExecutor, SerialExecutor, @unchecked Sendable {
  // Safety of `@unchecked`: only the loop's thread uses `jobs`.

  /// The jobs that wait for their turn.
  private var jobs: [UnownedJob] = []

  /// The jobs that run at the moment.
  ///
  /// It keeps the memory of `jobs` from one turn to the next.
  private var running: [UnownedJob] = []

  private let mailbox: Mailbox<ExecutorJob>.Sender

  /// The identity of the loop's thread; 0 until the loop runs.
  private let thread = Atomic<UInt>(0)

  /// Creates an executor whose jobs from other threads come through a mailbox.
  public init(_ mailbox: Mailbox<ExecutorJob>.Sender) {
    self.mailbox = mailbox
  }

  /// Whether the calling thread is the thread of the loop.
  public var isCurrent: Bool {
    thread.load(ordering: .relaxed) == c_mio_thread_current()
  }

  /// Makes the calling thread the thread of the loop.
  ///
  /// - Precondition: The loop has no thread.
  public func useCurrentThread() {
    let (isFree, _) = thread.compareExchange(
      expected: 0, desired: c_mio_thread_current(), ordering: .relaxed)
    precondition(isFree, "a loop runs only once at a time")
  }

  /// Makes the loop forget the calling thread, because a later thread may have the same identity.
  public func leaveCurrentThread() {
    thread.store(0, ordering: .relaxed)
  }

  /// Schedules a job.
  ///
  /// The Swift runtime calls it.
  public func enqueue(_ job: consuming ExecutorJob) {
    if isCurrent {
      jobs.append(UnownedJob(job))
    } else {
      // If the wake fails, the job waits for the next wake. If the loop does not run, it waits for the next run.
      _ = try? mailbox.send(job)
    }
  }

  /// Whether a job waits for its turn.
  public var hasJobs: Bool { !jobs.isEmpty }

  /// Runs the waiting jobs.
  ///
  /// The jobs that they enqueue run in the next turn, after the next poll.
  public func runJobs() {
    swap(&jobs, &running)
    for job in running {
      unsafe job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    running.removeAll(keepingCapacity: true)
  }

  /// Checks that the calling code runs on the loop.
  ///
  /// The Swift runtime calls it for `assumeIsolated`.
  public func checkIsolated() {
    precondition(isCurrent, "this code does not run on the thread of its loop")
  }
}
