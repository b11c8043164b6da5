public import MioCore
public import Testing

/// Expects that an operation fails with one of two kinds.
///
/// - Returns: The error, so that a test can check its code.
@discardableResult
public func expectError<Result: ~Copyable>(
  _ kind: IOError.Kind, or other: IOError.Kind? = nil,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ operation: () throws(IOError) -> Result
) -> IOError? {
  do throws(IOError) {
    _ = try operation()
    Issue.record("expected '\(kind)', got no error", sourceLocation: sourceLocation)
    return nil
  } catch {
    #expect(error.kind == kind || error.kind == other, "\(error)", sourceLocation: sourceLocation)
    return error
  }
}

extension Poll where S: ~Copyable {
  /// Polls until an event satisfies the condition, for half a minute at most.
  public mutating func next(
    sourceLocation: SourceLocation = #_sourceLocation, where condition: (Event) -> Bool
  ) throws -> Event {
    var events = try Events<S>(capacity: 16)
    let deadline = now.advanced(by: .seconds(30))
    repeat {
      try poll(into: &events, until: deadline)
      if let event = events.first(where: condition) { return event }
    } while now < deadline
    Issue.record("no such event", sourceLocation: sourceLocation)
    throw IOError(.timedOut, operation: .poll)
  }

  /// Polls once, for a short time, and returns the events.
  public mutating func events(within time: Duration = .milliseconds(20)) throws -> [Event] {
    var events = try Events<S>(capacity: 64)
    try poll(into: &events, timeout: time)
    return Array(events)
  }
}
