public import MioCore
public import Testing

/// What a test asks of a poll or of a duplicate of its registry, whatever their selector is.
public protocol TestRegistry: AnyObject {
  /// Does one of the three things to a source that a registry can do.
  ///
  /// - Throws: ``IOError``, as the registry.
  func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError)

  /// Makes a waker of the poll.
  ///
  /// - Throws: ``IOError``, as the registry.
  func makeWaker(token: Token) throws(IOError) -> PollWaker

  /// Makes a registry for another thread.
  ///
  /// - Throws: ``IOError``, as the registry.
  func duplicate() throws(IOError) -> any TestRegistry & Sendable
}

/// A poll together with the room for its events, whatever their selector is.
///
/// A test that takes one runs over every selector of ``TestedSelector``.
public protocol TestPoll: TestRegistry {
  /// The selector's clock.
  var now: Instant { get }

  /// What the last poll returned.
  var events: [Event] { get }

  /// How many events one poll returns at most.
  var capacity: Int { get }

  /// Forgets the events, and makes room for so many.
  ///
  /// - Throws: ``IOError`` for a capacity that events cannot have.
  func resize(to capacity: Int) throws(IOError)

  /// Forgets the events.
  func removeEvents()

  /// Polls once.
  ///
  /// - Throws: ``IOError``, as the poll.
  func wait(for timeout: Duration?) throws(IOError)

  /// Polls once, up to a deadline.
  ///
  /// - Throws: ``IOError``, as the poll.
  func wait(until deadline: Instant) throws(IOError)
}

/// What can be done to the registration of a source.
public enum RegistrationChange: Hashable, Sendable {
  /// Registers.
  case register(Token, Interest, TriggerMode = .edge)
  /// Replaces the registration.
  case reregister(Token, Interest, TriggerMode = .edge)
  /// Ends the registration.
  case deregister
}

// MARK: - Registering

extension TestRegistry {
  /// Begins to watch a source.
  ///
  /// - Throws: ``IOError``, as the registry.
  public func register<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try apply(.register(token, interest, mode), to: source)
  }

  /// Replaces the registration of a source.
  ///
  /// - Throws: ``IOError``, as the registry.
  public func reregister<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try apply(.reregister(token, interest, mode), to: source)
  }

  /// Ceases to watch a source.
  ///
  /// - Throws: ``IOError``, as the registry.
  public func deregister<Target: Source & ~Copyable>(
    _ source: borrowing Target
  ) throws(IOError) {
    try apply(.deregister, to: source)
  }
}

// MARK: - Polling

extension TestPoll {
  /// Polls once, and returns what there is.
  ///
  /// - Throws: ``IOError``, as the poll.
  public func poll(timeout: Duration?) throws(IOError) -> [Event] {
    try wait(for: timeout)
    return events
  }

  /// Polls once, for a short time: enough for what is on its way, and short where silence is expected.
  ///
  /// - Throws: ``IOError``, as the poll.
  public func shortly() throws(IOError) -> [Event] {
    try poll(timeout: .milliseconds(20))
  }

  /// Polls until an event of this token satisfies the condition, for half a minute at most.
  ///
  /// Other events are passed over.
  ///
  /// - Returns: The event.
  /// - Throws: ``IOError``, with the kind `.timedOut` when there is no such event.
  @discardableResult
  public func next(
    _ token: Token, sourceLocation: SourceLocation = #_sourceLocation,
    where condition: (Event) -> Bool = { _ in true }
  ) throws(IOError) -> Event {
    let found = try collect(sourceLocation: sourceLocation) { events in
      events.contains { $0.token == token && condition($0) }
    }
    guard let event = found.last(where: { $0.token == token && condition($0) }) else {
      throw IOError(.timedOut, operation: .poll)
    }
    return event
  }

  /// Polls until enough events have come, for half a minute at most.
  ///
  /// - Returns: All events, in order.
  /// - Throws: ``IOError``, as the poll.
  @discardableResult
  public func collect(
    sourceLocation: SourceLocation = #_sourceLocation, until isEnough: ([Event]) -> Bool
  ) throws(IOError) -> [Event] {
    var all: [Event] = []
    let deadline = now.advanced(by: .seconds(30))
    repeat {
      try wait(until: deadline)
      all += events
    } while !isEnough(all) && now < deadline
    if !isEnough(all) {
      Issue.record("it never came; what came is \(all)", sourceLocation: sourceLocation)
    }
    return all
  }

  /// Polls until nothing is left to report.
  ///
  /// - Throws: ``IOError``, as the poll.
  public func settle() throws(IOError) {
    while !(try shortly().isEmpty) {}
  }
}
