import CLibrary
import MioCore
import MioNet
import MioPoll
import TestHelpers
import Testing

/// The defects of mio 1.2.2 with poll(2) that this selector does not have.
///
/// `PollTimeoutTests` tests timeouts that start again, and `PollAnswerTests` also tests descriptors
/// that are not open. Two more defects are tested for every selector: a blocked read that reports a
/// writable source again, and a second waker that replaces the first.
@Suite(.guardingDescriptors)
struct PollDefectTests {
  // mio issue 1874: the thread that changed a registration took the notification of a wake for its
  // own.
  @Test(arguments: [
    RegistrationChange.register(2, .readable), .reregister(2, .readable), .deregister,
  ])
  func `a wake before a change of registrations is not lost`(_ change: RegistrationChange) throws {
    let poll = try TestedSelector.poll.makePoll()
    let waker = try poll.makeWaker(token: 9)
    let pair = try UnixStream.pair()
    if case .register = change {
    } else {
      try poll.register(pair.first, token: 1, interest: .readable)
    }
    for _ in 0..<3 {
      try waker.wake()
      try poll.apply(change, to: pair.first)
      #expect(try poll.poll(timeout: .seconds(5)) == [Event(token: 9, readiness: .readable)])
      #expect(try poll.poll(timeout: .zero).isEmpty)
      switch change {
      case .register: try poll.deregister(pair.first)
      case .reregister: break
      case .deregister: try poll.register(pair.first, token: 1, interest: .readable)
      }
    }
  }

  // mio issue 2012: a source that had hung up was deregistered internally, and a read that would
  // block then failed.
  @Test(arguments: [TriggerMode.edge, .level, .oneShot])
  func `a source that has hung up stays registered`(_ mode: TriggerMode) throws {
    let poll = try TestedSelector.poll.makePoll()
    let pipe = try AnonymousPipe()
    let receiver = pipe.receiver
    try poll.register(receiver, token: 1, interest: .readable, mode: mode)
    try pipe.sender.send([1])
    _ = consume pipe.sender
    try poll.next(1, where: \.isReadClosed)
    #expect(try receiver.receive() == [1])
    #expect(try receiver.receive() == [])
    #expect(receiver.withIO(.readable) { _ -> Int? in nil } == nil)
    try poll.reregister(receiver, token: 2, interest: .readable)
    try poll.next(2, where: \.isReadClosed)
    try poll.deregister(receiver)
    #expect(try poll.poll(timeout: .zero).isEmpty)
  }

  // mio issue 1998: the listener called accept itself, so the selector did not learn that it would
  // block.
  @Test
  func `a drained listener is reported again for the next connection`() throws {
    let poll = try TestedSelector.poll.makePoll()
    let folder = TemporaryFolder()
    let unix = try UnixListener(bindingTo: try folder.address())
    let tcp = try Loopback.listener()
    try poll.register(unix, token: 1, interest: .readable)
    try poll.register(tcp, token: 2, interest: .readable)
    for _ in 0..<3 {
      let first = try UnixStream.connected(to: try folder.address())
      try poll.next(1, where: \.isReadable)
      #expect(try unix.accept() != nil)
      #expect(try unix.accept() == nil)
      let second = try TCPStream(connectingTo: try tcp.localAddress)
      try poll.next(2, where: \.isReadable)
      #expect(try tcp.accept() != nil)
      #expect(try tcp.accept() == nil)
      _ = (first.descriptor, second.descriptor)
    }
  }

  // mio ignores the capacity and returns all events.
  @Test
  func `five ready sources are reported by three polls of capacity two`() throws {
    let poll = try TestedSelector.poll.makePoll(capacity: 2)
    var pipes = TokenTable<AnonymousPipe>()
    for index in 0..<5 {
      let pipe = try AnonymousPipe()
      try poll.register(pipe.sender, token: Token(UInt(index)), interest: .writable)
      _ = pipes.insert(pipe)
    }
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(try poll.poll(timeout: .zero).count) }
    #expect(counts == [2, 2, 1, 0])
  }

  @Test
  func `a descriptor that other code has closed causes no events, and can be deregistered`() throws
  {
    let poll = try TestedSelector.poll.makePoll()
    let ends = try openPipe()
    let source = BorrowedDescriptor(Descriptor(ends[1]))
    try poll.register(source, token: 1, interest: .writable, mode: .level)
    for end in ends { close(end) }
    let deadline = poll.now.advanced(by: .milliseconds(20))
    #expect(try poll.shortly().isEmpty)
    #expect(poll.now >= deadline)
    #expect(throws: IOError(code: EBADF, operation: .reregister)) {
      try poll.reregister(source, token: 1, interest: .writable)
    }
    try poll.deregister(source)
  }

  @Test
  func `every descriptor that a poll opens is close-on-exec`() throws {
    let before = OpenDescriptors.list()
    let poll = try Poll<PollSelector>()
    let registry = try poll.registry.duplicate()
    let waker = try registry.makeWaker(token: 1)
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    #expect(!opened.isEmpty)
    for (number, file) in opened {
      #expect(OpenDescriptors.isCloseOnExec(number), "\(file) is inherited")
    }
    try waker.wake()
  }
}
