import MioCore
import MioEpoll
import MioNet
import MioPoll
import TestHelpers
import Testing

/// Sources that are no sockets.
@Suite(.guardingDescriptors)
struct PollNestingTests {
  @Test
  func `a poll over epoll is reported each time that it was emptied`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<PollSelector>()
    let pair = try UnixStream.pair()
    try inner.registry.register(pair.first, token: 1, interest: .readable)
    try outer.registry.register(inner, token: 10, interest: .readable)
    for _ in 0..<3 {
      #expect(try outer.events(within: .zero).isEmpty)
      try pair.second.send([1])
      #expect(try outer.next { $0.isReadable }.token == 10)
      #expect(try inner.events(within: .zero).map(\.token) == [1])
      try pair.first.drain()
    }
    try outer.registry.deregister(inner)
  }

  @Test
  func `a poll that goes away is forgotten by the one that watches it`() throws {
    var outer = try Poll<PollSelector>()
    let pair = try UnixStream.pair()
    try outer.registry.register(pair.first, token: 1, interest: .writable)
    do {
      let inner = try Poll<EpollSelector>()
      try outer.registry.register(inner, token: 10, interest: .readable)
    }
    try outer.registry.deregister(pair.first)
    #expect(try outer.events(within: .zero).isEmpty)
  }

  @Test
  func `a source that goes away without a word is forgotten`() throws {
    var poll = try Poll<PollSelector>()
    let pair = try UnixStream.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    do {
      let careless = CarelessSource(descriptor: pair.second.descriptor)
      try poll.registry.register(careless, token: 2, interest: .writable)
    }
    #expect(try poll.events(within: .zero).map(\.token) == [1])
    try poll.registry.deregister(pair.first)
    #expect(try poll.events(within: .zero).isEmpty)
  }
}

/// A source of a user's own that does not say when it ends.
private struct CarelessSource: DescriptorSource, ~Copyable {
  let descriptor: Descriptor
  let registration = RegistrationState()

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(descriptor, registration)
  }
}
