package import CMioKqueue
package import MioCore

extension KqueueBackend {
  /// Waits once: `kevent`.
  ///
  /// The records of a source are merged, and the merged record takes the place of the first of
  /// them. Some records are not reported, such as those of the notifier, and the kernel does not
  /// report them again. If such records have filled the buffer, the call fetches the records behind
  /// them at once.
  ///
  /// - Returns: The number of records that it wrote.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or `.badDescriptor` if other code closed
  ///   the queue.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<c_mio_kqueue_record>, for time: WaitTime
  ) throws(IOError) -> Int {
    var nanoseconds = time.nanosecondsOfOneCall
    while true {
      let result = unsafe queue.calls.wait(queue.descriptor, buffer, nanoseconds: nanoseconds)
      if result < 0 { try IOError.raise(result, .poll) }
      let count = unsafe queue.settle(
        UnsafeMutableBufferPointer(rebasing: buffer[..<result]), notifier)
      if count > 0 || result < buffer.count { return count }
      nanoseconds = 0
    }
  }

  /// Translates a record to an event.
  package static func event(_ record: c_mio_kqueue_record) -> Event {
    Event(token: Token(record.udata), readiness: record.readiness)
  }

  /// Makes a record of an event.
  package static func record(_ event: Event) -> c_mio_kqueue_record {
    c_mio_kqueue_record(
      0, C_MIO_EVFILT_MERGED, flags: UInt32(event.readiness.rawValue), token: event.token)
  }
}
