import CTestHelpers
import Glibc
import MioCore
import MioEpoll
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The behaviour of epoll with descriptors of all kinds.
@Suite(.guardingDescriptors)
struct EpollDescriptorTests {
  @Test
  func `every descriptor that a poll opens is close-on-exec`() throws {
    let before = OpenDescriptors.list()
    let poll = try Poll<EpollSelector>()
    let registry = try poll.registry.duplicate()
    let waker = try registry.makeWaker(token: 1)
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    // The queue, and the wakers' eventfd.
    #expect(opened.count == 2)
    for (number, target) in opened {
      #expect(OpenDescriptors.isCloseOnExec(number), "\(target) is inherited")
    }
    try waker.wake()
  }

  @Test
  func `a source whose descriptor number now belongs to another file is no longer registered`()
    throws
  {
    let poll = try Poll<EpollSelector>()
    let number = try unsafe #require(open(#filePath, O_RDONLY | O_CLOEXEC) as Int32?)
    defer { close(number) }
    do {
      let pipe = try AnonymousPipe()
      #expect(dup2(pipe.receiver.descriptor.fileDescriptor, number) == number)
    }
    let source = BorrowedDescriptor(Descriptor(number))
    try poll.registry.register(source, token: 1, interest: .readable)
    // epoll cannot watch a regular file.
    let file = unsafe open(#filePath, O_RDONLY | O_CLOEXEC)
    #expect(dup2(file, number) == number)
    close(file)
    expectError(.notRegistered) { () throws(IOError) in
      try poll.registry.reregister(source, token: 1, interest: .readable)
    }
    expectError(.notRegistered) { () throws(IOError) in try poll.registry.deregister(source) }
    let other = try Poll<EpollSelector>()
    expectError(.permissionDenied) { () throws(IOError) in
      try other.registry.register(source, token: 2, interest: .readable)
    }
  }

  @Test
  func `two thousand polls in sequence leave no descriptor open`() throws {
    for _ in 0..<2000 {
      let poll = try Poll<EpollSelector>()
      _ = try poll.registry.makeWaker(token: 1)
    }
  }

  @Test
  func `if two threads create the first waker at the same time, only one eventfd remains`() throws {
    let calls = ScriptedEpollCalls()
    do {
      var poll = Poll(try EpollBackend(calls: calls))
      let registry = try poll.registry.duplicate()
      let second = Locked<PollWaker?>(nil)
      calls.after(.control) {
        second.withLock { $0 = try? registry.makeWaker(token: 2) }
      }
      let first = try poll.registry.makeWaker(token: 1)
      #expect(calls.count(.createCounter) == 2)
      #expect(calls.openDescriptors.count == 2)
      try first.wake()
      try second.withLock { $0 }?.wake()
      #expect(try poll.events().map(\.token) == [1, 2])
    }
    #expect(calls.openDescriptors.isEmpty)
  }

  @Test
  func `a word that is not a descriptor is not truncated to a descriptor`() throws {
    let pair = try UnixStream.pair()
    let stranger = pair.first.descriptor.rawValue
    for word in [1 << 32 | stranger, Int.min | stranger, -1 - stranger - (1 << 32), Int.max] {
      #expect(Descriptor(rawValue: word).fileDescriptor == -1)
      for selector in TestedSelector.allCases {
        let poll = try selector.makePoll()
        let source = BorrowedDescriptor(Descriptor(rawValue: word))
        expectError(.badDescriptor) { () throws(IOError) in
          try poll.register(source, token: 1, interest: .writable)
        }
      }
    }
  }

  @Test
  func `a regular file cannot be watched`() throws {
    let poll = try Poll<EpollSelector>()
    let file = unsafe open("/etc/hostname", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let source = BorrowedDescriptor(Descriptor(file))
    #expect(throws: IOError(code: EPERM, operation: .register)) {
      try poll.registry.register(source, token: 1, interest: .readable)
    }
  }

  @Test
  func `a descriptor can be registered only once, even by another value`() throws {
    let poll = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    let twin = BorrowedDescriptor(pair.first.descriptor)
    let error = expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.registry.register(twin, token: 2, interest: .readable)
    }
    #expect(error?.code == EEXIST)
  }

