@testable import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The memory of the connections of the examples.
struct ExampleBufferTests {
  private let both = Event(token: 1, readiness: [.readable, .writable])

  @Test
  func `an echo connection that has received nothing has no buffer`() throws {
    let pair = MockStream.pair()
    var connection = EchoConnection(pair.second)
    _ = try connection.serve(Event(token: 1, readiness: .writable))
    #expect(connection.buffer.bytes.capacity == 0)
    _ = try pair.first.write([1])
    _ = try connection.serve(both)
    #expect(connection.buffer.bytes.capacity == 4096)
    let exchange = HTTPExchange()
    #expect(exchange.input.capacity + exchange.output.capacity == 0)
  }

  @Test
  func `a proxy link that has received nothing has no buffers`() throws {
    let client = MockStream.pair()
    let upstream = MockStream.pair()
    let waiting = WaitingStreams()
    waiting.add(upstream.first)
    guard let connected = try MockUpstream(connectingTo: waiting) else { return }
    var link = ProxyLink(client.second, connected)
    #expect(link.toClient.buffer.bytes.capacity + link.toUpstream.buffer.bytes.capacity == 0)
    for _ in 0..<3 { _ = try link.serve() }
    #expect(link.toClient.buffer.bytes.capacity + link.toUpstream.buffer.bytes.capacity == 8192)
  }

  @Test
  func `a buffer grows with the received data, up to its limit`() throws {
    let pair = MockStream.pair(capacity: 1 << 20)
    var connection = EchoConnection(pair.second)
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    #expect(try pair.first.write(bytes.span) == bytes.count)
    var served = 0
    while try connection.serve(both) == .yielding { served += 1 }
    let capacity = connection.buffer.bytes.capacity
    #expect(capacity == RelayBuffer.longest)
    #expect(connection.echoedCount == bytes.count)
    #expect(served <= 2)
  }
}
