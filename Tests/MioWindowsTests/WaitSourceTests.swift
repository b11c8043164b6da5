import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// Waits over a kernel whose behaviour a test determines.
final class WaitSourceTests {
  private let calls = ScriptedWaitCalls()
  private var operations = PortOperations(port: 1)
  /// The number of packets that must be left open.
  private var leaked = 0

  deinit {
    operations.close()
    _ = poll(calls.takeLate())
    operations.forget()
    #expect(operations.count == 0)
    #expect(calls.open == leaked)
  }

  @Test
  func `creating a wait throws unsupported on a system without wait packets`() {
    calls.failures[.makePacket] = [C_MIO_ERROR_NOT_SUPPORTED]
    expectError(.unsupported) { () throws(IOError) in _ = try makeSource() }
  }

  @Test
  func `an edge-triggered source is reported once, and again after it was not signaled`() throws {
    let source = try makeSource()
    try register(source)
    #expect(calls.associated == [ScriptedWaitCalls.object])
    #expect(poll([calls.signal()]) == [Event(token: 7, readiness: .readable)])
    #expect(try source.isSignaled())
    #expect(calls.associated.count == 1)
    calls.isSignaled = false
    #expect(try !source.isSignaled())
    #expect(calls.associated.count == 2)
    #expect(poll([calls.signal()]).count == 1)
  }

  @Test
  func `a level-triggered source is reported at each poll, and a one-shot source once`() throws {
    let source = try makeSource()
    try register(source, mode: .level)
    for _ in 0..<3 {
      #expect(poll([calls.signal()]).count == 1)
      #expect(operations.beginRound())
    }
    // The source still waits for the start of the next poll when the mode changes.
    #expect(poll([calls.signal()]).count == 1)
    try source.record.reregister(
      with: operations, token: 8, interest: .readable, mode: .oneShot)
    #expect(poll([calls.signal()]) == [Event(token: 8, readiness: .readable)])
    calls.isSignaled = false
    #expect(try !source.isSignaled())
    #expect(operations.beginRound())
    #expect(operations.count == 0)
  }

  @Test
  func `a packet that arrives after deregistering is not reported, even by a new registration`()
    throws
  {
    let source = try makeSource()
    try register(source)
    calls.isTooLate = true
    try source.record.deregister(from: operations)
    #expect(operations.count == 1)
    // The packet is still in progress, so it cannot be associated again.
    try register(source, token: 9)
    #expect(calls.associated.count == 1)
    #expect(poll(calls.takeLate()).isEmpty)
    #expect(calls.associated.count == 2)
    #expect(poll([calls.signal()]) == [Event(token: 9, readiness: .readable)])
  }

  @Test
  func `a registration that fails has no effect, and can be repeated`() throws {
    let source = try makeSource()
    calls.failures[.associate] = [C_MIO_ERROR_ACCESS_DENIED]
    expectError(.permissionDenied) { () throws(IOError) in try register(source) }
    expectError(.notRegistered) { () throws(IOError) in
      try source.record.deregister(from: operations)
    }
    try register(source, token: 1)
    _ = poll([calls.signal()])
    calls.failures[.associate] = [C_MIO_ERROR_NOT_ENOUGH_QUOTA]
    expectError(.outOfMemory) { () throws(IOError) in
      try source.record.reregister(with: operations, token: 2, interest: .readable, mode: .edge)
    }
    #expect(operations.count == 0)
    // If the packet cannot be associated now, it is associated when the next poll begins.
    calls.isSignaled = false
    calls.failures[.associate] = [C_MIO_ERROR_NOT_ENOUGH_QUOTA, C_MIO_ERROR_NOT_ENOUGH_QUOTA]
    #expect(try !source.isSignaled())
    #expect(!operations.beginRound())
    #expect(operations.beginRound())
    #expect(poll([calls.signal()]) == [Event(token: 1, readiness: .readable)])
  }

