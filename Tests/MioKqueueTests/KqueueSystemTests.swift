#if MIO_KQUEUE_CALLS

import CLibrary
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// The objects that only a kqueue can watch, over the kqueue of the system.
///
/// On this machine it is that of libkqueue, see `scripts/test-kqueue`. Signals are not tested,
/// because libkqueue blocks them in one thread only, and this process has many threads.
@Suite(.guardingDescriptors)
struct KqueueSystemTests {
  /// Returns the first event within some seconds, and its details.
  private func next(
    _ poll: inout Poll<KqueueSelector>
  ) throws -> (event: Event, details: KqueueDetails)? {
    var events = try Events<KqueueSelector>(capacity: 8)
    try poll.poll(into: &events, timeout: .seconds(10))
    return events.isEmpty ? nil : (events[0], events.details(at: 0))
  }

  @Test
  func `a timer expires periodically, or once as a one-shot`() throws {
    var poll = try Poll<KqueueSelector>()
    try poll.registry.register(.timer(1, every: .milliseconds(5)), token: 1)
    let start = poll.now
    for _ in 0..<3 { #expect(try next(&poll)?.event.token == 1) }
    #expect(poll.now.nanoseconds - start.nanoseconds >= 10_000_000)
    try poll.registry.deregister(.timer(1, every: .zero))
    try poll.registry.register(.timer(2, every: .milliseconds(1)), token: 2, mode: .oneShot)
    let once = try #require(try next(&poll))
    #expect(once.event == Event(token: 2, readiness: .readable) && once.details.data == 1)
    expectError(.notRegistered) { () throws(IOError) in
      try poll.registry.deregister(.timer(2, every: .zero))
    }
  }

  @Test
  func `the end of a process is reported with its status`() throws {
    var poll = try Poll<KqueueSelector>()
    let child = try Subprocess.start("/bin/sh", ["-c", "read line; exit 3"])
    try poll.registry.register(.processExit(child.process), token: 1)
    close(child.input.fileDescriptor)
    let exit = try #require(try next(&poll))
    #expect(exit.event.token == 1 && exit.details.identifier == UInt(child.process))
    #expect(exit.details.data == 3 << 8 && exit.details.processChanges.contains(.exit))
    close(child.output.fileDescriptor)
  }

  @Test
  func `changes of a file are reported`() throws {
    var poll = try Poll<KqueueSelector>()
    let folder = TemporaryFolder()
    let file = unsafe open(folder.file("watched"), O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    defer { close(file) }
    try poll.registry.register(
      .fileChanges(Descriptor(file), [.write, .growth, .rename]), token: 1)
    #expect(unsafe write(file, "hello", 5) == 5)
    let change = try #require(try next(&poll))
    #expect(change.event.token == 1)
    #expect(!change.details.fileChanges.isDisjoint(with: [.write, .growth]))
  }

  @Test
  func `another thread can trigger a user event`() throws {
    var poll = try Poll<KqueueSelector>()
    let filter = KqueueFilter.userEvent(7)
    try poll.registry.register(filter, token: 1)
    let registry = try poll.registry.duplicate()
    let worker = Worker { try registry.trigger(filter, token: 1) }
    #expect(try next(&poll)?.event == Event(token: 1, readiness: .readable))
    try worker.join()
  }

  @Test
  func `an object that does not exist cannot be watched`() throws {
    let poll = try Poll<KqueueSelector>()
    #expect(throws: IOError.self) {
      try poll.registry.register(.fileChanges(Descriptor(-1), .write), token: 1)
    }
  }
}

#endif
