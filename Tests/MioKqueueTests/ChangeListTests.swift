import CLibrary
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// The changes that the backend sends to the kernel.
struct ChangeListTests {
  static let deletions = ["delete receipt write 5", "delete receipt read 5"]
  static let allDeletions = deletions + ["delete receipt except 5"]

  @Test(
    arguments: [
      (Interest.readable, TriggerMode.edge, ["add clear receipt read 5 token:7"]),
      (.writable, .edge, ["add clear receipt write 5 token:7"]),
      (
        [.readable, .writable], .edge,
        ["add clear receipt write 5 token:7", "add clear receipt read 5 token:7"]
      ),
      (
        [.readable, .writable], .level,
        ["add receipt write 5 token:7", "add receipt read 5 token:7"]
      ),
      (
        [.readable, .writable], .oneShot,
        ["add dispatch receipt write 5 token:7", "add dispatch receipt read 5 token:7"]
      ),
    ] as [(Interest, TriggerMode, [String])])
  func `registering deletes the filters that may exist, and adds the requested filters`(
    _ interest: Interest, _ mode: TriggerMode, _ additions: [String]
  ) throws {
    let scripted = try ScriptedPoll(features: [.userEvents, .forgetsClosed])
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: interest, mode: mode)
    #expect(scripted.kernel.takeLists() == [Self.deletions + additions])
    try scripted.poll.registry.reregister(source, token: 7, interest: interest, mode: mode)
    #expect(scripted.kernel.takeLists() == [Self.deletions + additions])
    try scripted.poll.registry.deregister(source)
    #expect(scripted.kernel.takeLists() == [Self.deletions])
  }

  @Test
  func `the priority interest adds a filter for urgent data if the system has one`() throws {
    let scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .priority])
    #expect(
      scripted.kernel.takeLists() == [
        Self.allDeletions + [
          "add clear receipt read 5 token:7", "add clear receipt except 5 notes:2 token:7",
        ]
      ])
    try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
    #expect(
      scripted.kernel.takeLists() == [Self.allDeletions + ["add clear receipt read 5 token:8"]])
  }

  @Test(arguments: [
    (Interest.priority, KqueueFeatures.exceptions), (.aio, .aio), (.lio, .lio),
  ])
  func `an interest that the system cannot watch is refused without a system call`(
    _ interest: Interest, _ feature: KqueueFeatures
  ) throws {
    let scripted = try ScriptedPoll(features: [.userEvents, .forgetsClosed])
    let source = (5 as UInt).source
    expectError(.unsupported) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 7, interest: [.readable, interest])
    }
    #expect(scripted.kernel.takeLists() == [])
    scripted.kernel.state.withLock { _ = $0.features.insert(feature) }
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, interest])
  }

  @Test
  func `no two kqueue features share a bit`() {
    let all: [KqueueFeatures] = [.userEvents, .exceptions, .aio, .lio, .forgetsClosed]
    for (position, feature) in all.enumerated() {
      #expect(!feature.isEmpty)
      #expect(feature.isDisjoint(with: all[..<position].reduce([]) { $0.union($1) }))
    }
  }

  @Test
  func `an interest in asynchronous I/O alone adds no filter`() throws {
    let scripted = try ScriptedPoll(features: [.aio, .forgetsClosed])
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .aio)
    #expect(scripted.kernel.takeLists() == [Self.deletions])
    try scripted.poll.registry.reregister(source, token: 7, interest: .aio)
    try scripted.poll.registry.deregister(source)
    expectError(.notRegistered) { () throws(IOError) in
      try scripted.poll.registry.deregister(source)
    }
  }

  @Test
  func `a filter contains all bits of the token`() throws {
    let scripted = try ScriptedPoll(features: [.forgetsClosed])
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: Token(.max), interest: .readable)
    #expect(
      scripted.kernel.takeLists().first?.last == "add clear receipt read 5 token:\(UInt.max)")
  }

  @Test
  func `the user event of the wakers is added once, and a trigger does not clear it`() throws {
    var scripted = try ScriptedPoll()
    let first = try scripted.poll.registry.makeWaker(token: 1)
    let second = try scripted.poll.registry.makeWaker(token: 2)
    #expect(scripted.kernel.takeLists() == [["add clear user notifier"]])
    try first.wake()
    #expect(scripted.kernel.takeLists() == [["user notifier notes:16777216"]])
    try second.wake()
    #expect(Set(try scripted.next().map(\.token)) == [1, 2])
  }

  @Test
  func `without user events, wakers use a pipe`() throws {
    var scripted = try ScriptedPoll(features: [])
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    #expect(scripted.kernel.takeLists() == [["add clear read 1002"]])
    try waker.wake()
    #expect(scripted.kernel.count(.write) == 1)
    #expect(scripted.kernel.takeLists() == [])
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(try scripted.next() == [])
  }

  @Test(arguments: [
    (Duration.zero, [Int64(0)]), (.nanoseconds(1), [1]), (.milliseconds(1500), [1_500_000_000]),
    (
      .seconds(2_500_000),
      [1_000_000_000_000_000, 1_000_000_000_000_000, 500_000_000_000_000]
    ),
  ])
  func `waits are exact to the nanosecond, and never longer than every system accepts`(
    _ timeout: Duration, _ waits: [Int64]
  ) throws {
    var scripted = try ScriptedPoll()
    try scripted.poll.poll(into: &scripted.events, timeout: timeout)
    #expect(scripted.kernel.state.withLock { $0.waits } == waits)
  }
}
