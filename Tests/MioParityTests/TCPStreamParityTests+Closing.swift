import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

extension TCPStreamParityTests {
  @Test(.needs(.shutdownEvents), arguments: TestedSelector.allCases)
  func `a stream that was shut down for reading reads the end of the stream`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    try pair.first.shutdown(.read)
    try poll.next(1, where: \.isReadable)
    #expect(try pair.first.receive() == [])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that was shut down for writing cannot write, and can still read`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    try pair.first.shutdown(.write)
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
    try pair.second.send([2])
    #expect(try poll.receive(1, from: pair.first, token: 1) == [2])
  }

  @Test(.needs(.shutdownEvents), arguments: TestedSelector.allCases)
  func `a stream that was shut down in both directions reads the end, and cannot write`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.next(1, where: \.isWritable)
    try pair.first.shutdown(.both)
    try poll.next(1, where: \.isReadable)
    #expect(try pair.first.receive() == [])
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
  }

  @Test(.needs(.shutdownEvents), arguments: TestedSelector.allCases)
  func `a stream that was shut down for reading is read-closed`(_ selector: TestedSelector) throws {
    let pair = try Loopback.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.read)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == false)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that was shut down for writing is not read-closed`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.write)
    }
    // Epoll does not report write-closed here. The test only requires that reading is not over.
    switch selector {
    case .epoll: #expect(event == Event(token: 1, readiness: .writable))
    case .poll, .afd: #expect(event == nil)
    case .kqueue: #expect(event?.isWritable == true && event?.isReadClosed == false)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is read-closed after its peer has shut down writing`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.second.shutdown(.write)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == false)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is read-closed once if its peer closes with unread bytes`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try poll.register(client, token: 1, interest: [.readable, .writable])
    try client.send([1, 2, 3])
    try server.close()
    try poll.next(1, where: \.isReadClosed)
    #expect(try poll.shortly().isEmpty)
  }

  @Test(.needs(.shutdownEvents), arguments: TestedSelector.allCases)
  func `a stream that was shut down in both directions is write-closed`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.both)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == true)
  }

  @Test(.needs(.resetErrors), arguments: TestedSelector.leavingErrors)
  func `a stream is readable after its peer has reset the connection`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try poll.register(client, token: 1, interest: .readable)
    try server.set(.linger, to: .zero)
    try server.close()
    try poll.next(1, where: \.isReadable)
    expectError(.connectionReset) { () throws(IOError) in try client.receive() }
  }

  @Test(arguments: TestedSelector.knowingPriority)
  func `urgent data is reported as priority, with and without other data`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: [.readable, .priority])
    #expect(pair.second.sendUrgently(7) == 1)
    let alone = try poll.next(1, where: \.isPriority)
    #expect(!alone.isReadable)
    try pair.second.send([1])
    // Epoll reports everything that still holds. Selectors that derive edges from levels report
    // only what is new.
    let both = try poll.next(1, where: \.isReadable)
    switch selector {
    case .epoll: #expect(both.isPriority)
    case .poll, .kqueue, .afd: #expect(!both.isPriority)
    }
    #expect(try pair.first.drain() == [1])
  }
}
