import MioCore
import MioNet
import TestHelpers
import Testing

extension UDPSocketParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `an empty message is sent, reported and received`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair(connected: false)
    try poll.register(pair.second, token: 1, interest: .readable)
    #expect(try pair.first.send([], to: try pair.second.localAddress) == 0)
    try poll.next(1, where: \.isReadable)
    #expect(try pair.second.receive() == Datagram([], from: try pair.first.localAddress))
    #expect(try pair.second.receive() == nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket that is connected to a new peer sends to this peer`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let sender = try Loopback.udpSocket()
    let pair = try Loopback.udpPair(connected: false)
    try poll.register(pair.first, token: 1, interest: .readable)
    try poll.register(pair.second, token: 2, interest: .readable)
    try sender.connect(to: try pair.first.localAddress)
    #expect(try sender.send([1]) == 1)
    try poll.next(1, where: \.isReadable)
    try sender.connect(to: try pair.second.localAddress)
    #expect(try sender.peerAddress == (try pair.second.localAddress))
    #expect(try sender.send([2]) == 1)
    try poll.next(2, where: \.isReadable)
    let address = try sender.localAddress
    #expect(try pair.first.receive() == Datagram([1], from: address))
    #expect(try pair.first.receive() == nil)
    #expect(try pair.second.receive() == Datagram([2], from: address))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket that is connected to a new peer receives only from this peer`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let receiver = try Loopback.udpSocket()
    let pair = try Loopback.udpPair(connected: false)
    let address = try receiver.localAddress
    let (first, second) = (try pair.first.localAddress, try pair.second.localAddress)
    try poll.register(receiver, token: 1, interest: .readable)
    for peer in [first, second, first] {
      try receiver.connect(to: peer)
      #expect(try pair.first.send([1], to: address) == 1)
      #expect(try pair.second.send([1], to: address) == 1)
      try poll.next(1, where: \.isReadable)
      #expect(try receiver.receive() == Datagram([1], from: peer))
      #expect(try receiver.receive() == nil)
    }
  }

  @Test(.needs(.missingPeerErrors), arguments: TestedSelector.allCases)
  func `a socket without a peer can receive, and cannot send without an address`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair(connected: false)
    try poll.register(pair.second, token: 1, interest: .readable)
    let error = expectError(.destinationRequired, or: .notConnected) { () throws(IOError) in
      try pair.first.send([1])
    }
    #expect(error?.operation == .send)
    #expect(try pair.first.send([2], to: try pair.second.localAddress) == 1)
    try poll.next(1, where: \.isReadable)
    let expected = Datagram([2], from: try pair.first.localAddress)
    #expect(try pair.second.peeked() == expected)
    #expect(try pair.second.receive() == expected)
  }

  @Test(.needs(.sendingElsewhere), arguments: TestedSelector.allCases)
  func `a socket with a peer can also send to others, and its address is reported`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair()
    let other = try Loopback.udpSocket()
    try poll.register(other, token: 1, interest: .readable)
    try poll.register(pair.second, token: 2, interest: .readable)
    #expect(try pair.first.send([1], to: try other.localAddress) == 1)
    try poll.next(1, where: \.isReadable)
    let address = try pair.first.localAddress
    #expect(try other.receive() == Datagram([1], from: address))
    #expect(try pair.first.send([2]) == 1)
    try poll.next(2, where: \.isReadable)
    #expect(try pair.second.peeked() == Datagram([2], from: address))
    #expect(try pair.second.receive() == Datagram([2], from: address))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket without messages is not readable`(_ selector: TestedSelector) throws {
    try expectQuiet(try Loopback.udpSocket(), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a message that arrived earlier is reported with the new interest and token`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair()
    try poll.register(pair.second, token: 1, interest: .writable)
    try poll.next(1, where: \.isWritable)
    #expect(try pair.first.send([1]) == 1)
    #expect(try !poll.shortly().contains(where: \.isReadable))
    try poll.reregister(pair.second, token: 2, interest: .readable)
    #expect(try poll.poll(timeout: .seconds(5)) == [Event(token: 2, readiness: .readable)])
    #expect(try pair.second.receive()?.bytes == [1])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered socket is not reported, and still receives`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair()
    try poll.register(pair.second, token: 1, interest: .readable)
    #expect(try pair.first.send([1]) == 1)
    try poll.deregister(pair.second)
    #expect(try poll.shortly().isEmpty)
    #expect(try pair.second.receive()?.bytes == [1])
    try expectQuiet(afterDeregistering: pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases, [false, true])
  func `a message can be sent after a writable event, and received after a readable event`(
    _ selector: TestedSelector, _ connected: Bool
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair(connected: connected)
    try poll.register(pair.first, token: 1, interest: .writable)
    try poll.register(pair.second, token: 2, interest: .readable)
    #expect(try poll.next(1).isWritable)
    let address = try pair.second.localAddress
    #expect(try (connected ? pair.first.send([1, 2]) : pair.first.send([1, 2], to: address)) == 2)
    #expect(try poll.next(2).isReadable)
    #expect(try pair.second.receive() == Datagram([1, 2], from: try pair.first.localAddress))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket with a peer receives only from this peer`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair()
    let stranger = try Loopback.udpSocket()
    try poll.register(pair.second, token: 1, interest: .readable)
    #expect(try stranger.send([1], to: try pair.second.localAddress) == 1)
    #expect(try poll.shortly().isEmpty)
    #expect(try pair.second.receive() == nil)
    #expect(try pair.first.send([2]) == 1)
    try poll.next(1, where: \.isReadable)
    #expect(try pair.second.receive()?.bytes == [2])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a member of two groups receives their messages and its own`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    let sender = try Loopback.udpSocket()
    try sender.set(.multicastInterfaceV4, to: .loopback)
    let port = try receiver.localAddress.port
    try poll.register(receiver, token: 1, interest: .readable)
    let groups = [IPv4Address(239, 255, 77, 2), IPv4Address(239, 255, 77, 3)]
    for group in groups { try receiver.join(group, interfaceAddress: .loopback) }
    for address in groups + [.loopback] {
      #expect(try sender.send([1], to: SocketAddress(v4: address, port: port)) == 1)
      try poll.next(1, where: \.isReadable)
      #expect(try receiver.receive() == Datagram([1], from: try sender.localAddress))
      #expect(try receiver.receive() == nil)
    }
    for group in groups { try receiver.leave(group, interfaceAddress: .loopback) }
  }

  @Test(arguments: TestedSelector.allCases, [false, true])
  func `a drained socket is reported again`(_ selector: TestedSelector, _ connected: Bool) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.udpPair(connected: connected)
    let address = try pair.second.localAddress
    try poll.register(pair.second, token: 1, interest: .readable)
    for byte in UInt8(1)...3 {
      #expect(try (connected ? pair.first.send([byte]) : pair.first.send([byte], to: address)) == 1)
      try poll.next(1, where: \.isReadable)
      #expect(try pair.second.receive()?.bytes == [byte])
      #expect(try pair.second.receive() == nil)
      #expect(try poll.shortly().isEmpty)
    }
  }
}
