import MioCore
import MioNet
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

/// The behaviour of named pipes that mio's tests do not cover.
@Suite(.guardingDescriptors)
struct NamedPipeTests {
  private let poll: any TestPoll

  init() throws {
    poll = try TestedSelector.afd.makePoll()
  }

  // MARK: Names and handles

  @Test
  func `opening an unknown name throws notFound, and creating a used name throws addressInUse`()
    throws
  {
    let name = NamedPipes.newName()
    expectError(.notFound) { () throws(IOError) in try NamedPipe(opening: name) }
    expectError(.invalidArgument) { () throws(IOError) in try NamedPipe(opening: #"C:\file"#) }
    var options = NamedPipeOptions()
    options.maximumInstances = 1
    let server = try NamedPipe(creating: name, options: options)
    options.isFirstInstance = false
    expectError(.addressInUse) { () throws(IOError) in
      try NamedPipe(creating: name, options: options)
    }
    let client = try NamedPipe(opening: name)
    expectError(.wouldBlock) { () throws(IOError) in try NamedPipe(opening: name) }
    #expect(OpenDescriptors.isSafe(server.descriptor))
    #expect(OpenDescriptors.isSafe(client.descriptor))
  }

  @Test
  func `a server serves one client for each of its instances`() throws {
    let name = NamedPipes.newName()
    var options = NamedPipeOptions()
    let first = try NamedPipe(creating: name, options: options)
    options.isFirstInstance = false
    let second = try NamedPipe(creating: name, options: options)
    try poll.register(first, token: 0, interest: .readable)
    try poll.register(second, token: 1, interest: .readable)
    let clients = ConnectedPair(
      first: try NamedPipe(opening: name), second: try NamedPipe(opening: name))
    try poll.register(clients.first, token: 2, interest: .writable)
    try poll.register(clients.second, token: 3, interest: .writable)
    #expect(try first.connect())
    #expect(try second.connect())
    try clients.first.send([1])
    try clients.second.send([2])
    let received =
      try poll.receive(1, from: first, token: 0) + poll.receive(1, from: second, token: 1)
    #expect(Set(received) == [1, 2])
  }

  @Test
  func `a handle of other code can be adopted if it is a named pipe`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    try poll.register(server, token: 0, interest: .readable)
    let client = try NamedPipe(adopting: rawClient(of: name, access: 0xC000_0000))
    try poll.register(client, token: 1, interest: .writable)
    try client.send([5])
    #expect(try server.connect())
    #expect(try poll.receive(1, from: server, token: 0) == [5])
    let socket = try Loopback.udpSocket()
    #expect(throws: IOError.self) { _ = try NamedPipe(adopting: socket.descriptor) }
    expectError(.badDescriptor) { () throws(IOError) in
      try NamedPipe(adopting: Descriptor(rawValue: 0x7FFF_0000))
    }
  }

  /// Adopts a handle such as a child's standard output, whose other end belongs to its parent.
  @Test
  func `a handle that can only read can be adopted`() throws {
    let name = NamedPipes.newName()
    var options = NamedPipeOptions()
    options.direction = .outbound
    let server = try NamedPipe(creating: name, options: options)
    try poll.register(server, token: 0, interest: .writable)
    // The handle has GENERIC_READ, and no right to set the mode of the pipe.
    let client = try NamedPipe(adopting: rawClient(of: name, access: 0x8000_0000))
    try poll.register(client, token: 1, interest: .readable)
    #expect(try server.connect())
    try server.send([6, 7])
    #expect(try poll.receive(2, from: client, token: 1) == [6, 7])
  }

  @Test(arguments: [NamedPipeMode.bytes, .messages])
  func `a pipe with one direction transfers bytes only in that direction`(
    _ mode: NamedPipeMode
  ) throws {
    for direction in [NamedPipeDirection.inbound, .outbound] {
      let name = NamedPipes.newName()
      var options = NamedPipeOptions()
      options.mode = mode
      options.direction = direction
      let server = try NamedPipe(creating: name, options: options)
      let client = try NamedPipe(opening: name, mode: mode)
      let isInbound = direction == .inbound
      try poll.register(server, token: 0, interest: isInbound ? .readable : .writable)
      try poll.register(client, token: 1, interest: isInbound ? .writable : .readable)
      #expect(try server.connect())
      if isInbound {
        try client.send([1])
        #expect(try poll.receive(1, from: server, token: 0) == [1])
        expectError(.permissionDenied) { () throws(IOError) in try server.send([1]) }
      } else {
        try server.send([2])
        #expect(try poll.receive(1, from: client, token: 1) == [2])
        expectError(.permissionDenied) { () throws(IOError) in try client.send([1]) }
      }
    }
  }

  @Test
  func `the name of a pipe may contain backslashes`() throws {
    let name = NamedPipes.newName() + #"\sql\query"#
    let server = try NamedPipe(creating: name)
    let client = try NamedPipe(opening: name)
    try poll.register(server, token: 0, interest: .readable)
    try poll.register(client, token: 1, interest: .writable)
    #expect(try server.connect())
    try client.send([3])
    #expect(try poll.receive(1, from: server, token: 0) == [3])
  }

  // MARK: Registering

  @Test(arguments: [0, 1, .max, 1 << 63] as [UInt])
  func `a pipe is reported only for its interest, and with all bits of its token`(
    _ word: UInt
  ) throws {
    let pair = try NamedPipes.pair()
    try poll.register(pair.second, token: 1, interest: [.readable, .writable])
    try poll.register(pair.first, token: Token(word), interest: .writable)
    try poll.next(Token(word), where: \.isWritable)
    try pair.second.send([1])
    #expect(!(try poll.shortly()).contains { $0.token == Token(word) })
    try poll.reregister(pair.first, token: Token(word), interest: .readable)
    try poll.next(Token(word), where: { $0.isReadable && !$0.isWritable })
    #expect(try pair.first.receive() == [1])
    for interest in [.priority, .aio, [.readable, .lio]] as [Interest] {
      expectError(.unsupported) { () throws(IOError) in
        try poll.reregister(pair.first, token: 0, interest: interest)
      }
    }
  }

  @Test
  func `before a pipe is registered, every operation would block, and no bytes are lost`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    #expect(try !server.connect())
    #expect(try server.receive() == nil)
    #expect(try server.send([1]) == nil)
    try poll.register(server, token: 0, interest: [.readable, .writable])
    #expect(try poll.shortly().isEmpty)
    let client = try NamedPipe(opening: name)
    #expect(try client.connect())
    #expect(try client.receive() == nil)
    #expect(try client.send([1]) == nil)
    try poll.next(0, where: \.isWritable)
    #expect(try server.connect())
    try server.send([2])
    try poll.register(client, token: 1, interest: .readable)
    try poll.next(1, where: \.isReadable)
    #expect(try client.receive() == [2])
  }

