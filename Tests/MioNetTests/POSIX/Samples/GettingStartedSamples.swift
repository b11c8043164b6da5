import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// The code of `Docs/GettingStarted.md`. `scripts/check-samples` checks that both are equal.

/// The short samples of the guide do what the guide says.
@Suite(.guardingDescriptors)
struct GettingStartedTests {
  @Test
  func `discarding input ends when the peer ends its direction, or after 64 reads`() throws {
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 10)
    let pair = MockStream.pair()
    #expect(try pair.second.write([UInt8](repeating: 1, count: 25)) == 25)
    #expect(try !discardInput(of: pair.first, with: &buffer))
    #expect(try pair.second.write([UInt8](repeating: 1, count: 25)) == 25)
    pair.second.shutdown(.write)
    #expect(try discardInput(of: pair.first, with: &buffer))

    let endless = MockStream.pair()
    #expect(try endless.second.write([UInt8](repeating: 1, count: 641)) == 641)
    #expect(try discardInput(of: endless.first, with: &buffer))
    var received: [UInt8] = []
    #expect(try endless.first.read(appendingTo: &received, upTo: 10) == 1)
  }

  @Test
  func `the samples for connecting, reading and writing work`() throws {
    let listener = try Loopback.listener()
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    try connecting(try listener.localAddress, &poll, &events)
    #expect(throws: IOError.self) {
      try connecting(SocketAddress(v4: .loopback, port: 1), &poll, &events)
    }
    try draining(listener)
    try takingTurns(listener, poll)

    let pair = try Loopback.pair(of: listener)
    #expect(try pair.second.send([1, 2]) == 2)
    try oneShot(pair.first, poll)
    _ = try poll.next { $0.isReadable }
    try transferring(pair.first)
    #expect(try pair.second.receive() == Array("hia greeting\n".utf8))
    #expect(try pair.second.send(Array("one\ntwo\nth".utf8)) == 10)
    var input = StreamBuffer()
    try readingLines(pair.first, &input)
    #expect(input.count == 2)
    try otherOperations(pair.first)
    try errors(pair.first)
    try deregistering(pair.first, poll)
    try closing(pair.first)
    try errors(pair.first)
  }

  @Test
  func `the samples for timeouts, signals and wakes work`() throws {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    try waking(&poll, &events)
    #expect(events.map(\.token) == [1])
    let pipe = try AnonymousPipe()
    try pipe.sender.send([1])
    try poll.registry.register(pipe.receiver, token: 9, interest: .readable, mode: .level)
    try timeouts(&poll, &events)
    try interrupting(&poll, &events)
    #expect(events.map(\.token) == [9])
    try options()
  }

  @Test
  func `the sample with a descriptor reserve rejects connections`() throws {
    var reserve = try DescriptorReserve()
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    let poll = try Poll<SystemSelector>()
    try poll.registry.register(listener, token: 0, interest: .readable)
    try withDescriptorsLeft(0) { try Reserve().accept(from: listener, &reserve, poll.registry) }
    #expect(throws: IOError.self) { while try client.receive() == nil {} }
  }
}

// The functions that the guide leaves to the reader.

private func handle(_ stream: borrowing TCPStream) {}
private func use(_ bytes: ArraySlice<UInt8>) {}
private func use(_ line: [UInt8]) {}
private func receiveSpecially(_ descriptor: Int32) -> Int? { nil }
private func startThread(_ body: @escaping @Sendable () -> Void) {
  TestThread(body).join()
}

private enum Program {
  static func main() throws(IOError) {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 256)
    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 9000))
    try poll.registry.register(listener, token: 0, interest: .readable)

    while true {
      try poll.poll(into: &events)
      for event in events where event.token == 0 {
        while let stream = try listener.accept() {
          print("accepted", try stream.peerAddress)
        }  // The stream goes out of scope here. That closes it.
      }
    }
  }
}

private func draining(_ listener: borrowing TCPListener) throws(IOError) {
  while let stream = try listener.accept() {
    try stream.set(.noDelay, to: true)
  }
}

private func takingTurns(
  _ listener: borrowing TCPListener, _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  for _ in 0..<64 {
    guard let stream = try listener.accept() else { return }
    handle(stream)
  }
  // More connections may wait. The other sources have their turn first.
  try poll.registry.reregister(listener, token: 0, interest: .readable)
}

private func oneShot(
  _ stream: borrowing TCPStream, _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  try poll.registry.register(stream, token: 5, interest: [.readable, .writable], mode: .oneShot)
}

private func timeouts(
  _ poll: inout Poll<SystemSelector>, _ events: inout Events<SystemSelector>
) throws(IOError) {
  try poll.poll(into: &events)  // waits without a limit
  try poll.poll(into: &events, timeout: .milliseconds(20))  // waits at most 20 ms
  try poll.poll(into: &events, timeout: .zero)  // does not wait
  let start = poll.now
  try poll.poll(into: &events, until: start + .seconds(5))
  print("waited", poll.now - start)
}

