import CMioSocket
import Glibc
import MioCore
import MioNet
import Synchronization
import TestHelpers
import Testing

private let signals = Atomic<Int>(0)

/// A write without a reader causes an error, and never a signal (contract C13).
@Suite(.guardingDescriptors, .serialized)
struct BrokenPipeTests {
  @Test
  func `no form of writing after a shutdown raises SIGPIPE`() async {
    // The test runs in its own process with the default action of the signal: SIGPIPE would end it.
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_DFL)
      let pair = try Loopback.pair()
      try pair.first.shutdown(.write)
      let bytes: [UInt8] = [1]
      expectError(.brokenPipe) { () throws(IOError) in try pair.first.write(bytes.span) }
      expectError(.brokenPipe) { () throws(IOError) in
        try pair.first.write(bytes.span, bytes.span)
      }
    }
  }

  @Test
  func `writing to a closed TCP stream raises no SIGPIPE`() throws {
    let pair = try Loopback.pair()
    let stream = pair.first
    try pair.second.set(.linger, to: .zero)
    try pair.second.close()
    try expectNoSignal {
      // The first write may find the reset, and throw another error.
      for _ in 0..<2 { _ = try? stream.write([1].span) }
      expectBroken(stream)
    }
  }

  @Test
  func `writing to a closed Unix stream raises no SIGPIPE, with or without ancillary data`() throws
  {
    let pair = try UnixStream.pair()
    let stream = pair.first
    try pair.second.close()
    try expectNoSignal {
      expectBroken(stream)
      let ancillary = AncillaryData()
      expectError(.brokenPipe) { () throws(IOError) in
        try stream.write([1].span, ancillary: ancillary)
      }
    }
  }

  @Test
  func `sending on a closed message socket raises no SIGPIPE`() throws {
    let packets = try UnixPacketSocket.pair()
    let packetSocket = packets.first
    try packets.second.close()
    let generic = try GenericSocket(adopting: packetSocket.duplicateDescriptor())
    let datagrams = try UnixDatagram.pair()
    try datagrams.first.shutdown(.write)
    let udp = try UDPPair.make()
    try udp.first.shutdown(.write)
    let target = try udp.second.localAddress
    try expectNoSignal {
      try expectBroken(packetSocket)
      try expectBroken(generic)
      try expectBroken(datagrams.first)
      try expectBroken(udp.first)
      try expectBroken(udp.first, to: target)
      try expectBroken(datagrams.first, to: try UnixAddress(abstract: "nobody"))
    }
  }

  /// Writes with every method for streams.
  private func expectBroken<Stream: StreamSocket & ~Copyable>(_ stream: borrowing Stream) {
    expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span) }
    expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span, [2].span) }
    let nothing = AncillaryData()
    for flags in [0, Int32(MSG_MORE)] {
      expectError(.brokenPipe) { () throws(IOError) in
        try stream.send([1].span, ancillary: nothing, flags: flags)
      }
    }
  }

  /// Sends to the peer with every method for messages.
  private func expectBroken<Target: MessageSocket & ~Copyable>(_ socket: borrowing Target) throws {
    expectError(.brokenPipe) { () throws(IOError) in try socket.send([1].span) }
    expectError(.brokenPipe) { () throws(IOError) in try socket.send([1].span, [2].span) }
    let nothing = AncillaryData()
    expectError(.brokenPipe) { () throws(IOError) in
      try socket.send([1].span, ancillary: nothing)
    }
    expectError(.brokenPipe) { () throws(IOError) in
      try socket.send([1].span, ancillary: nothing, flags: 0)
    }
    try expectBroken(socket, batchTo: nil)
  }

  /// Sends to an address with every method for messages.
  private func expectBroken<Target: AddressedSocket & ~Copyable>(
    _ socket: borrowing Target, to address: Target.Address
  ) throws {
    expectError(.brokenPipe) { () throws(IOError) in try socket.send([1].span, to: address) }
    expectError(.brokenPipe) { () throws(IOError) in
      try socket.send([1].span, [2].span, to: address)
    }
    let nothing = AncillaryData()
    expectError(.brokenPipe) { () throws(IOError) in
      try socket.send([1].span, to: address, ancillary: nothing)
    }
    expectError(.brokenPipe) { () throws(IOError) in
      try socket.send([1].span, to: address, ancillary: nothing, flags: 0)
    }
    try expectBroken(socket, batchTo: address)
  }

  private func expectBroken<Target: MessageSocket & ~Copyable>(
    _ socket: borrowing Target, batchTo address: Target.Address?
  ) throws {
    var batch = try MessageBatch<Target.Address>(capacity: 2, messageCapacity: 1)
    while try batch.append([1].span, to: address) {}
    expectError(.brokenPipe) { () throws(IOError) in try socket.send(&batch) }
  }

  @Test
  func `writing to a pipe without a reader raises no SIGPIPE`() throws {
    let pipe = try AnonymousPipe()
    let sender = pipe.sender
    try pipe.receiver.close()
    try expectNoSignal {
      expectError(.brokenPipe) { () throws(IOError) in try sender.write([1].span) }
      expectError(.brokenPipe) { () throws(IOError) in try sender.write([1].span, [2].span) }
    }
  }

  // This is the case for Linux before 6.18.
  @Test
  func `writing to a pipe raises no SIGPIPE on a kernel without RWF_NOSIGNAL`() throws {
    let pipe = try AnonymousPipe()
    let sender = pipe.sender
    try pipe.receiver.close()
    try expectNoSignal {
      withFault("pwritev2", EOPNOTSUPP) {
        expectError(.brokenPipe) { () throws(IOError) in try sender.write([1].span) }
      }
      expectError(.brokenPipe) { () throws(IOError) in try sender.write([1].span) }
    }
    let other = try AnonymousPipe()
    #expect(try other.sender.write([1, 2].span) == 2)
  }

  // A sandbox may return EPERM for a flag or a call that it does not know.
  @Test(arguments: [EOPNOTSUPP, ENOSYS, EPERM])
  func `after the kernel refuses RWF_NOSIGNAL once, writes to pipes no longer use it`(
    _ code: Int32
  ) async {
    await #expect(processExitsWith: .success) { [code] in
      let pipe = try AnonymousPipe()
      for code in [code, EIO] {
        var written: Int?
        withFault("pwritev2", code) { written = try? pipe.sender.write([1].span) }
        #expect(written == 1)
      }
    }
  }

  @Test(.enabled(if: C_MIO_IS_LIKE_APPLE == 0, "the fallbacks do not use the call"))
  func `a write to a pipe throws the error of the call with RWF_NOSIGNAL`() async {
    await #expect(processExitsWith: .success) {
      let pipe = try AnonymousPipe()
      withFault("pwritev2", EIO) {
        expectError(.other) { () throws(IOError) in try pipe.sender.write([1].span) }
      }
      #expect(try pipe.sender.write([1].span) == 1)
    }
  }

  @Test
  func `a SIGPIPE that was pending before a write stays pending`() throws {
    let pipe = try AnonymousPipe()
    let sender = pipe.sender
    try pipe.receiver.close()
    withFault("pwritev2", EOPNOTSUPP) { _ = try? sender.write([1].span) }
    var only = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&only)
    unsafe sigaddset(&only, SIGPIPE)
    #expect(unsafe pthread_sigmask(SIG_BLOCK, &only, &old) == 0)
    pthread_kill(pthread_self(), SIGPIPE)
    expectError(.brokenPipe) { () throws(IOError) in try sender.write([1].span) }
    var pending = sigset_t()
    #expect(unsafe sigpending(&pending) == 0)
    #expect(unsafe sigismember(&pending, SIGPIPE) == 1)
    var taken: Int32 = 0
    if unsafe sigismember(&pending, SIGPIPE) == 1 { _ = unsafe sigwait(&only, &taken) }
    #expect(unsafe pthread_sigmask(SIG_SETMASK, &old, nil) == 0)
  }

  /// Counts the signals that arrive while a function runs.
  ///
  /// Worker threads of a test run may have blocked the signal, so the function unblocks it.
  private func expectNoSignal(_ body: () throws -> Void) throws {
    var only = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&only)
    unsafe sigaddset(&only, SIGPIPE)
    unsafe pthread_sigmask(SIG_UNBLOCK, &only, &old)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &old, nil) }
    let before = signal(SIGPIPE) { _ in
      signals.add(1, ordering: .sequentiallyConsistent)
    }
    defer { _ = signal(SIGPIPE, before) }
    let count = signals.load(ordering: .sequentiallyConsistent)
    try body()
    #expect(signals.load(ordering: .sequentiallyConsistent) == count, "a signal was raised")
  }
}
