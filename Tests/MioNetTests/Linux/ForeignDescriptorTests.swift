import CMioSocket
import CTestHelpers
import Glibc
import MioCore
import MioEpoll
import MioNet
import TestHelpers
import Testing

/// The descriptors of `Docs/Descriptors.md`, each watched in the way that the document shows.
@Suite(.guardingDescriptors)
struct ForeignDescriptorTests {
  @Test(arguments: TestedSelector.allCases)
  func `a timer descriptor is reported when it expires`(_ selector: TestedSelector) throws {
    let timer = try owned(app_timer(20_000_000))
    #expect(try readRecord(timer, as: UInt64.self, with: try selector.makePoll()) == 1)
  }

  @Test
  func `the timer sample of the documents works`() throws {
    var poll = try Poll<EpollSelector>()
    let timer = OwnedDescriptor(owning: Descriptor(app_timer(20_000_000)))
    let source = BorrowedDescriptor(timer.descriptor)
    try poll.registry.register(source, token: 7, interest: .readable)
    #expect(try poll.next { $0.isReadable }.token == 7)
    let expirations: UInt64? = source.withIO(.readable) { descriptor in
      var count: UInt64 = 0
      return unsafe read(descriptor.fileDescriptor, &count, 8) == 8 ? count : nil
    }
    #expect(expirations == 1)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a signal descriptor reports a signal`(_ selector: TestedSelector) throws {
    let signals = try owned(app_signal(SIGUSR2))
    pthread_kill(pthread_self(), SIGUSR2)
    // A record begins with the number.
    let number = try readRecord(signals, as: UInt32.self, with: try selector.makePoll())
    #expect(number == UInt32(SIGUSR2))
  }

  @Test(arguments: TestedSelector.allCases)
  func `an inotify descriptor reports a new file`(_ selector: TestedSelector) throws {
    let folder = TemporaryFolder()
    let watch = try owned(unsafe app_folder(folder.path))
    let listener = try UnixListener(bindingTo: try UnixAddress(path: folder.file("new")))
    let event = try readRecord(watch, as: inotify_event.self, with: try selector.makePoll())
    #expect(event?.mask == UInt32(IN_CREATE))
    _ = listener.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a process descriptor reports the end of the process`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let child = try spawnSleeper()
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    let process = try owned(app_process(child))
    let source = BorrowedDescriptor(process.descriptor)
    try poll.register(source, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    kill(child, SIGKILL)
    #expect(try poll.next(1).isReadable)
  }

  /// Starts a process that sleeps for a minute.
  private func spawnSleeper() throws -> pid_t {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("60"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    let result = unsafe posix_spawnp(&child, "sleep", nil, nil, &arguments, environ)
    try IOError.check(-result, .create)
    return child
  }

  /// Takes the ownership of a descriptor that a helper returned, or throws the error of the helper.
  private func owned(_ descriptor: Int32) throws -> OwnedDescriptor {
    OwnedDescriptor(owning: Descriptor(try IOError.check(descriptor, .create)))
  }

  /// Waits until the descriptor is readable, and reads one record.
  private func readRecord<Record>(
    _ owned: borrowing OwnedDescriptor, as type: Record.Type, with poll: any TestPoll
  ) throws -> Record? {
    let source = BorrowedDescriptor(owned.descriptor)
    try poll.register(source, token: 1, interest: .readable)
    try poll.next(1, where: \.isReadable)
    return source.withIO(.readable) { descriptor in
      unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { room in
        let count = unsafe Glibc.read(descriptor.fileDescriptor, room.baseAddress, room.count)
        return count < MemoryLayout<Record>.size ? nil : unsafe room.load(as: type)
      }
    }
  }
}
