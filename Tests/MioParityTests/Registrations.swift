import MioCore
import TestHelpers
import Testing

/// Expects that a source with nothing to read reports no event.
func expectQuiet<Target: Source & ~Copyable>(
  _ source: borrowing Target, _ selector: TestedSelector
) throws {
  let poll = try selector.makePoll()
  try poll.register(source, token: 1, interest: .readable)
  #expect(try poll.shortly().isEmpty)
}

/// Expects that a source with nothing to read becomes writable under a new token after a
/// reregistration.
func expectWritable<Target: Source & ~Copyable>(
  afterReregistering source: borrowing Target, _ selector: TestedSelector
) throws {
  let poll = try selector.makePoll()
  try poll.register(source, token: 1, interest: .readable)
  try poll.reregister(source, token: 2, interest: .writable)
  let events = try poll.poll(timeout: .seconds(5))
  #expect(events == [Event(token: 2, readiness: .writable)])
}

/// Expects that a writable source reports no event after it is deregistered.
func expectQuiet<Target: Source & ~Copyable>(
  afterDeregistering source: borrowing Target, _ selector: TestedSelector
) throws {
  let poll = try selector.makePoll()
  try poll.register(source, token: 1, interest: [.readable, .writable])
  try poll.deregister(source)
  #expect(try poll.shortly().isEmpty)
}

/// Returns the last event of a source after a change.
///
/// The source was writable before, and then quiet.
func event<Target: Source & ~Copyable>(
  of source: borrowing Target, _ selector: TestedSelector, after change: () throws(IOError) -> Void
) throws -> Event? {
  let poll = try selector.makePoll()
  try poll.register(source, token: 1, interest: [.readable, .writable])
  try poll.next(1, where: \.isWritable)
  #expect(try poll.shortly().isEmpty)
  try change()
  return try poll.shortly().last
}