  @Test
  func `a source whose descriptor was closed by other code can be deregistered`() throws {
    let poll = try Poll<EpollSelector>()
    var ends: [Int32] = [0, 0]
    #expect(unsafe c_test_pipe(&ends) == 0)
    let source = BorrowedDescriptor(Descriptor(ends[0]))
    try poll.registry.register(source, token: 1, interest: .readable)
    for end in ends { close(end) }
    #expect(throws: IOError(code: EBADF, operation: .deregister)) {
      try poll.registry.deregister(source)
    }
    #expect(throws: IOError(.notRegistered, operation: .deregister)) {
      try poll.registry.deregister(source)
    }
  }

  @Test
  func `a timer descriptor can be registered and read`() throws {
    var poll = try Poll<EpollSelector>()
    let timer = app_timer(1_000_000)
    defer { close(timer) }
    let source = BorrowedDescriptor(Descriptor(timer))
    try poll.registry.register(source, token: 5, interest: .readable)
    #expect(try poll.next { $0.isReadable }.token == 5)
    let count = source.withIO(.readable) { descriptor -> UInt64? in
      var count: UInt64 = 0
      let result = unsafe read(descriptor.fileDescriptor, &count, 8)
      return result < 0 ? nil : count
    }
    #expect(count == 1)
    try poll.registry.deregister(source)
  }

  @Test
  func `a duplicate of a closed descriptor still causes events`() throws {
    // Epoll's own behaviour, which the documentation warns of: deregister first.
    var poll = try Poll<EpollSelector>()
    var copy: Int32 = -1
    var pair = Optional(try Loopback.pair())
    if let pair = pair.take() {
      try poll.registry.register(pair.first, token: 1, interest: .writable)
      copy = fcntl(pair.first.descriptor.fileDescriptor, F_DUPFD_CLOEXEC, 0)
    }
    #expect(try poll.events().map(\.token) == [1])
    close(copy)
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a source can be registered under the token that the notifier uses`() throws {
    var poll = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    let tag = Token(UInt(bitPattern: ObjectIdentifier(poll.registry.selector.wakeNotifier)))
    let waker = try poll.registry.makeWaker(token: 9)
    try waker.wake()
    #expect(try poll.events().map(\.token) == [9])
    try poll.registry.register(pair.first, token: tag, interest: .readable)
    _ = try pair.second.write([1].span)
    #expect(try poll.next { $0.token == tag }.isReadable)
    try waker.wake()
    #expect(try poll.next { $0.token == 9 }.isReadable)
  }

  @Test(arguments: [1, 2, 8])
  func `a source under the token of the notifier is reported like any other source`(
    _ capacity: Int
  ) throws {
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: capacity)
    let pair = try Loopback.pair()
    let tag = Token(UInt(bitPattern: ObjectIdentifier(poll.registry.selector.wakeNotifier)))
    let waker = try poll.registry.makeWaker(token: 9)
    // The source is ready before the eventfd of the notifier. No poll has announced that it does
    // not wait, so a wake writes to the eventfd.
    try poll.registry.register(pair.first, token: tag, interest: .writable)
    try waker.wake()
    var hasTold = false
    var wakes = 0
    for _ in 0..<4 {
      try poll.poll(into: &events, timeout: .zero)
      hasTold = hasTold || events.contains { $0.token == tag && $0.isWritable }
      wakes += events.count { $0.token == 9 }
    }
    #expect(hasTold)
    #expect(wakes == 1)
  }

  @Test
  func `urgent data is reported as priority, and not as readable`() throws {
    var poll = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: [.readable, .priority])
    let byte: [UInt8] = [7]
    #expect(unsafe send(pair.second.descriptor.fileDescriptor, byte, 1, Int32(MSG_OOB)) == 1)
    let event = try poll.next { $0.isPriority }
    #expect(!event.isReadable && event.token == 1)
  }
}
