public import MioCore

extension MockSelector {
  /// Waits once, in virtual time.
  ///
  /// - Returns: The number of events that it wrote.
  /// - Throws: ``IOError`` if the test requested a failure, or with the kind `.timedOut` if a wait
  ///   without a timeout receives no event within the queue's patience.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let queue = queue
    let deadline = queue.monitor.withLock {
      queue.record(.wait(capacity: buffer.count, time))
      return time.nanoseconds.map {
        queue.lockedNow.advanced(by: .nanoseconds(Int64(clamping: $0)))
      }
    }
    let start = ContinuousClock.now
    while true {
      let step = queue.monitor.withLock {
        unsafe queue.step(into: buffer, until: deadline, since: start)
      }
      switch step {
      case .found(let count): return count
      case .failed(let error): throw error
      case .action(let action): action.run()
      case .again: break
      }
    }
  }

  /// Returns the record itself, because events are records.
  public static func event(_ record: Event) -> Event { record }

  /// Returns the event itself, because events are records.
  public static func record(_ event: Event) -> Event { event }
}

/// The result of one step of a wait.
private enum MockStep {
  case found(Int)
  case failed(IOError)
  case action(MockAction)
  case again
}

// MARK: - Functions under the lock

extension MockQueue {
  fileprivate func step(
    into buffer: UnsafeMutableBufferPointer<Event>, until deadline: Instant?,
    since start: ContinuousClock.Instant
  ) -> MockStep {
    if let error = takeFailure(of: .poll) {
      pass(to: lockedNow.advanced(by: .milliseconds(1)))
      return .failed(error)
    }
    if let first = actions.first, first.time <= lockedNow { return .action(actions.removeFirst()) }
    let count = unsafe collect(into: buffer)
    if count > 0 || isSignaled {
      isSignaled = false
      return .found(count)
    }
    return passTime(until: deadline, since: start)
  }

  /// Advances the clock to the next action or to the deadline, whichever is earlier.
  private func passTime(
    until deadline: Instant?, since start: ContinuousClock.Instant
  ) -> MockStep {
    if let first = actions.first, deadline.map({ first.time <= $0 }) ?? true {
      pass(to: first.time)
      return .action(actions.removeFirst())
    }
    if let deadline {
      pass(to: deadline)
      return .found(0)
    }
    if waitForThreads(since: start) { return .again }
    return .failed(IOError(.timedOut, operation: .poll))
  }

  /// Takes the pending events, up to the capacity of the buffer.
  private func collect(into buffer: UnsafeMutableBufferPointer<Event>) -> Int {
    var count = 0
    while count < buffer.count, !scripted.isEmpty {
      unsafe buffer.initializeElement(at: count, to: scripted.removeFirst())
      count += 1
    }
    // Reported entries move to the end, so that every entry is reported in turn.
    var served: [MockEntry] = []
    var waiting: [MockEntry] = []
    for var entry in entries {
      if count < buffer.count, let event = entry.takeEvent() {
        unsafe buffer.initializeElement(at: count, to: event)
        count += 1
        served.append(entry)
      } else {
        waiting.append(entry)
      }
    }
    entries = waiting + served
    return count
  }
}
