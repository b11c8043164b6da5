import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// A server in one function: a poll, its events, a table and one buffer are local variables.
private func echo(_ listener: borrowing TCPListener) throws(IOError) {
  var poll = try Poll<SystemSelector>()
  var events = try Events<SystemSelector>(capacity: 256)
  var streams = TokenTable<TCPStream>(minimumCapacity: 1024)
  var buffer = ContiguousArray<UInt8>(repeating: 0, count: 16 * 1024)
  try poll.registry.register(listener, token: 0, interest: .readable)

  while true {
    try poll.poll(into: &events)
    for event in events {
      if event.token == 0 {
        while let stream = try listener.accept() {
          _ = try streams.insert(stream) { stream, token throws(IOError) in
            try poll.registry.register(stream, token: token, interest: .readable)
          }
        }
      } else {
        let isFinished = try streams.withValue(for: event.token) { stream throws(IOError) in
          while true {
            var space = buffer.mutableSpan
            guard let count = try stream.read(into: &space) else { return false }
            if count == 0 { return true }
            _ = try stream.write(buffer.span.extracting(0..<count))
          }
        }
        if isFinished == true { streams.remove(event.token) }  // closes the connection
      }
    }
  }
}

@Suite(.guardingDescriptors)
struct EchoSampleTests {
  @Test
  func `the echo sample echoes, and ends with the error of a connection`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    let client = try TCPStream(connectingTo: address)
    let ended = ErrorBox()
    let thread = TestThread { ended.run { () throws(IOError) in try echo(listener) } }
    defer { thread.join() }
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    try poll.registry.register(client, token: 1, interest: [.readable, .writable])
    while try client.finishConnect() == .pending { try poll.poll(into: &events) }
    #expect(try client.write("hello") == 5)
    var answer: [UInt8] = []
    while answer.count < 5 {
      if try client.read(appendingTo: &answer, upTo: 5) == nil { try poll.poll(into: &events) }
    }
    #expect(answer == Array("hello".utf8))
    try client.set(.linger, to: .zero)
    try client.close()  // with a reset
    thread.join()
    #expect(ended.error?.kind == .connectionReset)
  }
}

/// Keeps the error of a thread until the thread is joined.
final class ErrorBox: @unchecked Sendable {
  // Safety: written by one thread, and read after that thread was joined.
  private(set) var error: IOError?

  func run(_ body: () throws(IOError) -> Void) {
    do throws(IOError) {
      try body()
    } catch {
      self.error = error
    }
  }
}
