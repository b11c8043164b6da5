import Glibc
import MioCore
import MioEpoll
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// Polls that watch polls.
@Suite(.guardingDescriptors)
struct EpollNestingTests {
  @Test
  func `an inner poll is readable when one of its sources is ready`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    try inner.registry.register(pair.first, token: 1, interest: .readable)
    try outer.registry.register(inner, token: 10, interest: .readable)
    #expect(try outer.events().isEmpty)
    _ = try pair.second.write([1].span)
    #expect(try outer.next { $0.isReadable }.token == 10)
    #expect(try inner.events().map(\.token) == [1])
    try outer.registry.deregister(inner)
    _ = try pair.second.write([1].span)
    #expect(try outer.events().isEmpty)
  }

  @Test
  func `an inner poll can be reregistered under another token`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    try inner.registry.register(pair.first, token: 1, interest: .readable)
    try outer.registry.register(inner, token: 10, interest: .readable)
    _ = try pair.second.write([1].span)
    #expect(try outer.next { $0.isReadable }.token == 10)
    // The inner poll is still ready, and a reregistration is an edge.
    try outer.registry.reregister(inner, token: 20, interest: .readable)
    #expect(try outer.next { $0.isReadable }.token == 20)
    #expect(try inner.events().map(\.token) == [1])
  }

  @Test
  func `a wake makes an inner poll readable, although the inner poll does not wait`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    let waker = try inner.registry.makeWaker(token: 1)
    try outer.registry.register(inner, token: 10, interest: .readable)
    #expect(try inner.events(within: .zero).isEmpty)
    for _ in 0..<3 {
      try waker.wake()
      #expect(try outer.next { $0.isReadable }.token == 10)
      #expect(try inner.events(within: .zero).map(\.token) == [1])
      #expect(try inner.events(within: .zero).isEmpty)
      #expect(try outer.events().isEmpty)
    }
  }

  @Test
  func `a wake before the registration makes an inner poll readable`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    let waker = try inner.registry.makeWaker(token: 1)
    #expect(try inner.events(within: .zero).isEmpty)
    try waker.wake()
    try outer.registry.register(inner, token: 10, interest: .readable)
    #expect(try outer.next { $0.isReadable }.token == 10)
    #expect(try inner.events(within: .zero).map(\.token) == [1])
  }

  @Test
  func `wakes that did not fit in the buffer keep an inner poll readable`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    var one = try Events<EpollSelector>(capacity: 1)
    let wakers = try (1...3).map { try inner.registry.makeWaker(token: Token($0)) }
    try outer.registry.register(inner, token: 10, interest: .readable)
    for waker in wakers { try waker.wake() }
    for expected in [Token(1), 2, 3] {
      #expect(try outer.next { $0.isReadable }.token == 10)
      try inner.poll(into: &one, timeout: .zero)
      #expect(one.map(\.token) == [expected])
    }
    #expect(try inner.events(within: .zero).isEmpty)
    #expect(try outer.events().isEmpty)
  }

  @Test
  func `a wake that did not fit before the registration makes an inner poll readable`() throws {
    var inner = try Poll<EpollSelector>()
    var outer = try Poll<EpollSelector>()
    var one = try Events<EpollSelector>(capacity: 1)
    let wakers = try (1...2).map { try inner.registry.makeWaker(token: Token($0)) }
    _ = try inner.events(within: .zero)
    for waker in wakers { try waker.wake() }
    try inner.poll(into: &one, timeout: .zero)
    #expect(one.map(\.token) == [1])
    try outer.registry.register(inner, token: 10, interest: .readable)
    #expect(try outer.next { $0.isReadable }.token == 10)
    try inner.poll(into: &one, timeout: .zero)
    #expect(one.map(\.token) == [2])
  }

  @Test
  func `a poll cannot watch itself, and polls cannot watch each other in a circle`() throws {
    let one = try Poll<EpollSelector>()
    let other = try Poll<EpollSelector>()
    #expect(throws: IOError(code: EINVAL, operation: .register)) {
      try one.registry.register(one, token: 1, interest: .readable)
    }
    try one.registry.register(other, token: 1, interest: .readable)
    #expect(throws: IOError(code: ELOOP, operation: .register)) {
      try other.registry.register(one, token: 1, interest: .readable)
    }
  }

  @Test
  func `other code can watch the descriptor of a poll`() throws {
    let poll = try Poll<EpollSelector>()
    let waker = try poll.registry.makeWaker(token: 1)
    var entry = pollfd(fd: poll.shareDescriptor().fileDescriptor, events: Int16(POLLIN), revents: 0)
    #expect(unsafe Glibc.poll(&entry, 1, 0) == 0)
    try waker.wake()
    #expect(unsafe Glibc.poll(&entry, 1, 1000) == 1)
  }

  @Test
  func `reading the descriptor of a poll does not make its wakes more expensive`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try EpollBackend(calls: calls))
    let waker = try poll.registry.makeWaker(token: 1)
    #expect(try poll.events(within: .zero).isEmpty)
    _ = poll.registry.selector.descriptor
    try waker.wake()
    #expect(calls.count(.add) == 0)
    #expect(try poll.events(within: .zero).map(\.token) == [1])
    _ = poll.shareDescriptor()
    try waker.wake()
    #expect(calls.count(.add) == 1)
  }

  @Test
  func `a failed registration with another poll does not make wakes more expensive`() throws {
    let calls = ScriptedEpollCalls()
    var inner = Poll(try EpollBackend(calls: calls))
    let outer = Poll(try EpollBackend(calls: ScriptedEpollCalls()))
    let waker = try inner.registry.makeWaker(token: 1)
    #expect(try inner.events(within: .zero).isEmpty)
    expectError(.invalidArgument) { () throws(IOError) in
      try outer.registry.register(inner, token: 10, interest: [])
    }
    try waker.wake()
    #expect(calls.count(.add) == 0)
    #expect(try inner.events(within: .zero).map(\.token) == [1])
    try outer.registry.register(inner, token: 10, interest: .readable)
    try waker.wake()
    #expect(calls.count(.add) == 1)
  }

  @Test(arguments: [true, false])
  func `a wake and a ready source are both reported, in either order`(
    wakeIsFirst: Bool
  ) throws {
    var poll = try Poll<EpollSelector>()
    let pair = try UnixStream.pair()
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    let waker = try poll.registry.makeWaker(token: 2)
    _ = poll.shareDescriptor()
    // The system lists its records in the order in which they became ready.
    if wakeIsFirst { try waker.wake() }
    #expect(try pair.second.write([1].span) == 1)
    if !wakeIsFirst { try waker.wake() }
    #expect(Set(try poll.events(within: .zero).map(\.token)) == [1, 2])
    #expect(try poll.events(within: .zero).isEmpty)
  }
}
