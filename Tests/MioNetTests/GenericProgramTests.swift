import MioCore
import MioNet
import MioSystem
import TestHelpers
import Testing

/// Programs that use listeners and streams only through the protocols of MioCore.
@Suite(.guardingDescriptors)
struct GenericProgramTests {
  /// Accepts all connections that wait, and returns their number.
  private func acceptAll<
    Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
  >(_ listener: borrowing Listener, greeting: [UInt8]) throws(IOError) -> Int
  where Listener.Accept == AcceptFunction<Listener, Stream> {
    var count = 0
    while let stream = try listener.acceptStream() {
      #expect(try stream.write(greeting.span) == greeting.count)
      count += 1
    }
    return count
  }

  /// Connects, and waits until the connection is established.
  private func connect<Stream: ConnectingStream & ~Copyable>(
    _ type: Stream.Type, to address: Stream.Address
  ) throws -> Stream {
    var poll = try Poll<SystemSelector>()
    guard let stream = try Stream(connectingTo: address) else {
      throw IOError(.wouldBlock, operation: .connect)
    }
    try poll.registry.register(stream, token: 1, interest: .writable)
    _ = try poll.next { $0.isWritable }
    #expect(try stream.finishConnect() == .connected)
    #expect(try stream.takeError() == nil)
    try poll.registry.deregister(stream)
    return stream
  }

  @Test
  func `a generic server and a generic client work with TCP`() throws {
    let listener = try Loopback.listener()
    let client = try connect(TCPStream.self, to: try listener.localAddress)
    #expect(try acceptAll(listener, greeting: [1, 2]) == 1)
    #expect(try acceptAll(listener, greeting: []) == 0)
    #expect(try client.receive(upTo: 2) == [1, 2])
  }

  @Test(.needs(.unixSockets))
  func `a generic server and a generic client work with Unix sockets`() throws {
    let folder = TemporaryFolder()
    let listener = try UnixListener(bindingTo: try folder.address())
    let clients = [1, 2].count
    let first = try connect(UnixStream.self, to: try folder.address())
    let second = try connect(UnixStream.self, to: try folder.address())
    #expect(try acceptAll(listener, greeting: [3]) == clients)
    #expect(try first.receive(upTo: 1) == [3])
    #expect(try second.receive(upTo: 1) == [3])
  }

  @Test(.needs(.errorsThatAreTaken))
  func `a generic client receives the error of a failed connect once`() throws {
    let address = try Loopback.listener().localAddress  // nobody listens there any more
    var poll = try Poll<SystemSelector>()
    guard let stream = try attempt(TCPStream.self, address) else { return }
    try poll.registry.register(stream, token: 1, interest: .writable)
    _ = try poll.next { $0.isWritable }
    expectError(.connectionRefused) { () throws(IOError) in try stream.finishConnect() }
    #expect(try stream.takeError() == nil)
  }

  /// Begins a connect, which the system may refuse immediately.
  private func attempt<Stream: ConnectingStream & ~Copyable>(
    _ type: Stream.Type, _ address: Stream.Address
  ) throws -> Stream? {
    do {
      return try Stream(connectingTo: address)
    } catch {
      #expect(error.kind == .connectionRefused)
      return nil
    }
  }
}
