import CMioErrors
public import CMioEpoll
public import MioCore
public import Synchronization

extension EpollBackend {
  /// Waits once with `epoll_wait`, or with `epoll_pwait2` if the time is not in whole milliseconds.
  ///
  /// - Returns: The number of records that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or `.badDescriptor` if other code closed
  ///   the descriptor of the queue.
  @inlinable
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<c_mio_epoll_event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe call(buffer, time)
    if result < 0 { try IOError.raise(result, .poll) }
    return result
  }

  /// Removes the record of the notifier's eventfd.
  ///
  /// - Returns: The number of records that remain.
  @inlinable
  package borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<c_mio_epoll_event>, count: Int
  ) -> Int {
    notifier.mayReport ? unsafe notifier.takeOut(of: buffer, count: count) : count
  }

  @inlinable
  borrowing func call(
    _ buffer: UnsafeMutableBufferPointer<c_mio_epoll_event>, _ time: WaitTime
  ) -> Int {
    guard let records = buffer.baseAddress else { return 0 }
    let capacity = Int32(truncatingIfNeeded: buffer.count)
    if let nanoseconds = time.nanoseconds, nanoseconds != 0 {
      return unsafe call(records, capacity, nanoseconds)
    }
    return unsafe calls.wait(
      queue, records, capacity: capacity, milliseconds: time == .none ? 0 : -1)
  }

  /// Waits for a limited time.
  ///
  /// It uses `epoll_wait`, which is the cheaper call, if it is precise enough.
  @inlinable
  borrowing func call(
    _ records: UnsafeMutablePointer<c_mio_epoll_event>, _ capacity: Int32, _ nanoseconds: UInt64
  ) -> Int {
    let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if rest != 0, notifier.hasPreciseWait.load(ordering: .relaxed) {
      let result = unsafe calls.wait(
        queue, records, capacity: capacity, nanoseconds: Int64(clamping: nanoseconds))
      if !lacksPreciseWait(result) { return result }
    }
    return unsafe calls.wait(
      queue, records, capacity: capacity,
      milliseconds: Int32(clamping: rest == 0 ? milliseconds : milliseconds + 1))
  }

  /// Returns whether the result means that `epoll_pwait2` does not exist, and stores this fact.
  ///
  /// Some sandboxes refuse system calls that they do not know with `EPERM`.
  @inlinable
  borrowing func lacksPreciseWait(_ result: Int) -> Bool {
    result < 0 && latchMissingPreciseWait(result)
  }

  @inline(never)
  @usableFromInline
  borrowing func latchMissingPreciseWait(_ result: Int) -> Bool {
    guard [C_MIO_ENOSYS, C_MIO_EPERM].contains(-result) else { return false }
    notifier.hasPreciseWait.store(false, ordering: .relaxed)
    return true
  }

  /// Translates a record to an event.
  ///
  /// The event mask of epoll has the bits of ``Event/Readiness``, so it is not translated.
  @inlinable
  package static func event(_ record: c_mio_epoll_event) -> Event {
    Event(
      token: Token(UInt(truncatingIfNeeded: record.data)),
      readiness: Event.Readiness(rawValue: UInt16(truncatingIfNeeded: record.events)))
  }

  /// Creates a record of an event.
  @inlinable
  package static func record(_ event: Event) -> c_mio_epoll_event {
    c_mio_epoll_event(
      events: UInt32(event.readiness.rawValue), data: UInt64(event.token.rawValue))
  }
}
