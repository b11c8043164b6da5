package import CMioKqueue
package import MioCore

extension KqueueBackend {
  /// Waits once: `kevent`.
  ///
  /// The records of a source are merged, and stand at the place of the first of them. When records that are
  /// not to be reported have taken all the room, such as the notifier's, what they hid is fetched at once.
  ///
  /// - Returns: How many records it wrote.
  /// - Throws: ``IOError``: `.interrupted`, or `.badDescriptor` if somebody closed the queue.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<c_mio_kqueue_record>, for time: WaitTime
  ) throws(IOError) -> Int {
    queue.merger.reserve(buffer.count)
    var nanoseconds = time.clampedForKevent
    while true {
      let result = unsafe queue.calls.wait(queue.descriptor, buffer, nanoseconds: nanoseconds)
      if result < 0 { try IOError.raise(result, .poll) }
      let settled = unsafe queue.settle(
        UnsafeMutableBufferPointer(rebasing: buffer[..<result]), notifier)
      if settled.count > 0 || result < buffer.count || !settled.hasTakenOut { return settled.count }
      nanoseconds = 0
    }
  }

  /// Translates a record.
  package static func event(_ record: c_mio_kqueue_record) -> Event {
    Event(token: Token(record.udata), readiness: record.readiness)
  }

  /// Makes a record of an event.
  package static func record(_ event: Event) -> c_mio_kqueue_record {
    c_mio_kqueue_make(
      0, C_MIO_EVFILT_MERGED, UInt32(event.readiness.rawValue), 0, 0, event.token.rawValue)
  }
}

extension WaitTime {
  /// Nanoseconds for one `kevent`; below zero for ever.
  ///
  /// Systems convert seconds to units of their own, and not all of them check for an overflow. A poll
  /// waits again until its deadline has come.
  fileprivate var clampedForKevent: Int64 {
    guard let nanoseconds else { return -1 }
    return Int64(min(nanoseconds, 1_000_000 * 1_000_000_000))
  }
}
