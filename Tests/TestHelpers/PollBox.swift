import MioCore

/// A ``TestPoll`` with this selector.
final class PollBox<S: Selector & ~Copyable>: TestPoll {
  private var poll: Poll<S>
  private var buffer: Events<S>

  init(_ poll: consuming Poll<S>, capacity: Int) throws(IOError) {
    buffer = try Events(capacity: capacity)
    self.poll = poll
  }

  var now: Instant { poll.now }

  var events: [Event] { Array(buffer) }

  var capacity: Int { buffer.capacity }

  func resize(to capacity: Int) throws(IOError) {
    buffer = try Events(capacity: capacity)
  }

  func removeEvents() {
    buffer.removeAll()
  }

  func wait(for timeout: Duration?) throws(IOError) {
    try poll.poll(into: &buffer, timeout: timeout)
  }

  func wait(until deadline: Instant) throws(IOError) {
    try poll.poll(into: &buffer, until: deadline)
  }

  func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError) {
    try poll.registry.apply(change, to: source)
  }

  func makeWaker(token: Token) throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: token)
  }

  func duplicate() throws(IOError) -> any TestRegistry & Sendable {
    RegistryBox(try poll.registry.duplicate())
  }
}

/// A duplicate of a registry, for other threads.
private final class RegistryBox<S: Selector & ~Copyable>: TestRegistry, Sendable {
  private let registry: Registry<S>

  init(_ registry: consuming Registry<S>) {
    self.registry = registry
  }

  func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError) {
    try registry.apply(change, to: source)
  }

  func makeWaker(token: Token) throws(IOError) -> PollWaker {
    try registry.makeWaker(token: token)
  }

  func duplicate() throws(IOError) -> any TestRegistry & Sendable {
    RegistryBox(try registry.duplicate())
  }
}

extension Registry where S: ~Copyable {
  fileprivate borrowing func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError) {
    switch change {
    case .register(let token, let interest, let mode):
      try register(source, token: token, interest: interest, mode: mode)
    case .reregister(let token, let interest, let mode):
      try reregister(source, token: token, interest: interest, mode: mode)
    case .deregister:
      try deregister(source)
    }
  }
}
