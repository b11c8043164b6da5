import CWineHandles
import MioCore
import MioWindows
import TestHelpers
import Testing

/// Waits for objects, with threads instead of the system's packets, which Wine 8 does not have.
@Suite(.guardingDescriptors)
struct WaitSourceTests {
  private let poll: any TestPoll

  init() throws {
    poll = try TestedSelector.afd.makePoll()
  }

  @Test
  func `creating a wait under Wine throws unsupported`() throws {
    let poll = try Poll<AFDSelector>()
    let process = c_wine_process_start()
    defer { c_wine_close(process) }
    // This is the code in Docs/Windows.md.
    expectError(.unsupported) { () throws(IOError) in
      let exit = try WaitSource(borrowing: Descriptor(rawValue: process))
      try poll.registry.register(exit, token: 7, interest: .readable)
    }
  }

  @Test
  func `the end of a process is reported once, and the process stays signaled`() throws {
    let process = c_wine_process_start()
    defer { c_wine_close(process) }
    let source = try makeSource(process)
    try poll.register(source, token: 7, interest: .readable)
    try poll.next(7, where: \.isReadable)
    for _ in 0..<2 { #expect(try source.isSignaled()) }
    #expect(try poll.shortly().isEmpty)
    try poll.reregister(source, token: 8, interest: .readable)
    try poll.next(8, where: \.isReadable)
    try poll.deregister(source)
  }

  @Test
  func `an event object is reported each time, together with sockets and wakers`() throws {
    let event = c_wine_event_create(0)
    defer { c_wine_close(event) }
    let source = try makeSource(event)
    let sockets = try Loopback.pair()
    let waker = try poll.makeWaker(token: 3)
    try poll.register(source, token: 1, interest: .readable)
    try poll.register(sockets.first, token: 2, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    for round in 0..<50 as Range<UInt8> {
      c_wine_event_set(event)
      try sockets.second.send([round])
      try waker.wake()
      var seen: Set<Token> = []
      try poll.collect { events in
        seen = Set(events.filter(\.isReadable).map(\.token))
        return seen.isSuperset(of: [1, 2, 3])
      }
      #expect(try sockets.first.drain() == [round])
      c_wine_event_reset(event)
      #expect(try !source.isSignaled())
    }
  }

  @Test
  func `each signal of an event object that resets automatically causes one event`() throws {
    let event = c_wine_event_create(1)
    defer { c_wine_close(event) }
    let source = try makeSource(event)
    try poll.register(source, token: 1, interest: .readable, mode: .level)
    for _ in 0..<20 {
      c_wine_event_set(event)
      try poll.next(1, where: \.isReadable)
      #expect(try poll.shortly().isEmpty)
    }
    #expect(try !source.isSignaled())
  }

  @Test
  func `sources whose objects are signaled can be destroyed, and leave no resource behind`() throws
  {
    for round in 0..<500 {
      let event = c_wine_event_create(Int32(round % 2))
      do {
        let source = try makeSource(event)
        try poll.register(source, token: Token(UInt(round)), interest: .readable)
        c_wine_event_set(event)
        if round % 3 == 0 { try poll.deregister(source) }
        if round % 5 == 0 { try poll.wait(for: .milliseconds(1)) }
      }
      c_wine_close(event)
    }
    #expect(try poll.shortly().isEmpty)
  }

  private func makeSource(_ object: Int) throws(IOError) -> WaitSource {
    try WaitSource(borrowing: Descriptor(rawValue: object), calls: ThreadWaitCalls())
  }
}

/// The waits of the kernel, implemented with threads.
private struct ThreadWaitCalls: WaitCalls {
  private let system = SystemWaitCalls()

  func makePacket() -> Int { c_wine_wait_create() }

  func associate(_ packet: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32 {
    c_wine_wait_associate(packet, port, object, operation)
  }

  func cancel(_ packet: Int) -> Int32 { c_wine_wait_cancel(packet) }

  func look(_ object: Int) -> Int32 { system.look(object) }

  func close(_ handle: Int) -> Int32 {
    c_wine_wait_destroy(handle)
    return 0
  }
}
