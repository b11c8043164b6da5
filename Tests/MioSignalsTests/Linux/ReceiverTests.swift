import CMioSignals
import Glibc
import MioCore
import MioNet
import MioSignals
import Synchronization
import TestHelpers
import Testing

/// The receivers, and the handler that writes to their channels.
@Suite(.guardingDescriptors)
struct ReceiverTests {
  private func bit(_ number: Int32) -> UInt64 { SignalSet(number: number)?.rawValue ?? 0 }

  private func open(_ signals: UInt64, writingTo end: Int) throws -> OpaquePointer {
    try unsafe #require(c_mio_signal_receiver_open(signals, end))
  }

  /// The signals that a receiver reports, or `nil` if reading fails.
  private func take(_ receiver: OpaquePointer, from end: Int) -> UInt64? {
    var signals: UInt64 = 0
    return unsafe c_mio_signal_receiver_take(receiver, end, &signals) < 0 ? nil : signals
  }

  @Test
  func `a closed receiver takes no signal, and the next receiver reuses it`() throws {
    let first = unsafe try open(.max, writingTo: -1)
    #expect((1...64).allSatisfy { c_mio_signal_deliver($0) == 1 })
    unsafe c_mio_signal_receiver_close(first)
    #expect((1...64).allSatisfy { c_mio_signal_deliver($0) == 0 })
    let second = unsafe try open(bit(SIGHUP), writingTo: -1)
    #expect(UInt(bitPattern: second) == UInt(bitPattern: first))
    let third = unsafe try open(bit(SIGINT), writingTo: -1)
    #expect(UInt(bitPattern: third) != UInt(bitPattern: first))
    #expect(c_mio_signal_deliver(SIGHUP) == 1)
    #expect(c_mio_signal_deliver(SIGTERM) == 0)
    unsafe c_mio_signal_receiver_close(second)
    unsafe c_mio_signal_receiver_close(third)
  }

  @Test
  func `signals stay pending if the channel cannot be read`() throws {
    let pipe = try AnonymousPipe()
    let receiver = unsafe try open(bit(SIGHUP), writingTo: pipe.sender.descriptor.rawValue)
    defer { unsafe c_mio_signal_receiver_close(receiver) }
    #expect(c_mio_signal_deliver(SIGHUP) == 1)
    #expect(unsafe take(receiver, from: -1) == nil)
    #expect(unsafe take(receiver, from: pipe.receiver.descriptor.rawValue) == bit(SIGHUP))
    #expect(unsafe take(receiver, from: pipe.receiver.descriptor.rawValue) == 0)
  }

  @Test
  func `draining a channel is repeated after a signal interrupts it`() throws {
    let pipe = try AnonymousPipe()
    let end = pipe.receiver.descriptor
    let flags = fcntl(end.fileDescriptor, F_GETFL)
    #expect(fcntl(end.fileDescriptor, F_SETFL, flags & ~O_NONBLOCK) == 0)
    let receiver = unsafe try open(bit(SIGHUP), writingTo: pipe.sender.descriptor.rawValue)
    defer { unsafe c_mio_signal_receiver_close(receiver) }
    let address = UInt(bitPattern: receiver)
    let result = try interrupt {
      var signals: UInt64 = 0
      let receiver = unsafe OpaquePointer(bitPattern: address)
      let result = unsafe c_mio_signal_receiver_take(receiver, end.rawValue, &signals)
      return result < 0 ? result : Int(signals)
    } thenDo: {
      #expect(c_mio_signal_deliver(SIGHUP) == 1)
    }
    #expect(result == Int(bit(SIGHUP)))
  }

