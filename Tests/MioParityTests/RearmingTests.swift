import MioCore
import MioNet
import TestHelpers
import Testing

/// Operations after which the next occurrence is reported, because they end the readiness of the
/// last event.
///
/// | Operation | Armed direction |
/// | --- | --- |
/// | read, receive, peek or accept that would block | reading |
/// | write or send that would block; a connect that is still in progress | writing |
/// | receive or send that fails, unless the error stays or the system has no space | its direction |
/// | `connect`, `disconnect`, `listen`, also if they fail | both |
/// | `takeError()` that finds an error | both |
/// | read or write that fails; accept that fails | none: the source has ended, or was not drained |
/// | `bind`, options, `shutdown`, names, a transfer of some bytes | none: the readiness still holds, or must be drained |
///
/// This suite tests the operations that a program performs after an event, and that do not report
/// would-block. `RearmingByNumberTests` tests the operations with flags of Linux. The conformance
/// checks and `MioModelTests` test would-block itself.
@Suite(.guardingDescriptors)
struct RearmingTests {
  @Test(arguments: TestedSelector.allCases)
  func `a socket that begins to listen after it was registered reports connections`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let socket = try TCPSocket(.v4)
    try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    try poll.register(socket, token: 1, interest: .readable)
    _ = try poll.shortly()  // Linux calls it hung up.
    let listener = try socket.listen()
    for _ in 0..<3 {
      let client = try TCPStream(connectingTo: try listener.localAddress)
      try poll.next(1, where: \.isReadable)
      while try listener.accept() != nil {}
      _ = client.descriptor
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a socket that connects after it was registered reports its connection`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    let socket = try TCPSocket(.v4)
    try poll.register(socket, token: 1, interest: [.readable, .writable])
    _ = try poll.shortly()
    let stream = try socket.connect(to: try listener.localAddress)
    try poll.next(1, where: \.isWritable)
    while try stream.finishConnect() == .pending {}
    var accepted: TCPStream?
    while accepted == nil { accepted = try listener.accept() }
    #expect(try stream.receive() == nil)
    _ = try accepted?.write([1].span)
    try poll.next(1, where: \.isReadable)
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `a Unix socket that begins to listen after it was registered reports connections`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let folder = TemporaryFolder()
    let socket = try UnixSocket()
    try socket.bind(to: try folder.address())
    try poll.register(socket, token: 1, interest: .readable)
    _ = try poll.shortly()
    let listener = try socket.listen()
    let client = try UnixStream.connected(to: try folder.address())
    try poll.next(1, where: \.isReadable)
    #expect(try listener.accept() != nil)
    _ = client.descriptor
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `a Unix socket that connects after it was registered reports data`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let folder = TemporaryFolder()
    let listener = try UnixListener(bindingTo: try folder.address())
    let socket = try UnixSocket()
    try poll.register(socket, token: 1, interest: .readable)
    _ = try poll.shortly()
    guard let stream = try socket.connect(to: try folder.address()) else { return }
    let peer = try listener.accept()
    _ = try peer?.write([1].span)
    try poll.next(1, where: \.isReadable)
    #expect(try stream.receive() == [1])
  }

  @Test(.needs(.unreachableErrors), .needs(.errorEvents), arguments: TestedSelector.leavingErrors)
  func `after takeError, the next error of a socket is a new edge`(
    _ selector: TestedSelector
  ) throws {
    try expectEachError(selector) { socket, _ throws in
      let error = try socket.takeError()
      #expect(error?.kind == .connectionRefused)
    }
  }

  @Test(.needs(.unreachableErrors), .needs(.errorEvents), arguments: TestedSelector.leavingErrors)
  func `after a receive has thrown an error, the next error is a new edge`(
    _ selector: TestedSelector
  ) throws {
    try expectEachError(selector) { socket, _ in
      expectError(.connectionRefused) { () throws(IOError) in try socket.receive() }
    }
  }

  @Test(.needs(.unreachableErrors), .needs(.errorEvents), arguments: TestedSelector.leavingErrors)
  func `a socket that has disconnected reports the errors of its next peer`(
    _ selector: TestedSelector
  ) throws {
    try expectEachError(selector) { socket, nobody in
      try socket.disconnect()
      _ = try socket.takeError()
      try socket.connect(to: nobody)
    }
  }

  /// Sends repeatedly to a port without a socket.
  ///
  /// Each error is an event, although no operation would block between them.
  private func expectEachError(
    _ selector: TestedSelector, _ take: (borrowing UDPSocket, SocketAddress) throws -> Void
  ) throws {
    let deaf = try Loopback.deafUDPSocket()
    let nobody = try deaf.localAddress
    defer { _ = deaf.descriptor }
    for interest in [Interest.readable, .writable, [.readable, .writable]] {
      let poll = try selector.makePoll()
      let socket = try Loopback.udpSocket()
      try socket.connect(to: nobody)
      try poll.register(socket, token: 1, interest: interest)
      if interest.contains(.writable) { try poll.next(1, where: \.isWritable) }
      for _ in 0..<3 {
        try socket.send([1])
        try poll.next(1, where: \.isError)
        try take(socket, nobody)
      }
    }
  }

  @Test(.needs(.unreachableErrors), arguments: TestedSelector.leavingErrors)
  func `a level-triggered socket with only an error is reported as readable`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let deaf = try Loopback.deafUDPSocket()
    defer { _ = deaf.descriptor }
    let socket = try Loopback.udpSocket()
    try socket.connect(to: try deaf.localAddress)
    try poll.register(socket, token: 1, interest: .readable, mode: .level)
    try socket.send([1])
    for _ in 0..<3 { #expect(try poll.next(1).isReadable) }
    expectError(.connectionRefused) { () throws(IOError) in try socket.receive() }
    #expect(try poll.shortly().isEmpty)
  }
}
