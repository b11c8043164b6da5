import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/unix_datagram.rs`.
@Suite(.guardingDescriptors, .needs(.unixSockets))
struct UnixDatagramParityTests: ~Copyable {
  private let folder = TemporaryFolder()

  @Test
  func `threads can share a socket`() {
    expectSendable(UnixDatagram.self)
  }

  @Test(arguments: TestedSelector.allCases, [false, true])
  func `sockets with paths are reported, and transfer messages`(
    _ selector: TestedSelector, _ connected: Bool
  ) throws {
    let pair = try boundPair(connected: connected)
    try expectDatagrams(pair.first, pair.second, connected: connected, selector)
  }

  @Test(arguments: TestedSelector.allCases, [false, true])
  func `adopted sockets are reported, and transfer messages`(
    _ selector: TestedSelector, _ connected: Bool
  ) throws {
    let pair = try boundPair(connected: connected)
    let first = try pair.first.fromElsewhere()
    let second = try pair.second.fromElsewhere()
    try expectDatagrams(first, second, connected: connected, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a pair of sockets without names is reported, and transfers messages`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixDatagram.pair()
    try expectDatagrams(pair.first, pair.second, connected: true, unnamed: .unnamed, selector)
  }

  @Test
  func `a socket can be its own peer`() throws {
    let socket = try UnixDatagram(bindingTo: try folder.address())
    try socket.connect(to: try folder.address())
    #expect(try socket.send([1]) == 1)
    #expect(try socket.receive() == Datagram([1], from: try folder.address()))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket is read-closed and then write-closed after shutdowns, and cannot send`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try UnixDatagram.pair()
    try poll.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.next(1, where: \.isWritable)
    try pair.first.shutdown(.read)
    let read = try poll.next(1, where: \.isReadClosed)
    #expect(!read.isWriteClosed)
    try pair.first.shutdown(.write)
    try poll.next(1, where: \.isWriteClosed)
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket without messages is not readable`(_ selector: TestedSelector) throws {
    let pair = try UnixDatagram.pair()
    try expectQuiet(pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket can be reregistered for writing with another token`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixDatagram.pair()
    try expectWritable(afterReregistering: pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered socket is not reported, and still works`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixDatagram.pair()
    try expectQuiet(afterDeregistering: pair.first, selector)
    #expect(try pair.first.send([1]) == 1)
    #expect(try pair.second.receive()?.bytes == [1])
  }

  /// Creates two sockets with paths, which are connected to each other or not connected.
  private func boundPair(connected: Bool) throws(IOError) -> ConnectedPair<UnixDatagram> {
    let pair = ConnectedPair(
      first: try UnixDatagram(bindingTo: try folder.address("first")),
      second: try UnixDatagram(bindingTo: try folder.address("second")))
    if connected { try pair.first.connectBoth(pair.second) }
    return pair
  }
}