private func interrupting(
  _ poll: inout Poll<SystemSelector>, _ events: inout Events<SystemSelector>
) throws(IOError) {
  do throws(IOError) {
    try poll.poll(into: &events, onInterrupt: .throw)
  } catch {
    guard error.kind == .interrupted else { throw error }
  }
}

private func waking(
  _ poll: inout Poll<SystemSelector>, _ events: inout Events<SystemSelector>
) throws(IOError) {
  let waker = try poll.registry.makeWaker(token: 1)
  startThread {
    do throws(IOError) {
      // Prepare something for the poller, then:
      try waker.wake()
    } catch {
      print("the poller cannot be woken:", error)
    }
  }
  try poll.poll(into: &events)
}

private func transferring(_ stream: borrowing TCPStream) throws(IOError) {
  var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4096)
  reading: while true {
    var space = buffer.mutableSpan
    switch try stream.read(into: &space) {
    case nil: break reading  // Reading would block: wait for the next event.
    case 0: break reading  // The peer sends nothing more.
    case let count?: use(buffer[..<count])
    }
  }

  var received: [UInt8] = []
  while let count = try stream.read(appendingTo: &received, upTo: 4096), count > 0 {}

  let greeting: [UInt8] = [0x68, 0x69]
  let count = try stream.write(greeting)  // also a String, a StaticString, or a part of an array
  print(count ?? 0, "bytes of", greeting.count)

  var output = StreamBuffer()
  output.append("a greeting\n")
  if try !output.flush(to: stream) {
    // Writing would block. Flush again after the next writable event.
  }
}

/// Takes the first line, with its line break.
func takeLine(from input: inout StreamBuffer) -> [UInt8]? {
  let line = input.withBytes { bytes -> [UInt8]? in
    let end = bytes.indices.first { bytes[$0] == UInt8(ascii: "\n") }
    return end.map { end in (0...end).map { bytes[$0] } }
  }
  input.removeFirst(line?.count ?? 0)
  return line
}

private func readingLines(
  _ stream: borrowing TCPStream, _ input: inout StreamBuffer
) throws(IOError) {
  while let count = try input.fill(from: stream, upTo: 8192) {
    while let line = takeLine(from: &input) { use(line) }
    if count == 0 { break }  // The peer sends nothing more, or its line is longer than 8192 bytes.
  }
}

private func otherOperations(_ stream: borrowing TCPStream) throws(IOError) {
  let answer: Int? = stream.withIO(.readable) { descriptor in
    receiveSpecially(descriptor.fileDescriptor)  // `nil` if it would block
  }
  print(answer ?? 0)
}

private func connecting(
  _ address: SocketAddress, _ poll: inout Poll<SystemSelector>,
  _ events: inout Events<SystemSelector>
) throws(IOError) {
  let client = try TCPStream(connectingTo: address)
  try poll.registry.register(client, token: 3, interest: .writable)
  connecting: while true {
    try poll.poll(into: &events)
    for event in events where event.token == 3 && event.isWritable {
      switch try client.finishConnect() {  // throws if the connect failed
      case .connected: break connecting
      case .pending: continue
      }
    }
  }
  try poll.registry.reregister(client, token: 3, interest: [.readable, .writable])
}

private func options() throws(IOError) {
  let socket = try TCPSocket(.v4)
  try socket.set(.reusePort, to: true)
  try socket.set(.receiveBufferSize, to: 1 << 20)
  try socket.bind(to: SocketAddress(v4: .any, port: 0))
  let special = try socket.listen(backlog: 512)
  print("port", try special.localAddress.port)
}

private func closing(_ stream: borrowing TCPStream) throws(IOError) {
  try stream.shutdown(.write)
}

private func deregistering(
  _ stream: borrowing TCPStream, _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  try poll.registry.deregister(stream)
}

private func errors(_ stream: borrowing TCPStream) throws(IOError) {
  do throws(IOError) {
    _ = try stream.write("data")
  } catch {
    switch error.kind {
    case .brokenPipe, .connectionReset: print("the peer closed the connection")
    default: print("failed:", error)  // such as "write: not connected (code 107)"
    }
  }
}

private struct Reserve {
  func accept(
    from listener: borrowing TCPListener, _ reserve: inout DescriptorReserve,
    _ registry: borrowing Registry<SystemSelector>
  ) throws(IOError) {
    do throws(IOError) {
      while let stream = try listener.accept() { handle(stream) }
    } catch {
      guard error.kind == .tooManyOpenFiles else { throw error }
      try reserve.turnAway(from: listener)  // closes the connections that wait
      // More may wait, and no other event would report them.
      try registry.reregister(listener, token: 0, interest: .readable)
    }
  }
}

/// Discards the input of a stream.
///
/// - Returns: Whether the stream can be closed.
func discardInput<Stream: ByteStream & ~Copyable>(
  of stream: borrowing Stream, with buffer: inout ContiguousArray<UInt8>
) throws(IOError) -> Bool {
  for _ in 0..<64 {
    var space = buffer.mutableSpan
    guard let count = try stream.read(into: &space) else { return false }  // would block
    if count == 0 { return true }
  }
  return true  // The peer sends without end.
}
