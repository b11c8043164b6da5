import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/unix_listener.rs`.
@Suite(.guardingDescriptors, .needs(.unixSockets))
struct UnixListenerParityTests: ~Copyable {
  private let folder = TemporaryFolder()

  @Test
  func `threads can share a listener`() {
    expectSendable(UnixListener.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener is reported for a connection, and accepts it`(_ selector: TestedSelector) throws
  {
    try expectListening(try UnixListener(bindingTo: try folder.address()), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an adopted listener is reported for a connection, and accepts it`(
    _ selector: TestedSelector
  ) throws {
    let listener = try UnixListener(bindingTo: try folder.address())
    try expectListening(try listener.fromElsewhere(), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an accepted stream has the address of the listener, and its client has none`(
    _ selector: TestedSelector
  ) throws {
    try expectAddresses(at: try folder.address(), selector)
  }

  @Test(.needs(.abstractNames), arguments: TestedSelector.allCases)
  func `an abstract name is bound without a change`(_ selector: TestedSelector) throws {
    // The folder's path is unique. With a zero byte at its start, mio loses the last byte.
    let name = [0] + Array(folder.path.utf8)
    try expectAddresses(at: try UnixAddress(abstract: name), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener without a connection is not reported`(_ selector: TestedSelector) throws {
    try expectQuiet(try UnixListener(bindingTo: try folder.address()), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener is never writable, and is readable after a reregistration`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try UnixListener(bindingTo: try folder.address())
    try poll.register(listener, token: 1, interest: .writable)
    let client = try UnixStream.connected(to: try listener.localAddress)
    #expect(try poll.shortly().isEmpty)
    try poll.reregister(listener, token: 2, interest: .readable)
    #expect(try poll.poll(timeout: .seconds(5)) == [Event(token: 2, readiness: .readable)])
    _ = client.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered listener is not reported, and still accepts`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try UnixListener(bindingTo: try folder.address())
    try poll.register(listener, token: 1, interest: .readable)
    let client = try UnixStream.connected(to: try listener.localAddress)
    try poll.deregister(listener)
    #expect(try poll.shortly().isEmpty)
    #expect(try listener.accept() != nil)
    _ = client.descriptor
  }

  /// What mio calls its smoke test.
  private func expectListening(
    _ listener: borrowing UnixListener, _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    try #require(OpenDescriptors.isSafe(listener.descriptor))
    try poll.register(listener, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    let client = try UnixStream.connected(to: try listener.localAddress)
    try poll.next(1, where: \.isReadable)
    let server = try listener.acceptAnnounced().stream
    try #require(OpenDescriptors.isSafe(server.descriptor))
    #expect(try server.receive() == nil)
    #expect(try listener.accept() == nil)
    #expect(try listener.takeError() == nil)
    _ = client.descriptor
  }

  /// Accepts a connection to a listener at this address, and checks the addresses of all sockets.
  private func expectAddresses(at address: UnixAddress, _ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try UnixListener(bindingTo: address)
    #expect(try listener.localAddress == address)
    try poll.register(listener, token: 1, interest: .readable)
    let client = try UnixStream.connected(to: address)
    try poll.next(1, where: \.isReadable)
    let connection = try listener.acceptAnnounced()
    #expect(connection.address == .unnamed)
    #expect(try connection.stream.localAddress == address)
    #expect(try connection.stream.peerAddress == .unnamed)
    #expect(try client.peerAddress == address)
    #expect(try client.localAddress == .unnamed)
  }
}
