import MioCore
@testable import MioEpoll
import MioNet
import TestHelpers
import Testing

/// The record of the notifier among the records of the sources.
@Suite(.guardingDescriptors)
struct EpollWakeRecordTests {
  typealias SystemBackend = EpollBackend<SystemEpollCalls>

  @Test
  func `a wake and an event that follows it are both reported`() throws {
    var poll = try Poll<SystemBackend>()
    let pair = try UnixStream.pair()
    let waker = try poll.registry.makeWaker(token: 9)
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    try waker.wake()
    try pair.second.send([1])
    #expect(try poll.events(within: .zero).map(\.token) == [1, 9])
    #expect(try poll.events(within: .zero).isEmpty)
  }

  @Test
  func `a wake whose record did not fit into the event buffer is reported only once`() throws {
    var poll = try Poll<SystemBackend>()
    var events = try Events<SystemBackend>(capacity: 1)
    let pair = try UnixStream.pair()
    let waker = try poll.registry.makeWaker(token: 9)
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    try waker.wake()
    var tokens: [Token] = []
    for _ in 0..<6 {
      try poll.poll(into: &events, timeout: .zero)
      tokens += events.map(\.token)
    }
    #expect(tokens == [1, 9])
    #expect(!poll.registry.selector.notifier.mayReport)
  }

  @Test(arguments: [1, 8])
  func `polls stop looking for the record of a wake after they have found it`(
    _ capacity: Int
  ) throws {
    var poll = try Poll<SystemBackend>()
    var events = try Events<SystemBackend>(capacity: capacity)
    let waker = try poll.registry.makeWaker(token: 9)
    for _ in 0..<3 {
      #expect(!poll.registry.selector.notifier.mayReport)
      // A wake writes to the notifier only if the poll can sleep or other code watches the poll.
      _ = poll.shareDescriptor()
      try waker.wake()
      #expect(poll.registry.selector.notifier.mayReport)
      try poll.poll(into: &events, timeout: .zero)
      #expect(events.map(\.token) == [9])
      try poll.poll(into: &events, timeout: .zero)
      #expect(events.isEmpty)
    }
    #expect(!poll.registry.selector.notifier.mayReport)
  }
}
