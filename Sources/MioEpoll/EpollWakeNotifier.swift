import CMioErrors
public import CMioEpoll
public import MioCore
public import Synchronization

/// The notifier with its kernel object: an eventfd, edge-triggered in the queue and never read.
///
/// Each signal is an edge, so the queue reports the eventfd like any source. Its record carries the
/// notifier's address, and is taken out before a poll sees it; looking for it costs, so that is done only
/// while a signal may not have been reported yet.
@usableFromInline
final class EpollWakeNotifier<Calls: EpollCalls>: WakeNotifier, @unchecked Sendable {
  private let calls: Calls

  /// The eventfd, -1 until the first waker is made.
  private let descriptor = Atomic<Int32>(-1)

  /// Whether the kernel has `epoll_pwait2`; until it says otherwise, it has.
  @usableFromInline
  let hasPreciseWait = Atomic(true)

  /// How many signals were begun, and how many of them the kernel has accepted or refused.
  @usableFromInline
  let signalsBegun = Atomic<UInt>(0)
  @usableFromInline
  let signalsDone = Atomic<UInt>(0)

  /// How many signals were done when the last wait began.
  ///
  /// Only the poller writes it.
  private let signalsBefore = Atomic<UInt>(0)

  /// How many signals are known to be reported.
  ///
  /// Only the poller writes it.
  @usableFromInline
  let signalsReported = Atomic<UInt>(0)

  /// Whether a user's token equals the notifier's.
  private let isTagShared = Atomic(false)

  init(_ calls: Calls) {
    self.calls = calls
    super.init()
  }

  deinit {
    let descriptor = descriptor.load(ordering: .acquiring)
    if descriptor >= 0 { _ = calls.close(descriptor) }
  }

  /// The data of the eventfd's records.
  @usableFromInline
  var tag: UInt { UInt(bitPattern: ObjectIdentifier(self)) }

  /// Makes the eventfd and registers it, unless that is done.
  ///
  /// Of two threads that come first, both register an eventfd and one gives its own up again: so
  /// neither returns before wakes work.
  func open(in queue: Int32) throws(IOError) {
    if descriptor.load(ordering: .acquiring) >= 0 { return }
    let counter = try IOError.check(calls.createCounter(), .createWaker)
    var isKept = false
    defer { if !isKept { _ = calls.close(counter) } }
    try IOError.check(
      calls.control(
        queue, C_MIO_EPOLL_CTL_ADD, counter,
        events: C_MIO_EPOLLIN | C_MIO_EPOLLET, data: UInt64(tag)), .createWaker)
    (isKept, _) = descriptor.compareExchange(
      expected: -1, desired: counter, ordering: .acquiringAndReleasing)
  }

  override func waitWillBegin() {
    signalsBefore.store(signalsDone.load(ordering: .acquiring), ordering: .relaxed)
  }

  /// Adds to the eventfd.
  ///
  /// A counter that is full is reset: what counts is the edge.
  @usableFromInline
  override func signal() throws(IOError) {
    signalsBegun.add(1, ordering: .sequentiallyConsistent)
    defer { signalsDone.add(1, ordering: .sequentiallyConsistent) }
    let descriptor = descriptor.load(ordering: .acquiring)
    while true {
      let result = calls.addToCounter(descriptor)
      switch -Int(result) {
      case C_MIO_EAGAIN: _ = calls.resetCounter(descriptor)
      case C_MIO_EINTR: continue
      default:
        try IOError.check(result, .wake)
        return
      }
    }
  }
}

// MARK: - The notifier's own record

extension EpollWakeNotifier {
  /// A user's token is the notifier's: their records cannot be told apart any more, and are all delivered.
  @inline(never)
  @usableFromInline
  func shareTag() {
    isTagShared.store(true, ordering: .sequentiallyConsistent)
  }

  /// Whether a record of the notifier may be among those of the last wait.
  @inlinable
  var mayReport: Bool {
    signalsBegun.load(ordering: .sequentiallyConsistent)
      != signalsReported.load(ordering: .relaxed)
  }

  /// Takes the notifier's record out, and returns how many records are left.
  ///
  /// One record may stand for several signals, and a signal that is under way may be reported now or
  /// later. All are known to be reported when they were done before the wait began, and the wait
  /// found the record or had room for it.
  @inline(never)
  @usableFromInline
  func takeOut(
    of buffer: UnsafeMutableBufferPointer<c_mio_epoll_event>, count: Int
  ) -> Int {
    let position =
      isTagShared.load(ordering: .sequentiallyConsistent)
      ? nil : (0..<count).first { unsafe buffer[$0].data == UInt64(tag) }
    let signalsBefore = signalsBefore.load(ordering: .relaxed)
    if signalsBegun.load(ordering: .sequentiallyConsistent) == signalsBefore,
      position != nil || count < buffer.count
    {
      signalsReported.store(signalsBefore, ordering: .relaxed)
    }
    guard let position else { return count }
    unsafe buffer[position] = buffer[count - 1]
    return count - 1
  }
}
