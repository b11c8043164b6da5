import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// The code of `Docs/GettingStarted.md`. `scripts/check-samples` checks that both are equal.

/// The samples behave as the guide describes.
///
/// Samples that do not end are only compiled.
@Suite(.guardingDescriptors)
struct GettingStartedTests {
  @Test
  func `connecting, reading and writing`() throws {
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
    #expect(try pair.second.receive() == Array("a greeting\n".utf8))
    try otherOperations(pair.first)
    try errors(pair.first)
    try deregistering(pair.first, poll)
    try closing(pair.first)
    try errors(pair.first)
  }

  @Test
  func `timeouts, signals and wakes`() throws {
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
    try registeringElsewhere(poll, try Loopback.listener().localAddress)
    try options()
  }

  @Test
  func `a table of sessions`() throws {
    var poll = try Poll<SystemSelector>()
    var sessions = Table.Sessions<SystemSelector>()
    let pair = try Loopback.pair()
    let peer = pair.second
    try sessions.add(pair.first, to: poll.registry)
    try peer.send([1, 2])
    try sessions.serve(try poll.next { $0.isReadable })
    #expect(sessions.table.count == 1)
    try peer.close()
    let last = try poll.next { $0.isReadable }
    try sessions.serve(last)
    try sessions.serve(last)  // stale
    #expect(sessions.table.count == 0)
  }

  @Test
  func `a session that sends nothing is closed in time`() throws {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    var sessions = Table.Sessions<SystemSelector>()
    let pair = try Loopback.pair()
    try sessions.add(pair.first, to: poll.registry)
    try pair.second.send([1])
    let deadlines = try expiring(&poll, &events, &sessions, DeadlineQueue())
    let token = try #require(events.first?.token)
    #expect(deadlines[token] == deadlines.first)
    #expect(sessions.table.count == 1)
    var overdue = DeadlineQueue()
    overdue[token] = poll.now
    _ = try expiring(&poll, &events, &sessions, overdue)
    #expect(sessions.table.count == 0)
  }

  @Test
  func `a door that is opened again, and a reserve`() throws {
    var poll = try Poll<SystemSelector>()
    var reserve = try DescriptorReserve()
    let address: SocketAddress
    do {
      var door = Exhaustion.Door<SystemSelector>(listener: try Loopback.listener())
      try poll.registry.register(door.listener, token: 0, interest: .readable)
      address = try door.listener.localAddress
      let client = try TCPStream(connectingTo: address)
      _ = try poll.next { $0.isReadable }
      var served = 0
      try withDescriptorsLeft(0) { try door.accept { _ in served += 1 } }
      #expect(served == 0)
      try door.descriptorWasFreed(poll.registry)
      _ = try poll.next { $0.isReadable }
      try door.accept { _ in served += 1 }
      #expect(served == 1)
      _ = client.descriptor
    }
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    try withDescriptorsLeft(0) { try Reserve().accept(from: listener, &reserve) }
    #expect(throws: IOError.self) { while try client.receive() == nil {} }
  }
}

// The functions that the guide leaves to the reader.

private func handle(_ stream: borrowing TCPStream) {}
private func consume(_ bytes: ArraySlice<UInt8>) {}
private func receiveSpecially(_ descriptor: Int32) -> Int? { nil }
private func startThread(_ body: @escaping @Sendable () -> Void) {
  TestThread(body).join()
}

private struct FirstLoop {
  func serve() throws(IOError) {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 256)
    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 9000))
    try poll.registry.register(listener, token: 0, interest: .readable)

    while true {
      try poll.poll(into: &events)
      for event in events where event.token == 0 {
        while let stream = try listener.accept() {
          print("somebody came from", try stream.peerAddress)
        }  // the stream goes out of scope here, which closes it
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
  // More may wait. Others have their turn first.
  try poll.registry.reregister(listener, token: 0, interest: .readable)
}

private func oneShot(
  _ stream: borrowing TCPStream, _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  try poll.registry.register(stream, token: 5, interest: [.readable, .writable], mode: .oneShot)
}

private struct Table {
  struct Session: ~Copyable {
    let stream: TCPStream
    var receivedCount = 0
  }

  struct Sessions<S: Selector & ~Copyable>: ~Copyable {
    var table = TokenTable<Session>(minimumCapacity: 1024)

    mutating func add(
      _ stream: consuming TCPStream, to registry: borrowing Registry<S>
    ) throws(IOError) {
      let token = table.insert(Session(stream: stream))
      do throws(IOError) {
        try table.withValue(for: token) { session throws(IOError) in
          try registry.register(session.stream, token: token, interest: .readable)
        }
      } catch {
        _ = table.remove(token)
        throw error
      }
    }

    mutating func serve(_ event: Event) throws(IOError) {
      let isFinished = try table.withValue(for: event.token) { session throws(IOError) in
        var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4096)
        while true {
          var room = buffer.mutableSpan
          guard let count = try session.stream.read(into: &room) else { return false }
          if count == 0 { return true }
          session.receivedCount += count
        }
      }
      if isFinished == true { _ = table.remove(event.token) }  // closes the connection
    }
  }
}

private func timeouts(
  _ poll: inout Poll<SystemSelector>, _ events: inout Events<SystemSelector>
) throws(IOError) {
  try poll.poll(into: &events)  // until something happens
  try poll.poll(into: &events, timeout: .milliseconds(20))  // 20 ms at most
  try poll.poll(into: &events, timeout: .zero)  // what is ready, without waiting
  let deadline = poll.now.advanced(by: .seconds(5))
  try poll.poll(into: &events, until: deadline)
}

