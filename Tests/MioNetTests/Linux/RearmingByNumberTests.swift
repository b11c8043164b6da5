import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The rows of `RearmingTests` that need flags and options by number.
@Suite(.guardingDescriptors)
struct RearmingByNumberTests {
  @Test(arguments: TestedSelector.knowingPriority, [Interest.priority, [.priority, .readable]])
  func `each urgent byte is a new edge after the previous one was read`(
    _ selector: TestedSelector, _ interest: Interest
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: interest)
    for byte in [1, 2, 3] as [UInt8] {
      _ = try pair.second.send([byte].span, ancillary: AncillaryData(), flags: Int32(MSG_OOB))
      try poll.next(1, where: \.isPriority)
      #expect(try pair.first.receiveUrgent() == byte)
      expectError(.invalidArgument) { () throws(IOError) in try pair.first.receiveUrgent() }
    }
  }

  @Test(arguments: TestedSelector.leavingErrors, [Interest.writable, .readable])
  func `each error is a new edge after the error queue was drained`(
    _ selector: TestedSelector, _ interest: Interest
  ) throws {
    let poll = try selector.makePoll()
    let socket = try Loopback.udpSocket()
    try socket.set(SocketOption<Int>(level: Int32(IPPROTO_IP), name: IP_RECVERR), to: 1)
    let nobody = try Loopback.udpSocket().localAddress
    try poll.register(socket, token: 1, interest: interest)
    if interest == .writable { try poll.next(1, where: \.isWritable) }
    for _ in 0..<3 {
      _ = try socket.send([1].span, to: nobody)
      try poll.next(1, where: \.isError)
      while try socket.receiveError() {}
      _ = try socket.takeError()
    }
  }
}

extension TCPStream {
  fileprivate borrowing func receiveUrgent() throws(IOError) -> UInt8? {
    var bytes: [UInt8] = [0]
    var ancillary = ReceivedAncillaryData()
    var span = bytes.mutableSpan
    let message = try receive(into: &span, ancillary: &ancillary, flags: Int32(MSG_OOB))
    return message == nil ? nil : bytes[0]
  }
}

extension UDPSocket {
  /// Takes an error from the queue; returns whether there was one.
  fileprivate borrowing func receiveError() throws(IOError) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    var ancillary = ReceivedAncillaryData()
    var span = bytes.mutableSpan
    return try receive(into: &span, ancillary: &ancillary, flags: Int32(MSG_ERRQUEUE)) != nil
  }
}
