import MioCore

/// A poll with its event buffer, and the expectations of the checks.
struct ConformancePoll<S: Selector & ~Copyable>: ~Copyable {
  var poll: Poll<S>
  var events: Events<S>

  init(_ poll: consuming Poll<S>, capacity: Int = 16) throws {
    self.poll = poll
    events = try Events(capacity: capacity)
  }

  /// Polls until an event of this token satisfies the condition.
  ///
  /// It ignores all other events.
  ///
  /// - Returns: The event.
  @discardableResult
  mutating func expect(
    _ token: Token, _ what: String, file: String = #fileID, line: Int = #line,
    where condition: (Event) -> Bool
  ) throws -> Event {
    let deadline = poll.now.advanced(by: patience)
    while poll.now < deadline {
      try poll.poll(into: &events, until: deadline)
      for event in events where event.token == token && condition(event) { return event }
    }
    throw ContractViolation("no event of \(token): \(what)", file: file, line: line)
  }

  /// Polls once, and requires that no event of these tokens arrives.
  ///
  /// The poll lasts up to 20 ms, because some kernels report an event late.
  mutating func expectSilence(
    of tokens: Token..., because reason: String, file: String = #fileID, line: Int = #line
  ) throws {
    try poll.poll(into: &events, timeout: .milliseconds(20))
    for event in events where tokens.contains(event.token) {
      throw ContractViolation("unexpected \(event): \(reason)", file: file, line: line)
    }
  }

  /// Polls until there are no more events.
  mutating func settle() throws {
    repeat { try poll.poll(into: &events, timeout: .milliseconds(20)) } while !events.isEmpty
  }

  /// Collects events until `enough` returns `true`, or until the number of polls is reached.
  mutating func collect(polls: Int, until enough: ([Event]) -> Bool) throws -> [Event] {
    var all: [Event] = []
    for _ in 0..<polls where !enough(all) {
      try poll.poll(into: &events, timeout: .milliseconds(100))
      all += events
    }
    return all
  }
}

extension ConformanceFixture where S: ~Copyable, Stream: ~Copyable {
  func makeConformancePoll(capacity: Int = 16) throws -> ConformancePoll<S> {
    try ConformancePoll(try makePoll(), capacity: capacity)
  }
}

/// Runs an operation that must fail with this kind.
func requireError<Result: ~Copyable>(
  _ kind: IOError.Kind, _ what: String, file: String = #fileID, line: Int = #line,
  _ operation: () throws(IOError) -> Result
) throws {
  do throws(IOError) {
    _ = try operation()
  } catch {
    try require(
      error.kind == kind, "\(what): expected '\(kind)', got '\(error)'", file: file, line: line)
    return
  }
  throw ContractViolation("\(what): expected '\(kind)', got no error", file: file, line: line)
}
