import CFaultInjection
import CMioSocket
import Glibc
import MioCore
import MioNet
import MioTestSupport
import Synchronization
import TestHelpers
import Testing

/// The number of the current round of a transfer.
private let round = Atomic(0)

/// Writing the contents of a file with `sendfile(2)`.
@Suite(.guardingDescriptors)
struct FileTransferTests {
  private let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }

  @Test(arguments: TestedSelector.allCases)
  func `a whole file arrives although writing would block during the transfer`(
    _ selector: TestedSelector
  ) throws {
    let file = try makeFile(bytes)
    let pair = try Loopback.pair()
    try pair.first.set(.sendBufferSize, to: 65_536)
    try pair.second.set(.receiveBufferSize, to: 65_536)
    let poll = try selector.makePoll()
    try poll.register(pair.first, token: 1, interest: .writable)
    try poll.register(pair.second, token: 2, interest: .readable)
    var sent = 0
    var blocked = 0
    var received: [UInt8] = []
    while sent < bytes.count {
      if let count = try pair.first.write(
        contentsOf: file.descriptor, at: sent, count: bytes.count - sent)
      {
        try #require(count > 0)
        sent += count
      } else {
        blocked += 1
        received += try pair.second.drain()
        try poll.next(1, where: \.isWritable)
      }
    }
    try pair.first.shutdown(.write)
    received += try poll.receive(bytes.count - received.count, from: pair.second, token: 2)
    #expect(received == bytes)
    #expect(blocked > 0, "the file is too small to show anything")
    #expect(lseek(file.descriptor.fileDescriptor, 0, SEEK_CUR) == 0, "the file's position moved")
  }

  @Test
  func `an interrupted write from the end of a file is repeated, and returns 0`() throws {
    let file = try makeFile([1])
    let pair = try UnixStream.pair()
    var count: Int?
    withFault("sendfile", EINTR) {
      count = try? pair.first.write(contentsOf: file.descriptor, at: 1, count: 1)
    }
    #expect(count == 0)
  }

  @Test
  func `a part of a file can be written, up to the end of the file`() throws {
    let file = try makeFile([1, 2, 3, 4, 5])
    let pair = try UnixStream.pair()
    let write = { (offset: Int, count: Int) throws(IOError) in
      try pair.first.write(contentsOf: file.descriptor, at: offset, count: count)
    }
    #expect(try write(1, 2) == 2)
    #expect(try write(3, 100) == 2)
    #expect(try write(5, 1) == 0, "the end of the file")
    #expect(try write(0, 0) == 0)
    #expect(try pair.second.receive() == [2, 3, 4, 5])
  }

  @Test
  func `a file or a range that cannot be sent is refused`() throws {
    let file = try makeFile([1])
    let pipe = try AnonymousPipe()
    let pair = try UnixStream.pair()
    let write = { (file: Descriptor, offset: Int, count: Int) throws(IOError) in
      try pair.first.write(contentsOf: file, at: offset, count: count)
    }
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try write(file.descriptor, -1, 1)
    }
    #expect(error?.operation == .write)
    let negative = expectError(.invalidArgument) { () throws(IOError) in
      try write(file.descriptor, 0, -1)
    }
    #expect(negative?.code == 0)
    expectError(.badDescriptor) { () throws(IOError) in try write(Descriptor(-1), 0, 1) }
    let stranger = Descriptor(rawValue: 1 << 32 | file.descriptor.rawValue)
    expectError(.badDescriptor) { () throws(IOError) in try write(stranger, 0, 1) }
    // A pipe has no offsets.
    expectError(.other) { () throws(IOError) in try write(pipe.receiver.descriptor, 0, 1) }
    #expect(try pair.second.receive() == nil)
  }

  @Test
  func `writing a file to a closed peer raises no SIGPIPE`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_DFL)
      let file = try makeFile([1])
      let pair = try UnixStream.pair()
      let stream = pair.first
      try pair.second.close()
      for _ in 0..<2 {
        expectError(.brokenPipe) { () throws(IOError) in
          try stream.write(contentsOf: file.descriptor, at: 0, count: 1)
        }
      }
    }
  }

  @Test
  func `a peer that closes while a file is sent causes no SIGPIPE`() async {
    // After a part that was sent, the kernel raises the signal and returns the number of bytes.
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_DFL)
      let file = try makeFile([UInt8](repeating: 7, count: 4 << 20))
      let pair = try UnixStream.pair()
      unsafe c_fault_raise("sendfile", SIGPIPE)
      let count = try pair.first.write(contentsOf: file.descriptor, at: 0, count: 4 << 20)
      _ = c_fault_end()
      #expect(count.map { 0 < $0 && $0 < 4 << 20 } == true)
      #expect(try pair.second.receive()?.first == 7)
    }
  }

  @Test
  func `a peer that closes at any moment of a file transfer causes no SIGPIPE`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_DFL)
      let size = 16 << 20
      let file = try makeFile([UInt8](repeating: 7, count: size))
      for number in 1...400 {
        let pair = try UnixStream.pair()
        let stream = pair.first
        try stream.set(.sendBufferSize, to: size)
        let peer = pair.second.takeDescriptor()
        let closer = TestThread {
          while round.load(ordering: .acquiring) != number {}
          for _ in 0..<number * 20 { _ = round.load(ordering: .acquiring) }
          close(peer.fileDescriptor)
        }
        round.store(number, ordering: .releasing)
        _ = try? stream.write(contentsOf: file.descriptor, at: 0, count: size)
        closer.join()
      }
    }
  }

  @Test
  func `a SIGPIPE that was pending before a file is sent stays pending`() async {
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      signal(SIGPIPE, SIG_DFL)
      var only = sigset_t()
      unsafe sigemptyset(&only)
      unsafe sigaddset(&only, SIGPIPE)
      unsafe pthread_sigmask(SIG_BLOCK, &only, nil)
      raise(SIGPIPE)
      let file = try makeFile([UInt8](repeating: 7, count: 4 << 20))
      let pair = try UnixStream.pair()
      _ = try pair.first.write(contentsOf: file.descriptor, at: 0, count: 4 << 20)
      unsafe pthread_sigmask(SIG_UNBLOCK, &only, nil)
    }
  }
}

/// Creates a file with these bytes and without a name.
private func makeFile(_ bytes: [UInt8]) throws -> OwnedDescriptor {
  let folder = TemporaryFolder()
  let file = OwnedDescriptor(
    owning: Descriptor(unsafe open(folder.file("file"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)))
  let count = unsafe bytes.withUnsafeBytes {
    unsafe pwrite(file.descriptor.fileDescriptor, $0.baseAddress, $0.count, 0)
  }
  try #require(count == bytes.count)
  return file
}