private func expiring(
  _ poll: inout Poll<SystemSelector>, _ events: inout Events<SystemSelector>,
  _ sessions: inout Table.Sessions<SystemSelector>, _ before: DeadlineQueue
) throws(IOError) -> DeadlineQueue {
  var deadlines = before
  try poll.poll(into: &events, until: deadlines.first)
  let now = poll.now
  for event in events {
    deadlines[event.token] = now.advanced(by: .seconds(30))  // in place of the one before
    try sessions.serve(event)
  }
  while let token = deadlines.popFirst(dueBy: now) {
    _ = sessions.table.remove(token)  // closes the connection, if it is still there
  }
  return deadlines
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
    // … prepare something for the polling thread, then:
    try? waker.wake()
  }
  try poll.poll(into: &events)
}

private func registeringElsewhere(
  _ poll: borrowing Poll<SystemSelector>, _ address: SocketAddress
) throws(IOError) {
  let registry = try poll.registry.duplicate()
  startThread {
    guard let client = try? TCPStream(connectingTo: address) else { return }
    try? registry.register(client, token: 2, interest: .writable)
    // … and hands `client` over to the polling thread.
  }
}

private func transferring(_ stream: borrowing TCPStream) throws(IOError) {
  var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4096)
  reading: while true {
    var room = buffer.mutableSpan
    switch try stream.read(into: &room) {
    case nil: break reading  // would block: wait for the next event
    case 0: break reading  // the peer has finished sending
    case let count?: consume(buffer[..<count])
    }
  }

  let greeting = ContiguousArray("a greeting\n".utf8)
  var unsent = greeting.span
  while !unsent.isEmpty, let count = try stream.write(unsent) {
    unsent = unsent.extracting(droppingFirst: count)
  }
}

private func otherOperations(_ stream: borrowing TCPStream) throws(IOError) {
  let answer: Int? = stream.withIO(.readable) { descriptor in
    receiveSpecially(descriptor.fileDescriptor)  // nil if it would block
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
      switch try client.finishConnect() {  // throws `.connectionRefused` and the like
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
    case .brokenPipe, .connectionReset: print("the peer is gone")
    default: print("failed:", error)  // such as "write: not connected (code 107)"
    }
  }
}

private struct Exhaustion {
  struct Door<S: Selector & ~Copyable>: ~Copyable {
    let listener: TCPListener
    var hasLeftSomebodyWaiting = false

    mutating func accept(_ handle: (consuming TCPStream) -> Void) throws(IOError) {
      hasLeftSomebodyWaiting = false
      do throws(IOError) {
        while let stream = try listener.accept() { handle(stream) }
      } catch {
        guard error.kind == .tooManyOpenFiles else { throw error }
        hasLeftSomebodyWaiting = true
      }
    }

    /// To be called after a connection was closed.
    func descriptorWasFreed(_ registry: borrowing Registry<S>) throws(IOError) {
      if hasLeftSomebodyWaiting {
        try registry.reregister(listener, token: 0, interest: .readable)
      }
    }
  }
}

private struct Reserve {
  func accept(
    from listener: borrowing TCPListener, _ reserve: inout DescriptorReserve
  ) throws(IOError) {
    do throws(IOError) {
      while let stream = try listener.accept() { try stream.set(.noDelay, to: true) }
    } catch {
      guard error.kind == .tooManyOpenFiles else { throw error }
      try reserve.turnAway(from: listener)
    }
  }
}

struct SampleTests {
  /// Collects what a peer sends, until it has finished.
  struct Collector<Stream: ByteStream & ~Copyable>: ~Copyable {
    let stream: Stream
    private(set) var bytes: [UInt8] = []
    private(set) var isFinished = false

    init(_ stream: consuming Stream) {
      self.stream = stream
    }

    mutating func serve() throws(IOError) {
      var buffer = ContiguousArray<UInt8>(repeating: 0, count: 512)
      while !isFinished {
        var room = buffer.mutableSpan
        guard let count = try stream.read(into: &room) else { return }
        bytes += buffer[..<count]
        isFinished = count == 0
      }
    }
  }

  @Test
  func `what comes in pieces is collected`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    var events = try Events<MockSelector>(capacity: 8)

    let pair = MockStream.pair()
    pair.first.transferLimit = 3  // a read returns three bytes at most
    let peer = pair.second
    var collector = Collector(pair.first)
    try poll.registry.register(collector.stream, token: 1, interest: .readable)

    // After half an hour of virtual time the peer sends something, and finishes.
    queue.schedule(after: .seconds(1800)) {
      _ = try? peer.write("hello, mock")
      peer.shutdown(.write)
    }
    try poll.poll(into: &events, timeout: .seconds(3600))
    #expect(events.map(\.token) == [1])
    try collector.serve()

    let isFinished = collector.isFinished  // `#expect` cannot take a noncopyable value apart
    #expect(collector.bytes == Array("hello, mock".utf8))
    #expect(isFinished)
  }

  @Test
  func `a registration that fails can be tried again`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    let poll = Poll(selector)
    let source = MockSource()
    queue.fail(.register, with: .outOfMemory)
    #expect(throws: IOError.self) {
      try poll.registry.register(source, token: 1, interest: .readable)
    }
    try poll.registry.register(source, token: 1, interest: .readable)
    #expect(queue.registrationCount == 1)
  }
}
