import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

extension PollParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `threads can share a registry while another thread polls`(_ selector: TestedSelector) throws
  {
    let poll = try selector.makePoll()
    let registry = try poll.duplicate()
    let one = try Loopback.pair()
    let other = try Loopback.pair()
    let workers = [
      Worker { try registry.register(one.first, token: 1, interest: .writable) },
      Worker { try registry.register(other.first, token: 2, interest: .writable) },
    ]
    let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
    #expect(events.count == 2)
    for worker in workers { try worker.join() }
  }

  @Test(arguments: TestedSelector.allCases)
  func `threads can register, deregister and reregister at the same time`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let registry = try poll.duplicate()
    let listener = try Loopback.listener()
    let pair = try Loopback.pair()
    let socket = try Loopback.udpSocket()
    let workers = [
      Worker { try registerOften(listener, token: 1, interest: .readable, with: registry) },
      Worker { try registerOften(pair.first, token: 2, interest: .writable, with: registry) },
      Worker { try registerOften(socket, token: 3, interest: .writable, with: registry) },
    ]
    try poll.collect { Set($0.map(\.token)).isSuperset(of: [2, 3]) }
    for worker in workers { try worker.join() }
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.next(1, where: \.isReadable)
    #expect(try listener.accept() != nil)
    _ = client.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source registered during a poll ends its wait`(_ selector: TestedSelector) throws {
    for _ in 0..<10 {
      let poll = try selector.makePoll()
      let registry = try poll.duplicate()
      let pair = try Loopback.pair()
      let worker = Worker { try registry.register(pair.first, token: 1, interest: .writable) }
      let events = try poll.poll(timeout: .seconds(5))
      #expect(events.map(\.token) == [1] && events.first?.isWritable == true)
      try worker.join()
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `only the last token and interest of a source are used`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try pair.second.send([1])
    try poll.register(pair.first, token: 1, interest: .readable)
    try poll.reregister(pair.first, token: 2, interest: .readable)
    try poll.reregister(pair.first, token: 3, interest: [.readable, .writable])
    try poll.reregister(pair.first, token: 4, interest: .writable)
    let events = try poll.poll(timeout: .seconds(5)) + poll.shortly()
    #expect(events == [Event(token: 4, readiness: .writable)])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a second registration is refused, and the first one stays`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .writable)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.register(pair.first, token: 2, interest: .writable)
    }
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [1])
    try poll.reregister(pair.first, token: 3, interest: .writable)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [3])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a pending event is reported with the new token`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    // The kernel now watches the listener, and there is no event yet.
    #expect(try poll.shortly().isEmpty)
    let address = try listener.localAddress
    let first = try TCPStream(connectingTo: address)
    try poll.reregister(listener, token: 2, interest: .readable)
    #expect(try poll.next(2, where: \.isReadable).token == 2)
    #expect(poll.events.map(\.token) == [2])
    #expect(try listener.accept() != nil)
    #expect(try listener.accept() == nil)

    let second = try TCPStream(connectingTo: address)
    try poll.register(second, token: 3, interest: .writable)
    let events = try poll.collect { Set($0.map(\.token)) == [2, 3] }
    #expect(events.count == 2)
    _ = first.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source that is not registered cannot be reregistered`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    expectError(.notRegistered) { () throws(IOError) in
      try poll.reregister(listener, token: 1, interest: .readable)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source that is not registered cannot be deregistered`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    expectError(.notRegistered) { () throws(IOError) in try poll.deregister(listener) }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source receives exactly the calls that the registry receives`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let source = RecordingSource()
    let changes: [RegistrationChange] = [
      .register(1, .readable), .reregister(2, [.readable, .writable], .oneShot),
      .reregister(3, .writable, .level), .deregister,
    ]
    for change in changes { try poll.apply(change, to: source) }
    #expect(source.changes == changes)
  }

  @Test(arguments: TestedSelector.allCases)
  func `the registry throws the errors of a source unchanged`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let error = IOError(.hostUnreachable, operation: .connect, code: 4711)
    let source = RecordingSource(failingWith: error)
    for change in [
      RegistrationChange.register(1, .readable), .reregister(2, .writable), .deregister,
    ] {
      #expect(throws: error) { try poll.apply(change, to: source) }
    }
  }
}

/// Registers a source, and applies all changes to its registration.
///
/// At the end it is registered.
private func registerOften<Target: Source & ~Copyable>(
  _ source: borrowing Target, token: Token, interest: Interest, with registry: any TestRegistry
) throws(IOError) {
  for _ in 0..<100 {
    try registry.register(source, token: 99, interest: interest)
    try registry.deregister(source)
    try registry.register(source, token: 99, interest: interest)
    try registry.reregister(source, token: token, interest: interest)
    try registry.deregister(source)
  }
  try registry.register(source, token: token, interest: interest)
}
