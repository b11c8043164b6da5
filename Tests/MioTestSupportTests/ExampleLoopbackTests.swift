import CLibrary
import ExampleSupport
import MioCore
import MioNet
import MioPoll
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// The servers of the examples with real selectors.
///
/// The same code also runs in simulations.
@Suite(.guardingDescriptors)
struct ExampleLoopbackTests {
  /// A server on a thread of its own.
  private final class Running: Sendable {
    let address = Locked<SocketAddress?>(nil)
    let stop = Locked<PollWaker?>(nil)

    /// Waits for the server's address.
    func waitForAddress() throws -> SocketAddress {
      let deadline = ContinuousClock.now.advanced(by: .seconds(30))
      while ContinuousClock.now < deadline {
        if let address = address.withLock({ $0 }) { return address }
        sched_yield()
      }
      throw IOError(.timedOut, operation: .listen)
    }

    func end() { try? stop.withLock { $0 }?.wake() }
  }

  private func echo<S: Selector & ~Copyable>(_ running: Running, _ type: S.Type) throws {
    var server = try EchoServer<S, _, _>(try Loopback.listener())
    running.stop.withLock { [waker = try server.loop.makeStopWaker()] in $0 = waker }
    running.address.withLock { [address = try server.acceptor.listener.localAddress] in $0 = address
    }
    try server.run()
  }

  private func relay<S: Selector & ~Copyable>(
    _ running: Running, _ type: S.Type, to upstream: SocketAddress
  ) throws {
    var server = try ProxyServer<S, _, _, _>(
      try Loopback.listener(), upstream: TCPStream.self, at: upstream)
    running.stop.withLock { [waker = try server.loop.makeStopWaker()] in $0 = waker }
    running.address.withLock { [address = try server.acceptor.listener.localAddress] in $0 = address
    }
    try server.run()
  }

  /// Sends bytes through a proxy to an echo server, and reads them back to the end.
  private func check<S: Selector & ~Copyable>(_ type: S.Type) throws {
    let edges = EdgeCheck()
    let server = Running()
    let proxy = Running()
    let serverThread = Worker { try edges.run { try echo(server, S.self) } }
    // The server ends before the threads are joined, even if the test fails.
    defer { server.end() }
    let upstream = try server.waitForAddress()
    let proxyThread = Worker { try edges.run { try relay(proxy, S.self, to: upstream) } }
    defer { proxy.end() }
    let client = try TCPStream(connectingTo: try proxy.waitForAddress())
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var sent = 0
    var received: [UInt8] = []
    var isConnected = false
    var poll = try Poll<S>()
    var events = try Events<S>(capacity: 1)
    try poll.registry.register(client, token: 1, interest: [.readable, .writable])
    exchange: while true {
      try poll.poll(into: &events, timeout: .seconds(30))
      if events.isEmpty { throw IOError(.timedOut, operation: .poll) }
      if !isConnected {
        guard try client.finishConnect() == .connected else { continue }
        isConnected = true
      }
      while sent < bytes.count, let count = try client.write(bytes.span.extracting(sent...)) {
        sent += count
        if sent == bytes.count { try client.shutdown(.write) }
      }
      while let part = try client.receive(upTo: 65_536) {
        if part.isEmpty { break exchange }
        received += part
      }
    }
    #expect(received == bytes)
    for running in [server, proxy] { running.end() }
    try proxyThread.join()
    try serverThread.join()
    #expect(edges.findings.isEmpty)
  }

  @Test
  func `the proxy and the echo server run over the system's selector`() throws {
    try check(SystemSelector.self)
  }

  @Test
  func `the proxy and the echo server run over poll(2)`() throws {
    try check(PollSelector.self)
  }

  @Test
  func `the proxy and the echo server make no mistake over the system's selector`() throws {
    try check(CheckedSelector<SystemSelector>.self)
  }

  @Test
  func `the proxy and the echo server make no mistake over poll(2)`() throws {
    try check(CheckedSelector<PollSelector>.self)
  }
}
