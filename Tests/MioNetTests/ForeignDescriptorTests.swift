import CTestHelpers
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The descriptors of `Docs/Descriptors.md`, each watched as it is shown there.
@Suite(.guardingDescriptors, .timeLimit(.minutes(1)))
struct ForeignDescriptorTests {
  @Test(arguments: TestedSelector.allCases)
  func `a timer is reported when its time has come`(_ selector: TestedSelector) throws {
    let timer = try owned(c_test_timer(20_000_000))
    #expect(try read(timer, as: UInt64.self, with: try selector.makePoll()) == 1)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a signal is reported instead of being handled`(_ selector: TestedSelector) throws {
    let signals = try owned(c_test_signal(SIGUSR2))
    pthread_kill(pthread_self(), SIGUSR2)
    // A record begins with the number.
    let number = try read(signals, as: UInt32.self, with: try selector.makePoll())
    #expect(number == UInt32(SIGUSR2))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a file that appears is reported`(_ selector: TestedSelector) throws {
    let folder = TemporaryFolder()
    let watch = try owned(unsafe c_test_folder(folder.path))
    let listener = try UnixListener(bindingTo: try UnixAddress(path: folder.file("new")))
    let event = try read(watch, as: inotify_event.self, with: try selector.makePoll())
    #expect(event?.mask == UInt32(IN_CREATE))
    _ = listener.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a process that ends is reported`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let child = try spawnSleeper()
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    let process = try owned(c_test_process(child))
    let source = SourceDescriptor(borrowing: process.descriptor)
    try poll.register(source, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    kill(child, SIGKILL)
    #expect(try poll.next(1).isReadable)
  }

  /// Starts a process that does nothing for long.
  private func spawnSleeper() throws -> pid_t {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("60"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    let result = unsafe posix_spawnp(&child, "sleep", nil, nil, &arguments, environ)
    try IOError.check(-result, .create)
    return child
  }

  /// Takes over what a helper returned.
  private func owned(_ descriptor: Int32) throws -> OwnedDescriptor {
    OwnedDescriptor(owning: Descriptor(try IOError.check(descriptor, .create)))
  }

  /// Waits until the descriptor is readable, and reads one record.
  private func read<Record>(
    _ owned: borrowing OwnedDescriptor, as type: Record.Type, with poll: any TestPoll
  ) throws -> Record? {
    let source = SourceDescriptor(borrowing: owned.descriptor)
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
