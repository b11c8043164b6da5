import CMioErrors
import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The end of a selector, after which the system must not write to any memory.
@Suite(.takingTurns)
struct AFDClosingTests {
  /// Registers sources with a poll that is destroyed with polls in progress and packets in the
  /// port.
  private func abandonPoll(_ calls: ScriptedAFD, sourceCount: Int = 200) throws -> [ScriptedSource]
  {
    var scripted = try AFDPoll(calls, capacity: 1)
    let sources = (0..<sourceCount).map { _ in ScriptedSource(calls.open()) }
    for (number, source) in sources.enumerated() {
      try scripted.poll.registry.register(source, token: Token(UInt(number)), interest: .readable)
    }
    #expect(try scripted.next() == [])
    for source in sources.prefix(sourceCount / 2) { calls.set(source.handle, C_MIO_AFD_RECEIVE) }
    #expect(calls.pollCount == sourceCount - sourceCount / 2)
    return sources
  }

  @Test(arguments: [false, true])
  func `when a selector is destroyed, all polls end and all handles are closed`(
    _ cancelsLate: Bool
  ) throws {
    let calls = ScriptedAFD()
    calls.kernel.withLock { $0.cancelsLate = cancelsLate }
    do {
      let sources = try abandonPoll(calls)
      #expect(calls.pollCount == 0)
      // Every poll is cancelled, although closing its helper may end it too.
      #expect(calls.count(.cancel) == 200)
      #expect(calls.helperCount == 0)
      #expect(calls.portCount == 0)
      // A source may outlive its selector.
      for source in sources { source.block(.readable) }
      _ = consume sources
    }
    #expect(calls.remains == [])
    // A port, and a helper for every 32 sockets.
    #expect(calls.count(.close) == 1 + 7)
  }

  @Test(arguments: [C_MIO_STATUS_NOT_FOUND, C_MIO_STATUS_INVALID_HANDLE])
  func `polls that cannot be cancelled end when their helpers are closed`(_ status: Int32) throws {
    let calls = ScriptedAFD()
    calls.failAlways(.cancel, with: status)
    _ = try abandonPoll(calls)
    #expect(calls.remains == [])
  }

  @Test(arguments: [1, 2])
  func `the memory of polls is not freed if waiting for their end fails`(_ failingWait: Int) throws
  {
    let calls = ScriptedAFD()
    // The first wait is the one of the poll itself.
    let codes = Array(repeating: Int32(0), count: failingWait)
    calls.kernel.withLock { $0.failures[.wait] = codes + [Int32(C_MIO_EBADF)] }
    _ = try abandonPoll(calls)
    #expect(calls.portCount == 0)
    #expect(calls.helperCount == 0)
    #expect(calls.violations == [])
    let left = calls.kernel.withLock { kernel in
      kernel.memory.values.count { $0 == .underWay || $0 == .ended || $0 == .unused }
    }
    #expect(left == (failingWait == 1 ? 200 : 136))
  }

  @Test
  func `a destroyed selector waits only for a limited time for a poll that never ends`() throws {
    let calls = ScriptedAFD()
    calls.kernel.withLock { $0.losesPolls = true }
    let start = calls.now()
    _ = try abandonPoll(calls)
    #expect(calls.now() - start == 10_000_000_000)
    #expect(calls.violations == [])
    #expect(calls.portCount == 0)
    #expect(calls.kernel.withLock { $0.memory.values.count { $0 == .underWay } } == 100)
  }

  @Test
  func `a waker that outlives its poll keeps only the port open`() throws {
    let calls = ScriptedAFD()
    do {
      let waker: PollWaker
      do {
        let scripted = try AFDPoll(calls)
        let source = ScriptedSource(calls.open())
        try scripted.poll.registry.register(source, token: 1, interest: .readable)
        waker = try scripted.poll.registry.makeWaker(token: 9)
      }
      #expect(calls.helperCount == 0)
      #expect(calls.portCount == 1)
      for _ in 0..<3 { try waker.wake() }
      #expect(calls.count(.post) <= 1)
    }
    #expect(calls.remains == [])
  }

  @Test
  func `a duplicate of the registry keeps the registrations alive`() throws {
    let calls = ScriptedAFD()
    do {
      let source = ScriptedSource(calls.open())
      let registry: Registry<AFDPoll.ScriptedSelector>
      do {
        var scripted = try AFDPoll(calls)
        registry = try scripted.poll.registry.duplicate()
        try registry.register(source, token: 1, interest: .readable)
        #expect(try scripted.next() == [])
      }
      #expect(calls.pollCount == 1)
      try registry.deregister(source)
    }
    #expect(calls.remains == [])
  }

  @Test
  func `a destroyed source leaves nothing except its poll in progress`() throws {
    let calls = ScriptedAFD()
    do {
      var scripted = try AFDPoll(calls)
      for _ in 0..<100 {
        let handle = calls.open()
        do {
          let source = ScriptedSource(handle)
          try scripted.poll.registry.register(source, token: 1, interest: .readable)
          #expect(try scripted.next() == [])
        }
        calls.closeSocket(handle)
      }
      #expect(try scripted.next() == [])
      #expect(calls.pollCount == 0)
      #expect(calls.helperCount == 1)
      #expect(calls.kernel.withLock { $0.memory.values.count { $0 != .freed } } == 0)
    }
    #expect(calls.remains == [])
  }

  @Test
  func `a thousand sockets share helpers, which are closed with the sockets`() throws {
    let calls = ScriptedAFD()
    do {
      var scripted = try AFDPoll(calls, capacity: 2048)
      do {
        let sources = (0..<1100).map { _ in ScriptedSource(calls.open(C_MIO_AFD_SEND)) }
        for (number, source) in sources.enumerated() {
          try scripted.poll.registry.register(
            source, token: Token(UInt(number)), interest: [.readable, .writable])
        }
        #expect(Set(try scripted.next().map(\.token)).count == 1100)
        #expect(try scripted.next() == [])
        #expect(calls.pollCount == 1100)
        #expect(calls.helperCount == 35)
      }
      #expect(try scripted.next() == [])
      #expect(calls.pollCount == 0)
      #expect(calls.helperCount == 1)
    }
    #expect(calls.remains == [])
  }
}
