import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The bytes and messages that a pipe transfers, and the events that it reports.
final class NamedPipeTransferTests: NamedPipeFixture {
  static let capacity = 16_384

  @Test
  func `a message longer than the read-ahead buffer is received in parts`() throws {
    let pipe = try makeClient(.messages)
    try register(pipe)
    finish(.read, code: C_MIO_ERROR_MORE_DATA, [1, 2])
    #expect(try pipe.receiveMessage() == .part(2))
    finish(.read, [3])
    #expect(try pipe.receiveMessage() == .end(1))
    #expect(try pipe.receiveMessage() == nil)
    // A message that is longer than the buffer of the caller is received in parts too.
    finish(.read, [4, 5, 6])
    #expect(try pipe.receiveMessage(2) == .part(2))
    #expect(try pipe.receiveMessage(2) == .end(1))
    finish(.read, code: C_MIO_ERROR_BROKEN_PIPE)
    #expect(try pipe.receiveMessage() == .closed)
  }

  @Test
  func `reading a message into an empty buffer throws an invalid argument error`() throws {
    let pipe = try makeClient(.messages)
    let error = expectError(.invalidArgument) { () throws(IOError) in
      _ = try pipe.receiveMessage(0)
    }
    #expect(error?.operation == .read)
  }

  @Test
  func `a pipe reads ahead again as soon as the last bytes are consumed`() throws {
    let pipe = try makeClient()
    try register(pipe)
    finish(.read, [1, 2])
    #expect(try pipe.receive(1) == [1])
    #expect(calls.count(of: .read) == 1)
    #expect(try pipe.receive(1) == [2])
    #expect(calls.count(of: .read) == 2)
    // The second read uses the memory of the first read.
    #expect(calls.capacities == [0, Self.capacity])
  }

  @Test
  func `after a reader fills its buffer, more bytes are reported only after a read would block`()
    throws
  {
    let pipe = try makeClient()
    try register(pipe)
    _ = poll()
    #expect(poll([calls.end(.read, [1])]) == [Event(token: 7, readiness: .readable)])
    // A reader that fills its buffer must read again, so bytes that have already arrived are not
    // reported.
    calls.immediate = [.read: [3]]
    #expect(try pipe.receive(1) == [1])
    #expect(poll().isEmpty)
    calls.immediate = [:]
    #expect(try pipe.receive(1) == [3])
    #expect(try pipe.receive(1) == nil)
    #expect(poll([calls.end(.read, [2])]) == [Event(token: 7, readiness: .readable)])
  }

  @Test
  func `after other code would block, its direction is reported again if it is ready`() throws {
    let pipe = try makeClient()
    try register(pipe)
    finish(.read, [1])
    #expect(poll().isEmpty)
    pipe.block(.readable)
    #expect(poll() == [Event(token: 7, readiness: .readable)])
    pipe.block(.writable)
    #expect(poll() == [Event(token: 7, readiness: .writable)])
  }

  @Test
  func `a level-triggered pipe is reported at each poll`() throws {
    let pipe = try makeClient()
    try register(pipe, .writable, mode: .level)
    for _ in 0..<3 {
      #expect(poll() == [Event(token: 7, readiness: .writable)])
      #expect(poll().isEmpty)
      #expect(operations.beginRound())
    }
  }

  @Test(arguments: [TriggerMode.level, .oneShot])
  func `a level-triggered or one-shot pipe reads ahead when it is armed again`(
    _ mode: TriggerMode
  ) throws {
    let pipe = try makeClient()
    try register(pipe, .readable, mode: mode)
    #expect(poll([calls.end(.read, [1])]).count == 1)
    #expect(try pipe.receive() == [1])
    #expect(calls.count(of: .read) == 1)
    if mode == .level {
      #expect(operations.beginRound())
    } else {
      try pipe.record.reregister(with: operations, token: 7, interest: .readable, mode: mode)
    }
    #expect(calls.count(of: .read) == 2)
  }

  @Test
  func `a server that is watched only for writing never reads ahead`() throws {
    let pipe = try makeServer()
    try register(pipe, .writable)
    for _ in 0..<2 {
      #expect(try !pipe.connect())
      #expect(poll([calls.end(.connect)]) == [Event(token: 7, readiness: .writable)])
      try pipe.disconnect()
    }
    #expect(calls.count(of: .read) == 0)
  }

  @Test(arguments: [TriggerMode.edge, .oneShot])
  func `the next poll does not report an edge-triggered or one-shot pipe again`(
    _ mode: TriggerMode
  ) throws {
    let pipe = try makeClient()
    try register(pipe, .writable, mode: mode)
    #expect(poll().count == 1)
    #expect(operations.beginRound())
    #expect(calls.count(of: .post) == 1)
    #expect(poll().isEmpty)
  }

  @Test(arguments: [TriggerMode.edge, .oneShot])
  func `a pipe that was reported once is not kept alive by the selector`(_ mode: TriggerMode) throws
  {
    do {
      let pipe = try makeClient()
      try register(pipe, .writable, mode: mode)
      #expect(poll().count == 1)
    }
    #expect(calls.memories == 0)
  }

  @Test
  func `reads and writes of a pipe that is not registered would block`() throws {
    let pipe = try makeClient()
    #expect(try pipe.receive() == nil)
    #expect(try pipe.send([1]) == nil)
    #expect(calls.count(of: .read) == 0 && calls.count(of: .write) == 0)
    try register(pipe)
    #expect(poll() == [Event(token: 7, readiness: .writable)])
  }

