import Glibc
import MioCore
import MioEpoll
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct EpollExclusiveTests {
  @Test
  func `a connection wakes only one of the polls that watch a listener exclusively`() throws {
    #expect(try countWoken(exclusively: true) == 1)
    #expect(try countWoken(exclusively: false) == 4)
  }

  /// Lets four threads wait for one connection, and counts the threads that are woken.
  private func countWoken(exclusively: Bool) throws -> Int {
    let listener = try Loopback.listener()
    let descriptor = listener.descriptor
    let waiting = Locked<[(SleepingThread, PollWaker)]>([])
    let woken = Locked(0)
    let workers = (0..<4).map { _ in
      Worker {
        let own = try TCPListener(
          adopting: OwnedDescriptor(
            owning: Descriptor(fcntl(descriptor.fileDescriptor, F_DUPFD_CLOEXEC, 0))))
        var poll = try Poll<EpollSelector>()
        if exclusively {
          try poll.registry.registerExclusively(own, token: 1, interest: .readable)
        } else {
          try poll.registry.register(own, token: 1, interest: .readable)
        }
        let waker = try poll.registry.makeWaker(token: 2)
        waiting.withLock { $0.append((SleepingThread.current, waker)) }
        var events = try Events<EpollSelector>(capacity: 4)
        try poll.poll(into: &events, timeout: .seconds(30))
        if events.contains(where: { $0.token == 1 && $0.isReadable }) { woken.withLock { $0 += 1 } }
        try poll.registry.deregister(own)
      }
    }
    while waiting.withLock({ $0.count < 4 || !$0.allSatisfy { $0.0.isAsleep } }) {}
    _ = try TCPStream(connectingTo: try listener.localAddress)
    for (_, waker) in waiting.withLock({ $0 }) { try waker.wake() }
    for worker in workers { try worker.join() }
    return woken.withLock { $0 }
  }

  @Test
  func `an exclusive registration reports events, and cannot be replaced`() throws {
    var poll = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    let stream = pair.first
    try poll.registry.registerExclusively(
      stream, token: 5, interest: [.readable, .writable], mode: .level)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.registry.registerExclusively(stream, token: 5, interest: .readable)
    }
    try pair.second.send([1])
    #expect(try poll.next { $0.isReadable && $0.isWritable }.token == 5)
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try poll.registry.reregister(stream, token: 6, interest: .readable)
    }
    #expect(error?.operation == .reregister && error?.code == EINVAL)
    #expect(try poll.events().map(\.token) == [5], "the registration is gone")
    try poll.registry.deregister(stream)
    #expect(try poll.events().isEmpty)
    try poll.registry.register(stream, token: 7, interest: .readable)
    #expect(try poll.next { $0.isReadable }.token == 7)
  }

  @Test
  func `an interest or mode that cannot be exclusive is refused, and can be registered normally`()
    throws
  {
    let poll = try Poll<EpollSelector>()
    let pair = try Loopback.pair()
    for (interest, mode) in [
      (Interest.priority, TriggerMode.edge), ([.readable, .priority], .edge), (.readable, .oneShot),
    ] {
      let error = expectError(.unsupported) { () throws(IOError) in
        try poll.registry.registerExclusively(
          pair.first, token: 1, interest: interest, mode: mode)
      }
      #expect(error?.operation == .register)
    }
    expectError(.invalidArgument) { () throws(IOError) in
      try poll.registry.registerExclusively(pair.first, token: 1, interest: [])
    }
    let closed = BorrowedDescriptor(Descriptor(-1))
    expectError(.badDescriptor) { () throws(IOError) in
      try poll.registry.registerExclusively(closed, token: 1, interest: .readable)
    }
    try poll.registry.register(pair.first, token: 1, interest: .readable)
  }
}