  @Test
  func `closing a receiver waits for a signal handler that writes to the channel`() throws {
    let pipe = try AnonymousPipe()
    let writing = pipe.sender.descriptor
    let reading = pipe.receiver.descriptor
    let bytes = [UInt8](repeating: 0, count: 1 << 16)
    while unsafe write(writing.fileDescriptor, bytes, bytes.count) > 0 {}
    #expect(
      fcntl(
        writing.fileDescriptor, F_SETFL, fcntl(writing.fileDescriptor, F_GETFL) & ~O_NONBLOCK) == 0)
    let receiver = unsafe try open(bit(SIGHUP), writingTo: writing.rawValue)
    let handler = Locked<SleepingThread?>(nil)
    let delivering = Worker {
      handler.withLock { $0 = .current }
      _ = c_mio_signal_deliver(SIGHUP)
    }
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while handler.withLock({ $0 })?.isAsleep != true, ContinuousClock.now < deadline {}
    let state = Closing()
    let draining = Worker {
      while !state.hasBegun.load(ordering: .acquiring) { sched_yield() }
      for _ in 0..<1000 { sched_yield() }
      state.isDrained.store(true, ordering: .releasing)
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      _ = unsafe read(reading.fileDescriptor, &bytes, bytes.count)
    }
    state.hasBegun.store(true, ordering: .releasing)
    unsafe c_mio_signal_receiver_close(receiver)
    let isDrained = state.isDrained.load(ordering: .acquiring)
    #expect(isDrained)
    try draining.join()
    try delivering.join()
  }

  private final class Closing: Sendable {
    let hasBegun = Atomic(false)
    let isDrained = Atomic(false)
  }

  @Test
  func `the signal handler blocks other signals, uses an alternate stack, and preserves errno`()
    throws
  {
    let receiver = unsafe try open(bit(SIGWINCH), writingTo: -1)
    defer { unsafe c_mio_signal_receiver_close(receiver) }
    #expect(c_mio_signal_catch(SIGWINCH) == 0)
    defer { c_mio_signal_release(SIGWINCH) }
    var action = sigaction()
    #expect(unsafe sigaction(SIGWINCH, nil, &action) == 0)
    #expect(action.sa_flags & SA_RESTART != 0)
    #expect(action.sa_flags & SA_ONSTACK != 0)
    #expect(unsafe sigismember(&action.sa_mask, SIGTERM) == 1)
    // The write to the channel fails.
    let code = withUnblocked(SIGWINCH) {
      errno = 0
      _ = raise(SIGWINCH)
      return errno
    }
    #expect(code == 0)
  }

  @Test
  func `a signal source that could not be created writes to no descriptor later`() throws {
    let stop = try #require(SignalSet(number: SIGSTOP))
    expectError(.invalidArgument) { () throws(IOError) in try SignalSource([.user2, stop]) }
    // The descriptors of the pipe have the numbers of the closed channel.
    let pipe = try AnonymousPipe()
    let source = try SignalSource(.user2)
    raiseHere(SIGUSR2)
    #expect(try source.receive() == .user2)
    #expect(try pipe.receiver.receive() == nil)
  }

  @Test
  func `a signal source can watch the last signal of the system`() throws {
    let last = try #require(SignalSet(number: 64))
    let source = try SignalSource(last)
    raiseHere(64)
    #expect(try source.receive() == last)
  }

  @Test
  func `creating a signal source throws if its channel cannot be created`() {
    var error: IOError?
    withFault("pipe2", EPERM) {
      error = expectError(.permissionDenied) { () throws(IOError) in try SignalSource(.user2) }
    }
    #expect(error == IOError(code: EPERM, operation: .create))
  }

  @Test
  func `receiving throws if the descriptor of a signal source cannot be read`() throws {
    let source = try SignalSource(.user2)
    let number = source.descriptor.fileDescriptor
    // A file that cannot be read takes the descriptor number.
    let unreadable = unsafe Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)
    #expect(dup2(unreadable, number) == number)
    #expect(fcntl(number, F_SETFD, FD_CLOEXEC) == 0)
    close(unreadable)
    #expect(throws: IOError(code: EBADF, operation: .read)) { try source.receive() }
  }

  /// A record that stores whether the descriptor of its source is open when it is notified.
  private final class ClosingRecord: RegistrationRecord, @unchecked Sendable {
    // Safety of `@unchecked`: one thread uses it.

    var wasOpen: [Bool] = []
    var number: Int32 = -1
    override func sourceWillClose() { wasOpen.append(fcntl(number, F_GETFD) >= 0) }
  }

  @Test
  func `a signal source notifies its selectors before it closes its descriptor`() throws {
    let identity = SelectorIdentity()
    let record = ClosingRecord(selector: identity)
    do {
      let source = try SignalSource(.user2)
      record.number = source.descriptor.fileDescriptor
      source.withRegistration { _, state in state.add(record) }
    }
    #expect(record.wasOpen.first == true)
    withExtendedLifetime(identity) {}
  }
}
