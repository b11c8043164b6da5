package import MioCore

extension AFDBackend {
  /// Waits once: `GetQueuedCompletionStatusEx`.
  ///
  /// - Returns: The number of events that it wrote.
  /// - Throws: ``IOError`` of the port.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe queue.wait(into: buffer, milliseconds: time.millisecondsForPort)
    try IOError.checkWin32(result, .poll)
    return result
  }

  /// Returns the record, which is an event already.
  package static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is a record already.
  package static func record(_ event: Event) -> Event { event }
}

extension WaitTime {
  /// The time in whole milliseconds, rounded up; `UInt32.max` waits indefinitely.
  fileprivate var millisecondsForPort: UInt32 {
    guard let nanoseconds else { return .max }
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return UInt32(min(rest == 0 ? whole : whole + 1, UInt64(UInt32.max - 1)))
  }
}