  @Test
  func `a late packet that cannot be associated again is retried at the next poll`() throws {
    let source = try makeSource()
    try register(source)
    calls.isTooLate = true
    try source.record.deregister(from: operations)
    try register(source, token: 9)
    // `ERROR_INVALID_FUNCTION`, the smallest code.
    calls.failures[.associate] = [1, 1]
    #expect(poll(calls.takeLate()).isEmpty)
    #expect(!operations.beginRound())
    #expect(operations.beginRound())
    #expect(operations.count == 1)
    #expect(poll([calls.signal()]) == [Event(token: 9, readiness: .readable)])
  }

  @Test
  func `an edge that cannot be armed is armed at the next poll, whatever the error code is`() throws
  {
    let source = try makeSource()
    try register(source)
    _ = poll([calls.signal()])
    calls.isSignaled = false
    calls.failures[.associate] = [1]
    #expect(try !source.isSignaled())
    #expect(operations.beginRound())
    #expect(operations.count == 1)
    calls.failures[.associate] = [1]
    calls.isTooLate = false
    try source.record.deregister(from: operations)
    expectError(.unsupported) { () throws(IOError) in try register(source) }
  }

  @Test
  func `only the selector that has registered a source can change its registration`() throws {
    let source = try makeSource()
    let other = PortOperations(port: 2)
    try register(source)
    expectError(.notRegistered) { () throws(IOError) in
      try source.record.reregister(with: other, token: 1, interest: .readable, mode: .edge)
    }
    expectError(.notRegistered) { () throws(IOError) in try source.record.deregister(from: other) }
    #expect(poll([calls.signal()]) == [Event(token: 7, readiness: .readable)])
  }

  @Test
  func `a write that would block does not arm a kernel object again`() throws {
    let source = try makeSource()
    try register(source)
    _ = poll([calls.signal()])
    _ = source.withIO(.writable) { _ -> Int? in nil }
    #expect(operations.count == 0)
    #expect(calls.associated.count == 1)
  }

  @Test
  func `registering with a destroyed selector associates no packet`() throws {
    let source = try makeSource()
    operations.close()
    try register(source)
    #expect(calls.associated.isEmpty)
    #expect(operations.count == 0)
  }

  @Test
  func `the next poll does not arm an edge-triggered or one-shot source again`() throws {
    for mode in [TriggerMode.edge, .oneShot] {
      let source = try makeSource()
      try register(source, mode: mode)
      #expect(poll([calls.signal()]).count == 1)
      let count = calls.associated.count
      #expect(operations.beginRound())
      #expect(calls.associated.count == count)
      try source.record.deregister(from: operations)
    }
  }

  @Test
  func `a handle that other code has closed is not watched again`() throws {
    let source = try makeSource()
    try register(source, mode: .level)
    _ = poll([calls.signal()])
    calls.failures[.associate] = [C_MIO_ERROR_INVALID_HANDLE]
    #expect(operations.beginRound())
    calls.failures[.look] = [C_MIO_ERROR_INVALID_HANDLE]
    let error = expectError(.badDescriptor) { () throws(IOError) in _ = try source.isSignaled() }
    #expect(error?.operation == .read)
  }

  @Test
  func `a destroyed source cancels its packet, or is released when the packet arrives`() throws {
    do {
      let source = try makeSource()
      try register(source)
    }
    #expect(calls.open == 0)
    do {
      let source = try makeSource()
      try register(source)
      calls.isTooLate = true
    }
    #expect(calls.open == 1)
    #expect(poll(calls.takeLate()).isEmpty)
    #expect(calls.open == 0)
  }

  @Test(arguments: [false, true])
  func `a source that is armed again is not kept alive by the selector`(_ isLate: Bool) throws {
    do {
      let source = try makeSource()
      try register(source)
      if isLate {
        calls.isTooLate = true
        try source.record.deregister(from: operations)
        try register(source)
        #expect(poll(calls.takeLate()).isEmpty)
      } else {
        #expect(poll([calls.signal()]).count == 1)
        calls.isSignaled = false
        #expect(try !source.isSignaled())
      }
      #expect(operations.count == 1)
    }
    #expect(calls.open == 0)
  }

  @Test
  func `a source can be registered with another selector after its selector was destroyed`() throws
  {
    let source = try makeSource()
    try register(source)
    operations.close()
    #expect(operations.count == 0)
    operations = PortOperations(port: 2)
    try register(source, token: 3)
    #expect(poll([calls.signal()]) == [Event(token: 3, readiness: .readable)])
  }

