import MioCore
import MioEpoll
import MioNet
import MioPoll
import TestHelpers
import Testing

/// Epoll polls as sources of polls with poll(2).
@Suite(.guardingDescriptors)
struct PollNestingTests {
  @Test
  func `an inner epoll poll is reported again each time after it was drained`() throws {
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
  func `a destroyed inner poll is no longer watched by the outer poll`() throws {
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
}
