public import MioCore
public import Testing

/// A registry of any selector, as far as tests use it.
public protocol TestRegistry: AnyObject {
  /// Applies a change of the registration to a source.
  ///
  /// - Throws: The ``IOError`` of the registry.
  func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError)

  /// Creates a waker of the poll.
  ///
  /// - Throws: The ``IOError`` of the registry.
  func makeWaker(token: Token) throws(IOError) -> PollWaker

  /// Creates a registry for another thread.
  ///
  /// - Throws: The ``IOError`` of the registry.
  func duplicate() throws(IOError) -> any TestRegistry & Sendable
}

/// A poll of any selector, with its event buffer.
///
/// A test with a parameter of this type runs with every ``TestedSelector``.
public protocol TestPoll: TestRegistry {
  /// The current time of the selector's clock.
  var now: Instant { get }

  /// The events of the last poll.
  var events: [Event] { get }

  /// The maximum number of events of one poll.
  var capacity: Int { get }

  /// Removes the events, and changes the capacity.
  ///
  /// - Throws: ``IOError`` if the capacity is not valid.
  func resize(to capacity: Int) throws(IOError)

  /// Removes the events.
  func removeEvents()

  /// Polls once.
  ///
  /// - Throws: The ``IOError`` of the poll.
  func wait(for timeout: Duration?) throws(IOError)

  /// Polls once, up to a deadline.
  ///
  /// - Throws: The ``IOError`` of the poll.
  func wait(until deadline: Instant) throws(IOError)
}

/// A change of a source's registration.
public enum RegistrationChange: Hashable, Sendable {
  /// Registers a source.
  case register(Token, Interest, TriggerMode = .edge)
  /// Replaces a registration.
  case reregister(Token, Interest, TriggerMode = .edge)
  /// Ends a registration.
  case deregister
}

// MARK: - Registering

extension TestRegistry {
  /// Registers a source.
  ///
  /// - Throws: The ``IOError`` of the registry.
  public func register<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try apply(.register(token, interest, mode), to: source)
  }

  /// Replaces the registration of a source.
  ///
  /// - Throws: The ``IOError`` of the registry.
  public func reregister<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try apply(.reregister(token, interest, mode), to: source)
  }

  /// Stops watching a source.
  ///
  /// - Throws: The ``IOError`` of the registry.
  public func deregister<Target: Source & ~Copyable>(
    _ source: borrowing Target
  ) throws(IOError) {
    try apply(.deregister, to: source)
  }
}

// MARK: - Polling

extension TestPoll {
  /// Polls once, and returns the events.
  ///
  /// - Throws: The ``IOError`` of the poll.
  public func poll(timeout: Duration?) throws(IOError) -> [Event] {
    try wait(for: timeout)
    return events
  }

  /// Polls once, for a time that is long enough for pending events, and short for tests that expect
  /// none.
  ///
  /// - Throws: The ``IOError`` of the poll.
  public func shortly() throws(IOError) -> [Event] {
    try poll(timeout: .milliseconds(20))
  }

  /// Polls until an event of this token satisfies the condition, for half a minute at most.
  ///
  /// It ignores other events.
  ///
  /// - Returns: The event.
  /// - Throws: ``IOError`` with the kind `.timedOut` if there is no such event.
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

  /// Polls until enough events have arrived, for half a minute at most.
  ///
  /// - Returns: All events, in order.
  /// - Throws: The ``IOError`` of the poll.
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

  /// Polls until there are no more events.
  ///
  /// - Throws: The ``IOError`` of the poll.
  public func settle() throws(IOError) {
    while !(try shortly().isEmpty) {}
  }
}