  @Test
  func `bytes that were read ahead can be read after the selector was destroyed`() throws {
    let pair = try NamedPipes.pair()
    do {
      let poll = try TestedSelector.afd.makePoll()
      try poll.register(pair.first, token: 0, interest: .readable)
      try poll.register(pair.second, token: 1, interest: .writable)
      try pair.second.send([1, 2, 3])
      try poll.next(0, where: \.isReadable)
    }
    #expect(try pair.first.receive() == [1, 2, 3])
    expectError(.notRegistered) { () throws(IOError) in try pair.first.receive() }
    expectError(.notRegistered) { () throws(IOError) in try pair.first.send([1]) }
    expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.register(pair.first, token: 0, interest: .readable)
    }
  }

  @Test
  func `pipes, sockets and wakers can share a poll`() throws {
    let pipes = try NamedPipes.pair(on: poll)
    let sockets = try Loopback.pair()
    try poll.register(sockets.first, token: 2, interest: .readable)
    let waker = try poll.makeWaker(token: 3)
    for round in 0..<100 as Range<UInt8> {
      try pipes.second.send([round])
      try sockets.second.send([round])
      try waker.wake()
      var seen: Set<Token> = []
      try poll.collect { events in
        seen = Set(events.filter(\.isReadable).map(\.token))
        return seen.isSuperset(of: [0, 2, 3])
      }
      #expect(try pipes.first.drain() == [round])
      #expect(try sockets.first.drain() == [round])
    }
  }

  // MARK: Transfers

  @Test(arguments: [NamedPipeMode.bytes, .messages])
  func `a slow reader makes writing block, and all bytes arrive in order`(
    _ mode: NamedPipeMode
  ) throws {
    let pair = try NamedPipes.pair(mode, on: poll)
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
    var rest = bytes[...]
    var received: [UInt8] = []
    var wasHeldUp = false
    while received.count < bytes.count {
      while !rest.isEmpty {
        guard let count = try pair.second.send(Array(rest.prefix(30_000))) else {
          wasHeldUp = true
          break
        }
        rest = rest.dropFirst(count)
      }
      received += try pair.first.drain()
      if received.count < bytes.count { try poll.wait(for: .seconds(5)) }
    }
    #expect(received == bytes)
    #expect(wasHeldUp)
  }

  @Test
  func `messages keep their boundaries`() throws {
    let pair = try NamedPipes.pair(.messages, on: poll)
    let long = [UInt8](repeating: 9, count: 20_000)
    var read: [NamedPipeMessage] = []
    for message in [[1], [], [2, 3, 4], long, [5]] as [[UInt8]] {
      try poll.sendMessage(message, to: pair.second, token: 1)
    }
    let server = pair.first
    do { _ = pair.second }
    var buffer = [UInt8](repeating: 0, count: 18_000)
    while read.last != .closed {
      var room = buffer.mutableSpan
      if let part = try server.readMessage(into: &room) {
        read.append(part)
      } else {
        try poll.next(0, where: \.isReadable)
      }
    }
    #expect(
      read == [.end(1), .end(0), .end(3), .part(16_384), .end(3_616), .end(1), .closed])
  }

  @Test
  func `reading skips empty messages, and reads long messages in parts`() throws {
    let pair = try NamedPipes.pair(.messages, on: poll)
    for message in [[], [1, 2, 3], [4]] as [[UInt8]] {
      try poll.sendMessage(message, to: pair.second, token: 1)
    }
    var read: [[UInt8]] = []
    while read.count < 3 {
      if let bytes = try pair.first.receive(upTo: 2) {
        read.append(bytes)
      } else {
        try poll.next(0, where: \.isReadable)
      }
    }
    #expect(read == [[1, 2], [3], [4]])
  }

  @Test
  func `bytes that were written before a pipe was destroyed arrive`() throws {
    let pair = try NamedPipes.pair(on: poll)
    let sent = try pair.second.fill()
    #expect(sent > 65_536)
    let server = pair.first
    do { _ = pair.second }
    #expect(try poll.receive(sent, from: server, token: 0).count == sent)
    while try server.receive() == nil { try poll.next(0, where: \.isReadClosed) }
    #expect(try server.receive() == [])
  }

  @Test
  func `operations that the state of a pipe does not allow are refused`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    try poll.register(server, token: 0, interest: [.readable, .writable])
    expectError(.notConnected) { () throws(IOError) in try server.receive() }
    expectError(.notConnected) { () throws(IOError) in try server.send([1]) }
    for _ in 0..<2 { try server.disconnect() }
    #expect(try !server.connect())
    let client = try NamedPipe(opening: name)
    try poll.register(client, token: 1, interest: .writable)
    expectError(.unsupported) { () throws(IOError) in try client.shutdown(.write) }
    #expect(throws: IOError.self) { try client.disconnect() }
    while try !server.connect() { try poll.wait(for: .seconds(5)) }
    #expect(try client.send([1]) == 1)
    for _ in 0..<2 { try server.disconnect() }
    expectError(.notConnected, or: .brokenPipe) { () throws(IOError) in try client.send([1]) }
    expectError(.notConnected, or: .brokenPipe) { () throws(IOError) in
      while try client.receive() == nil { try poll.wait(for: .milliseconds(20)) }
    }
  }
}

/// Opens the client's end as another library would.
private func rawClient(of name: String, access: UInt32) -> Descriptor {
  let overlapped: UInt32 = 0x4000_0000
  let handle = unsafe Array(name.utf16 + [0]).withUnsafeBufferPointer { name in
    unsafe name.baseAddress.map {
      unsafe SystemNamedPipeCalls().open($0, access: access, flags: overlapped)
    } ?? 0
  }
  return Descriptor(rawValue: handle)
}

extension TestPoll {
  /// Writes a message, and waits for an event as long as writing would block.
  fileprivate func sendMessage(
    _ message: [UInt8], to pipe: borrowing NamedPipe, token: Token
  ) throws(IOError) {
    while try pipe.send(message) == nil { try next(token, where: \.isWritable) }
  }
}
