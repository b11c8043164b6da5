import CMioPoll
import CTestHelpers
import Glibc
import MioCore
import MioEpoll
import MioNet
import MioPoll
import TestHelpers
import Testing

/// The information that an epoll instance has about files: the file of a number, and the files that
/// cannot be watched.
@Suite(.guardingDescriptors)
struct WitnessTests {
  /// A kind of file.
  ///
  /// Files of one kind have the same device and the same number.
  enum AnonymousFile: String, CaseIterable {
    case counter, timer, queue

    /// Opens a file of this kind.
    ///
    /// If `readable` is `true`, a counter or a timer is readable at once; no other file becomes
    /// readable within an hour.
    func open(readable: Bool) -> Int32 {
      switch self {
      case .counter:
        let calls = SystemPollCalls()
        let notifier = calls.createNotifier()
        if readable { #expect(calls.notify(notifier.writing_end) >= 0) }
        return notifier.reading_end
      case .timer: return app_timer(readable ? 1 : 3_600_000_000_000)
      case .queue: return SystemPollCalls().createWitness()
      }
    }
  }

  // mio watches such files, and then every poll returns at once with an event without any
  // readiness.
  @Test(arguments: ["/etc/hostname", "/etc", "/dev/null"])
  func `files that are always ready are refused with EPERM, as epoll does`(_ path: String) throws {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let source = BorrowedDescriptor(Descriptor(file))
    for selector in [TestedSelector.epoll, .poll] {
      let poll = try selector.makePoll()
      #expect(throws: IOError(code: EPERM, operation: .register)) {
        try poll.register(source, token: 1, interest: .readable)
      }
      #expect(try poll.poll(timeout: .milliseconds(1)).isEmpty)
    }
  }

  @Test
  func `a file under /proc can be watched for priority`() throws {
    let file = unsafe open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let source = BorrowedDescriptor(Descriptor(file))
    for selector in [TestedSelector.epoll, .poll] {
      let poll = try selector.makePoll()
      try poll.register(source, token: 1, interest: .priority)
      #expect(try poll.poll(timeout: .zero).isEmpty)
      try poll.deregister(source)
    }
  }

  // mio finds the old descriptor in its table, and reports that the new one is already registered.
  @Test(arguments: AnonymousFile.allCases)
  func `another file of the same kind under a known number is recognized as a new file`(
    _ kind: AnonymousFile
  ) throws {
    let poll = try TestedSelector.poll.makePoll()
    let number = kind.open(readable: false)
    let old = BorrowedDescriptor(Descriptor(number))
    try poll.register(old, token: 1, interest: .readable)
    close(number)

    #expect(kind.open(readable: true) == number)
    defer { close(number) }
    let new = BorrowedDescriptor(Descriptor(number))
    expectError(.notRegistered) { () throws(IOError) in
      try poll.reregister(old, token: 2, interest: .readable)
    }
    try poll.register(new, token: 3, interest: .readable)
    if kind != .queue { try poll.next(3, where: \.isReadable) }
    expectError(.notRegistered) { () throws(IOError) in try poll.deregister(old) }
    try poll.reregister(new, token: 4, interest: .readable)
    if kind != .queue { try poll.next(4, where: \.isReadable) }
    try poll.deregister(new)
  }

  @Test
  func `a poll opens only a notifier and a witness`() throws {
    let before = OpenDescriptors.list()
    let poll = try Poll<PollSelector>()
    let registry = try poll.registry.duplicate()
    let waker = try registry.makeWaker(token: 1)
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    #expect(opened.values.sorted() == ["anon_inode:[eventfd]", "anon_inode:[eventpoll]"])
    for (number, file) in opened where file == "anon_inode:[eventfd]" {
      #expect(OpenDescriptors.isNonBlocking(number))
    }
    try waker.wake()
  }

  @Test
  func `a witness recognizes a file from its enlisting until its removal`() throws {
    let calls = SystemPollCalls()
    let witness = calls.createWitness()
    let ends = try openPipe()
    defer { for descriptor in [witness] + ends { close(descriptor) } }
    var identity = c_mio_poll_identity()
    for _ in 0..<2 {
      #expect(calls.recognize(witness, ends[0], &identity) == 0)
      #expect(identity.is_new == 1)
      #expect(calls.enlist(witness, ends[0], &identity) == 0)
      #expect(identity.is_new == 1)
      #expect(calls.enlist(witness, ends[0], &identity) == 0)
      #expect(identity.is_new == 0)
      #expect(calls.recognize(witness, ends[0], &identity) == 0)
      #expect(identity.is_new == 0)
      #expect(calls.strike(witness, ends[0]) == 0)
      #expect(calls.strike(witness, ends[0]) == -ENOENT)
    }
  }

  @Test
  func `enlisting a file fails if the system refuses to return its status`() throws {
    let calls = SystemPollCalls()
    let ends = try openPipe()
    defer { for end in ends { close(end) } }
    var results: [Int32] = []
    var identity = c_mio_poll_identity()
    for _ in 0..<2 {
      withFault("fstat", EPERM) {
        results.append(calls.enlist(C_MIO_POLL_NO_WITNESS, ends[0], &identity))
      }
      results.append(calls.enlist(C_MIO_POLL_NO_WITNESS, ends[0], &identity))
    }
    #expect(results == [-EPERM, 0, -EPERM, 0])
  }

  @Test
  func `the witness knows only registered files`() throws {
    let before = OpenDescriptors.list()
    let poll = try Poll<PollSelector>()
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    let witness = try #require(opened.first { $0.value == "anon_inode:[eventpoll]" }?.key)
    let pipe = try AnonymousPipe()
    try poll.registry.register(pipe.receiver, token: 1, interest: .readable)
    try poll.registry.register(pipe.sender, token: 2, interest: .writable)
    #expect(watchedCount(witness) == 2)
    try poll.registry.deregister(pipe.sender)
    #expect(watchedCount(witness) == 1)
    _ = consume pipe.receiver
    #expect(watchedCount(witness) == 0)
    _ = consume pipe.sender
  }

  /// Returns the number of files that an epoll instance watches: proc_pid_fdinfo(5).
  private func watchedCount(_ queue: Int32) -> Int? {
    guard let file = unsafe fopen("/proc/self/fdinfo/\(queue)", "r") else { return nil }
    defer { unsafe fclose(file) }
    var count = 0
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      if line.starts(with: "tfd:".utf8.map(CChar.init)) { count += 1 }
    }
    return count
  }

  @Test(arguments: [EPERM, ENOSYS])
  func `in a sandbox without epoll, the poll selector works as on other systems`(
    _ code: Int32
  ) throws {
    var isChecked = false
    withFault("epoll_create1", code) {
      do {
        let before = OpenDescriptors.list()
        let poll = try Poll<PollSelector>()
        let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
        #expect(opened.map(\.value) == ["anon_inode:[eventfd]"])
        try checkReusedNumber(poll)
        isChecked = true
      } catch {
        Issue.record(error)
      }
    }
    #expect(isChecked)
  }
}
