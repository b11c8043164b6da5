import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// Named pipes and other sources of a port, which are polled together with sockets.
@Suite(.takingTurns)
struct PortSourceTests {
  private let pipes = ScriptedPipeCalls()

  private func makeClient() throws(IOError) -> NamedPipe {
    try NamedPipe(opening: NamedPipeFixture.name, mode: .bytes, calls: pipes)
  }

  /// Sends packets to the port of a poll.
  private func send(_ packets: [UInt], to calls: ScriptedAFD) {
    calls.kernel.withLock { $0.post(packets) }
  }

  /// Ends the operations that a selector cancels when it is destroyed.
  ///
  /// It also delivers the packets that pipes posted.
  private func endCancelledWhenWaiting(_ calls: ScriptedAFD) {
    // The kernel owns this closure until it runs it, and it may never do that.
    calls.duringWait { [weak kernel = calls.kernel, pipes] in
      kernel?.withLock { $0.post(pipes.takeAnnouncements() + pipes.endCancelled()) }
    }
  }

  @Test
  func `one poll reports a pipe and a socket`() throws {
    var scripted = try AFDPoll()
    let pipe = try makeClient()
    let socket = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(pipe, token: 1, interest: [.readable, .writable])
    try scripted.poll.registry.register(socket, token: 2, interest: .writable)
    send(pipes.takeAnnouncements(), to: scripted.calls)
    #expect(Set(try scripted.next().map(\.token)) == [1, 2])
    send([pipes.end(.read, [5])], to: scripted.calls)
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(try pipe.receive() == [5])
    try scripted.poll.registry.reregister(pipe, token: 3, interest: .writable)
    send(pipes.takeAnnouncements(), to: scripted.calls)
    #expect(try scripted.next() == [Event(token: 3, readiness: .writable)])
    try scripted.poll.registry.deregister(pipe)
    endCancelledWhenWaiting(scripted.calls)
  }

  /// A source that always has an event.
  private final class EagerSource: PortSource, @unchecked Sendable {
    // Safety of `@unchecked`: one thread uses it.

    var completed: [UInt] = []
    var possibleInterest: Interest { .readable }
    func register(with _: PortOperations, token _: Token, interest _: Interest, mode _: TriggerMode)
    {}
    func reregister(
      with _: PortOperations, token _: Token, interest _: Interest, mode _: TriggerMode
    ) {}
    func deregister(from _: PortOperations) {}
    func complete(_ operation: UInt, on _: PortOperations) { completed.append(operation) }
    func takeEvent(for _: PortOperations) -> Event? { Event(token: 1, readiness: .readable) }
    func beginRound(of _: PortOperations) {}
    func portWillClose(_: PortOperations) {}
  }

  @Test
  func `a source whose packets arrive together is reported once`() {
    let operations = PortOperations(port: 1)
    let source = EagerSource()
    let room = UnsafeMutableBufferPointer<Event>.allocate(capacity: 8)
    defer { unsafe room.deallocate() }
    for _ in 0..<2 {
      for operation in [4, 8] as [UInt] { #expect(operations.begin(operation, of: source)) }
      for operation in [4, 8] as [UInt] { operations.finish(operation) }
      #expect(unsafe operations.report(into: room, after: 2) == 3)
      #expect(unsafe operations.report(into: room, after: 0) == 0)
    }
    #expect(source.completed == [4, 8, 4, 8])
  }

  @Test(arguments: [Interest.readable, .writable])
  func `a pipe supports only interests in reading and writing`(_ interest: Interest) throws {
    let calls = ScriptedAFD()
    do {
      let scripted = try AFDPoll(calls)
      let pipe = try makeClient()
      try scripted.poll.registry.register(pipe, token: 1, interest: interest)
      for other in [Interest.priority, [interest, .aio]] {
        expectError(.unsupported) { () throws(IOError) in
          try scripted.poll.registry.reregister(pipe, token: 1, interest: other)
        }
      }
      try scripted.poll.registry.deregister(pipe)
      expectError(.unsupported) { () throws(IOError) in
        try scripted.poll.registry.register(pipe, token: 1, interest: .priority)
      }
      endCancelledWhenWaiting(calls)
    }
    #expect(pipes.memories == 0)
    #expect(calls.remains == [])
  }

  @Test
  func `destroying a selector waits until the operations of its pipes have ended`() throws {
    let calls = ScriptedAFD()
    do {
      let pipe = try makeClient()
      do {
        let scripted = try AFDPoll(calls)
        try scripted.poll.registry.register(pipe, token: 1, interest: .readable)
        endCancelledWhenWaiting(calls)
      }
      #expect(pipe.record.state.isAtRest)
    }
    #expect(pipes.memories == 0)
    #expect(calls.remains == [])
  }

  @Test
  func `memory that the system can still write to is never freed`() throws {
    let calls = ScriptedAFD()
    do {
      let pipe = try makeClient()
      let scripted = try AFDPoll(calls)
      try scripted.poll.registry.register(pipe, token: 1, interest: .readable)
    }
    // The packet of the read has never arrived.
    #expect(pipes.memories == 2)
    #expect(calls.remains == [])
  }
}

extension AFDKernel {
  /// Posts packets to every port.
  fileprivate mutating func post(_ packets: [UInt]) {
    for port in ports.keys { for packet in packets { post(port, packet) } }
  }
}
