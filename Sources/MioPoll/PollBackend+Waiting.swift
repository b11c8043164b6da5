package import MioCore

extension PollBackend {
  /// Waits once with `ppoll`, or with `poll` where there is no `ppoll`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted` or another.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe queue.wait(into: buffer, nanoseconds: time.nanosecondsOfOneCall)
    if result < 0 { try IOError.raise(result, .poll) }
    return result
  }

  /// Returns the record, which is already an event.
  package static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is already a record.
  package static func record(_ event: Event) -> Event { event }
}
