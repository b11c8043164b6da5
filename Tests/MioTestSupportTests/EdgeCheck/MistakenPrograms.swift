import MioCore
import MioTestSupport
import TestHelpers

/// Programs with one mistake each, for any selector.
///
/// A program owns the near end of the pair.
struct MistakenProgram<S: Selector & ~Copyable>: ~Copyable {
  var poll: Poll<S>
  var events: Events<S>

  init(_ poll: consuming Poll<S>) throws(IOError) {
    self.poll = poll
    events = try Events(capacity: 4)
  }

  /// Reads once for an event, and waits for more.
  consuming func readOnce<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([UInt8](repeating: 7, count: 100).span)
    try poll.poll(into: &events)
    _ = try pair.first.receive(upTo: 60)
    try poll.poll(into: &events)
    try poll.registry.deregister(pair.first)
  }

  /// Waits for an answer after a read that would block, and is registered for writing.
  consuming func neverRegisterForReading<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    try poll.registry.register(pair.first, token: 2, interest: .writable)
    try poll.poll(into: &events)
    _ = try pair.first.receive()
    _ = try pair.second.write([UInt8](repeating: 7, count: 5).span)
    try poll.poll(into: &events)
    try poll.registry.deregister(pair.first)
  }

  /// Registers in every turn for the interest that it has already.
  consuming func registerAgainAndAgain<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    try poll.registry.register(pair.first, token: 3, interest: .readable)
    for _ in 0..<120 {
      try poll.poll(into: &events, timeout: .zero)
      try poll.registry.reregister(pair.first, token: 3, interest: .readable)
    }
    try poll.registry.deregister(pair.first)
  }

  /// Polls repeatedly for a writable source, although it has nothing to write.
  consuming func spin<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    try poll.registry.register(pair.first, token: 4, interest: .writable, mode: .level)
    for _ in 0..<120 { try poll.poll(into: &events) }
    try poll.registry.deregister(pair.first)
  }

  /// Destroys a source whose descriptor stays open.
  consuming func loseSource<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    do {
      let source = BorrowedDescriptor(pair.first.descriptor)
      try poll.registry.register(source, token: 5, interest: .readable)
    }
    _ = try pair.second.write([UInt8](repeating: 7, count: 5).span)
    try poll.poll(into: &events, timeout: .milliseconds(50))
  }

  /// Ends while its source is registered.
  consuming func leaveSource<Stream: ByteStream & DescriptorSource & ~Copyable>(
    _ pair: borrowing ConnectedPair<Stream>
  ) throws(IOError) {
    try poll.registry.register(pair.first, token: 6, interest: .readable)
  }
}

extension EdgeCheck {
  /// Makes a poll over a selector of its own.
  func makePoll<S: Selector & ~Copyable>(
    over type: S.Type
  ) throws(IOError) -> Poll<CheckedSelector<S>> {
    Poll(CheckedSelector(try S(), reportingTo: self))
  }
}

/// The text of the finding for each mistake.
///
/// `$` represents the name of the source.
enum MistakeText {
  static let readOnce = """
    Token(1), $: unread data is left, and no event reports it: read until reading would block
      registers as Token(1) for [readable], edge
      receives Event(Token(1), [readable])
      reads
    """

  static let neverRegisterForReading = """
    Token(2), $: reading could continue, and no event reports it: register the source for reading
      registers as Token(2) for [writable], edge
      receives Event(Token(2), [writable])
      reads
      reading would block
    """

  static let registerAgainAndAgain = """
    Token(3), $: equal registrations replace each other repeatedly: reregister the source when something \
    changes
      registers as Token(3) for [readable], edge, 101 times
    """

  static let spin = """
    Token(4), $: events repeatedly report that the program can write, and it does not: change the \
    registration
      registers as Token(4) for [writable], level
      receives Event(Token(4), [writable]), 100 times
    """

  static let loseSource = """
    Token(5), $: its source or its poll is closed, and the registration remains: deregister the source \
    first
      registers as Token(5) for [readable], edge
      is closed
    """

  static let leaveSource = """
    Token(6), $: its source or its poll is closed, and the registration remains: deregister the source \
    first
      registers as Token(6) for [readable], edge
    """
}
