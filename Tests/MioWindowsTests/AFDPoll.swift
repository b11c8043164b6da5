import MioCore
import MioWindows

/// A poll over a ``ScriptedAFD``, with a buffer for events.
struct AFDPoll: ~Copyable {
  typealias ScriptedSelector = AFDBackend<ScriptedAFD>

  let calls: ScriptedAFD
  var poll: Poll<ScriptedSelector>
  var events: Events<ScriptedSelector>

  init(_ calls: ScriptedAFD = ScriptedAFD(), capacity: Int = 16) throws {
    self.calls = calls
    // Both values are made before the assignments, because an initializer that throws must not
    // leave a non-copyable value half initialized.
    let room = try Events<ScriptedSelector>(capacity: capacity)
    poll = Poll(try ScriptedSelector(calls: calls))
    events = room
  }

  /// Polls without waiting.
  mutating func next() throws -> [Event] {
    try poll.poll(into: &events, timeout: .zero)
    return Array(events)
  }

  /// Polls with this timeout.
  mutating func next(within timeout: Duration) throws -> [Event] {
    try poll.poll(into: &events, timeout: timeout)
    return Array(events)
  }
}

/// A socket of a ``ScriptedAFD`` as a source; its handle stays open when the source is destroyed.
final class ScriptedSource: DescriptorSource, Sendable {
  let handle: Int
  private let source: BorrowedDescriptor

  init(_ handle: Int) {
    self.handle = handle
    source = BorrowedDescriptor(Descriptor(rawValue: handle))
  }

  func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }

  /// Performs an operation that would block.
  func block(_ direction: Direction) {
    _ = withIO(direction) { _ -> Int? in nil }
  }
}
