import CMioErrors
public import CMioEpoll
public import MioCore
public import Synchronization

/// A notifier whose kernel object is an eventfd, registered edge-triggered in the queue.
///
/// Each signal is an edge, so the queue reports the eventfd like any source, and the eventfd need
/// not be read. Its record contains the address of the notifier, and is removed before the poll
/// returns. The search for this record has a cost, so it is done only while a signal may be
/// unreported.
@usableFromInline
final class EpollWakeNotifier<Calls: EpollCalls>: WakeNotifier, @unchecked Sendable {
  private let calls: Calls

  /// The eventfd, or -1 until the first waker is made.
  private let descriptor = Atomic<Int32>(-1)

  /// Whether the kernel has `epoll_pwait2`, which is assumed until the kernel refuses the call.
  @usableFromInline
  let hasPreciseWait = Atomic(true)

  /// The number of signals that have begun, and the number that the kernel has accepted or refused.
  @usableFromInline
  let signalsBegun = Atomic<UInt>(0)
  @usableFromInline
  let signalsDone = Atomic<UInt>(0)

  /// The number of completed signals when the last wait began.
  ///
  /// Only the poller writes it.
  private let signalsBefore = Atomic<UInt>(0)

  /// The number of signals that are known to be reported.
  ///
  /// Only the poller writes it.
  @usableFromInline
  let signalsReported = Atomic<UInt>(0)

  /// Whether a user's token equals the tag of the notifier.
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

  /// Creates the eventfd and registers it, if it does not exist.
  ///
  /// If two threads make the first call at the same time, both register an eventfd, and one of them
  /// closes its own. So wakes work as soon as either call returns.
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
  /// A full counter is reset, because only the edge matters.
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
  /// Records that a user's token equals the tag of the notifier.
  ///
  /// From now on the records of the notifier cannot be distinguished, and are all delivered.
  @inline(never)
  @usableFromInline
  func shareTag() {
    isTagShared.store(true, ordering: .sequentiallyConsistent)
  }

  /// Whether the records of the last wait may contain a record of the notifier.
  @inlinable
  var mayReport: Bool {
    signalsBegun.load(ordering: .sequentiallyConsistent)
      != signalsReported.load(ordering: .relaxed)
  }

  /// Removes the notifier's record, and returns the number of records that remain.
  ///
  /// One record may represent several signals, and a signal in progress may be reported now or
  /// later. All signals are known to be reported if they were complete before the wait began, and
  /// if the wait found the record or had space for it.
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