  @Test
  func `reads and writes of a server that waits for a client would block`() throws {
    let pipe = try makeServer()
    try register(pipe)
    #expect(try !pipe.connect())
    #expect(try pipe.receive() == nil)
    #expect(try pipe.send([1]) == nil)
    #expect(calls.count(of: .read) == 0 && calls.count(of: .write) == 0)
    #expect(poll([calls.end(.connect)]).map(\.isWritable) == [true])
  }

  // MARK: Writing

  @Test
  func `a long write to a stream accepts a piece, and space for the next is reported`() throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    _ = poll()
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try pipe.send(bytes) == Self.capacity)
    #expect(calls.written == [Array(bytes[..<Self.capacity])])
    #expect(
      poll([calls.end(.write, count: Self.capacity)]) == [Event(token: 7, readiness: .writable)])
    // The rest fits, so the writer does not wait for an event.
    #expect(try pipe.send(Array(bytes[Self.capacity...])) == 20_000 - Self.capacity)
    #expect(calls.written.last == Array(bytes[Self.capacity...]))
    #expect(poll([calls.end(.write, count: 20_000 - Self.capacity)]).isEmpty)
    #expect(calls.capacities == [0, Self.capacity])
  }

  @Test
  func `a message is written as a whole, and can be empty`() throws {
    calls.description.is_message_type = true
    let pipe = try makeClient(.messages)
    try register(pipe, .writable)
    let message = [UInt8](repeating: 7, count: 20_000)
    #expect(try pipe.send(message) == 20_000)
    finish(.write, count: 20_000)
    #expect(try pipe.send([]) == 0)
    finish(.write, count: 0)
    #expect(try pipe.send([1]) == 1)
    finish(.write, count: 1)
    #expect(calls.written == [message, [], [1]])
    #expect(calls.capacities == [0, 20_000, Self.capacity])
  }

  @Test
  func `an empty write to a byte stream makes no system call`() throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    #expect(try pipe.send([]) == 0)
    #expect(calls.written.isEmpty)
  }

  @Test
  func `4 GiB are refused as one message, and written to a byte stream in pieces`() throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.capacity, alignment: 1)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 1)
    // Only the first piece is allocated, and the pipe may read only this piece.
    let bytes = unsafe UnsafeRawBufferPointer(start: memory.baseAddress, count: 1 << 32)
    do {
      let pipe = try makeClient()
      try register(pipe, .writable)
      #expect(unsafe try pipe.write(bytes) == Self.capacity)
      finish(.write, count: Self.capacity)
    }
    calls.description.is_message_type = true
    let pipe = try makeClient(.messages)
    try register(pipe, .writable)
    let error = expectError(.messageTooLong) { () throws(IOError) in
      _ = unsafe try pipe.write(bytes)
    }
    #expect(error?.operation == .write)
    #expect(calls.written.count == 1)
  }

  // MARK: Operations that succeed at once

  @Test(arguments: [0, C_MIO_ERROR_INVALID_PARAMETER, 1])
  func `a read that succeeds at once is reported, with or without a packet`(_ skipping: Int) throws
  {
    let pipe = try makeClient()
    calls.failures = [.skipPackets: [skipping]]
    calls.immediate = [.read: [1, 2]]
    try register(pipe, .readable)
    calls.immediate = [:]
    #expect(calls.count(of: .skipPackets) == 1)
    let packets = skipping == 0 ? [] : [calls.end(.read, [1, 2])]
    #expect(poll(packets) == [Event(token: 7, readiness: .readable)])
    #expect(operations.count == 0)
    #expect(try pipe.receive() == [1, 2])
  }

  @Test(arguments: [0, C_MIO_ERROR_INVALID_PARAMETER])
  func `after a write that succeeds at once, the next write waits at most for its packet`(
    _ skipping: Int
  ) throws {
    let pipe = try makeClient()
    calls.failures = [.skipPackets: [skipping]]
    calls.immediate = [.write: [1]]
    try register(pipe, .writable)
    _ = poll()
    for _ in 0..<2 {
      #expect(try pipe.send([1]) == 1)
      if skipping != 0 {
        #expect(try pipe.send([1]) == nil)
        #expect(poll([calls.end(.write, count: 1)]) == [Event(token: 7, readiness: .writable)])
      }
    }
    #expect(operations.count == 0)
  }

  @Test
  func `a connect that finds a client at once succeeds, and the server becomes writable`() throws {
    let pipe = try makeServer()
    calls.immediate = [.connect: []]
    try register(pipe, .writable)
    #expect(try pipe.connect())
    #expect(poll() == [Event(token: 7, readiness: .writable)])
    #expect(operations.count == 0)
  }

  @Test(arguments: [ScriptedPipeCalls.Call.read, .write])
  func `a server that has transferred bytes is connected to a client`(
    _ call: ScriptedPipeCalls.Call
  ) throws {
    let pipe = try makeServer()
    calls.immediate = [call: [1]]
    try register(pipe, .writable)
    #expect(poll().isEmpty)
    if call == .read {
      #expect(try pipe.receive() == [1])
    } else {
      #expect(try pipe.send([1]) == 1)
    }
    #expect(try pipe.connect())
    #expect(poll() == [Event(token: 7, readiness: .writable)])
  }

  @Test
  func `reads of messages always end with a packet`() throws {
    let pipe = try makeClient(.messages)
    try register(pipe)
    #expect(calls.count(of: .skipPackets) == 0)
    finish(.read, [1])
    #expect(try pipe.receive() == [1])
  }
}
