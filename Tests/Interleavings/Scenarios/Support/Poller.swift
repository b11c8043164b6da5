import Loom
import MioCore

/// The error of a poll without a timeout that no thread can end.
struct WaitsForEver: Error {}

/// A poll with a buffer for events that threads of a scenario can hold.
final class Poller<S: Selector & ~Copyable> {
  var poll: Poll<S>
  private var events: Events<S>
  /// A token that may be reported twice in one poll.
  var ambiguous: UInt?

  init(_ selector: consuming S, capacity: Int) throws {
    // Both values are made before the assignments, because an initializer that throws must not
    // leave a non-copyable value half initialized.
    let room = try Events<S>(capacity: capacity)
    poll = Poll(selector)
    events = room
  }

  var registry: Registry<S> {
    _read { yield poll.registry }
  }

  func makeWaker(_ token: UInt) throws -> PollWaker {
    try poll.registry.makeWaker(token: Token(token))
  }

  func duplicate() throws -> SharedRegistry<S> {
    SharedRegistry(try poll.registry.duplicate())
  }

  /// Polls, and returns the reported tokens.
  ///
  /// A poll that no thread can end throws ``WaitsForEver``.
  func wait(_ timeout: Duration? = nil) throws -> [UInt] {
    do throws(IOError) {
      try poll.poll(into: &events, timeout: timeout)
    } catch {
      if Int(error.code) == waitsForEver || error.kind == .timedOut { throw WaitsForEver() }
      throw error
    }
    let tokens = events.map(\.token.rawValue)
    Loom.check(timeout != nil || !tokens.isEmpty, "a poll for ever reports nothing")
    let unique = tokens.filter { $0 != ambiguous }
    Loom.check(Set(unique).count == unique.count, "a token twice in one poll: \(tokens)")
    return tokens
  }

  /// Polls without a timeout, or returns `nil` if no thread can end the poll.
  ///
  /// Scenarios use it where a poll may rightly not end.
  func waitUnlessForEver() throws -> [UInt]? {
    do {
      return try wait()
    } catch is WaitsForEver {
      return nil
    }
  }
}

/// A duplicate of a registry that threads of a scenario can hold.
final class SharedRegistry<S: Selector & ~Copyable> {
  let registry: Registry<S>

  init(_ registry: consuming Registry<S>) {
    self.registry = registry
  }

  func register(
    _ source: SharedSource, _ token: UInt, _ interest: Interest = .readable,
    _ mode: TriggerMode = .edge
  ) throws(IOError) {
    try registry.register(source, token: Token(token), interest: interest, mode: mode)
  }

  func reregister(
    _ source: SharedSource, _ token: UInt, _ mode: TriggerMode = .edge
  ) throws(IOError) {
    try registry.reregister(source, token: Token(token), interest: .readable, mode: mode)
  }

  func deregister(_ source: SharedSource) throws(IOError) {
    try registry.deregister(source)
  }
}

/// A value that one thread gives up, or that several threads share.
final class Box<Value> {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }
}