  @Test
  func `a late packet of an old selector does not hide the packet of the next selector`() throws {
    let source = try makeSource()
    let next = PortOperations(port: 2)
    try register(source)
    calls.isTooLate = true
    try source.record.deregister(from: operations)
    try source.record.register(with: next, token: 9, interest: .readable, mode: .edge)
    // The first poller has taken its packet, and has not looked for events when the second port
    // gets the next packet.
    for packet in calls.takeLate() { operations.finish(packet) }
    next.finish(calls.signal())
    #expect(report(operations) == [])
    #expect(report(next) == [Event(token: 9, readiness: .readable)])
    try source.record.deregister(from: next)
  }

  @Test
  func `the packet of an old registration is not reported after a change of the selector`() throws {
    let source = try makeSource()
    let next = PortOperations(port: 2)
    try register(source)
    operations.finish(calls.signal())
    try source.record.deregister(from: operations)
    try source.record.register(with: next, token: 9, interest: .readable, mode: .edge)
    #expect(report(operations) == [])
    next.finish(calls.signal())
    #expect(report(next) == [Event(token: 9, readiness: .readable)])
    try source.record.deregister(from: next)
  }

  @Test
  func `closing the port of an old selector does not end the new registration`() throws {
    let source = try makeSource()
    let next = PortOperations(port: 2)
    try register(source)
    calls.isTooLate = true
    try source.record.deregister(from: operations)
    try source.record.register(with: next, token: 9, interest: .readable, mode: .edge)
    operations.close()
    for packet in calls.takeLate() { operations.finish(packet) }
    operations.forget()
    next.finish(calls.signal())
    #expect(report(next) == [Event(token: 9, readiness: .readable)])
    try source.record.deregister(from: next)
  }

  @Test(arguments: [false, true])
  func `a level-triggered source is reported by its next selector`(
    _ isClosed: Bool
  ) throws {
    let source = try makeSource()
    let next = PortOperations(port: 2)
    try register(source, mode: .level)
    #expect(poll([calls.signal()]).count == 1)
    try source.record.deregister(from: operations)
    if isClosed { operations.close() }
    try source.record.register(with: next, token: 9, interest: .readable, mode: .level)
    for _ in 0..<2 {
      next.finish(calls.signal())
      #expect(report(next) == [Event(token: 9, readiness: .readable)])
      #expect(next.beginRound())
    }
    try source.record.deregister(from: next)
  }

  @Test
  func `a source whose packet never arrives is leaked`() throws {
    do {
      let source = try makeSource()
      try register(source)
      calls.isTooLate = true
      operations.close()
    }
    // The packet is lost: the port is closed without it.
    operations.forget()
    operations = PortOperations(port: 2)
    #expect(calls.open == 1)
    leaked = 1
  }

  @Test
  func `a wait can only be registered for reading`() throws {
    let scripted = try AFDPoll()
    let source = try makeSource()
    expectError(.unsupported) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 0, interest: [.readable, .writable])
    }
    try scripted.poll.registry.register(source, token: 0, interest: .readable)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 0, interest: .readable)
    }
    try scripted.poll.registry.deregister(source)
  }

  // MARK: Helpers

  private func makeSource() throws(IOError) -> WaitSource {
    try WaitSource(borrowing: Descriptor(rawValue: ScriptedWaitCalls.object), calls: calls)
  }

  private func register(
    _ source: borrowing WaitSource, token: Token = 7, mode: TriggerMode = .edge
  ) throws(IOError) {
    try source.record.register(with: operations, token: token, interest: .readable, mode: mode)
  }

  private func poll(_ packets: [UInt]) -> [Event] {
    for packet in packets { operations.finish(packet) }
    return report(operations)
  }

  private func report(_ operations: PortOperations) -> [Event] {
    let room = UnsafeMutableBufferPointer<Event>.allocate(capacity: 8)
    defer { unsafe room.deallocate() }
    let count = unsafe operations.report(into: room, after: 0)
    return unsafe Array(room[..<count])
  }
}
