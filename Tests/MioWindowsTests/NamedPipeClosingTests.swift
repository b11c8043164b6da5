import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The end of a pipe's operations when it is disconnected, or its owner or selector is destroyed.
final class NamedPipeClosingTests: NamedPipeFixture {
  @Test
  func `disconnecting or destroying a server cancels its wait for a client`() throws {
    do {
      let pipe = try makeServer()
      try register(pipe)
      #expect(try !pipe.connect())
      try pipe.disconnect()
      #expect(calls.cancelled == [.connect])
      for packet in calls.endCancelled() { operations.finish(packet) }
      #expect(try !pipe.connect())
    }
    #expect(calls.cancelled == [.connect])
  }

  @Test
  func `disconnecting a pipe cancels its operations in progress, and only once`() throws {
    let pipe = try makeClient()
    try register(pipe)
    #expect(try pipe.send([1]) == 1)
    try pipe.disconnect()
    #expect(Set(calls.cancelled) == [.read, .write])
    for packet in calls.endCancelled() { operations.finish(packet) }
    let count = calls.count(of: .cancel)
    try pipe.disconnect()
    #expect(calls.count(of: .cancel) == count)
  }

  @Test
  func `a handle is closed once, even if its operations end afterwards`() throws {
    do {
      let pipe = try makeClient()
      try register(pipe)
    }
    #expect(calls.count(of: .close) == 1)
    #expect(poll(calls.endCancelled()).isEmpty)
    #expect(calls.count(of: .close) == 1)
    #expect(calls.memories == 0)
  }

  @Test
  func `destroying a selector does not use the handle of a closed pipe`() throws {
    do {
      let pipe = try makeClient()
      try register(pipe)
    }
    operations.close()
    #expect(calls.count(of: .cancel) == 1)
  }

  @Test
  func `destroying a selector cancels the connect of a server, and nothing else`() throws {
    let server = try makeServer()
    try register(server)
    #expect(try !server.connect())
    operations.close()
    #expect(calls.cancelled == [.connect])
    #expect(calls.count(of: .cancel) == 1)
    for packet in calls.endCancelled() { operations.finish(packet) }
    expectError(.notRegistered) { () throws(IOError) in _ = try server.connect() }
  }

  @Test(arguments: [ScriptedPipeCalls.Call.read, .write])
  func `destroying a selector cancels only the direction that is in progress`(
    _ call: ScriptedPipeCalls.Call
  ) throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    // Both directions have been used before the selector is destroyed.
    #expect(try pipe.send([1]) == 1)
    finish(.write, count: 1)
    #expect(try pipe.receive() == nil)
    finish(.read, [1])
    if call == .read {
      #expect(try pipe.receive() == [1])
      #expect(try pipe.receive() == nil)
    } else {
      #expect(try pipe.send([1]) == 1)
    }
    operations.close()
    #expect(calls.cancelled == [call])
    #expect(calls.count(of: .cancel) == 1)
  }

  @Test
  func `after its selector is destroyed, every call of an idle pipe throws`() throws {
    let calls: [(IOError.Operation, (borrowing NamedPipe) throws(IOError) -> Void)] = [
      (.read, { pipe throws(IOError) in _ = try pipe.receive() }),
      (.write, { pipe throws(IOError) in _ = try pipe.send([1]) }),
      (.connect, { pipe throws(IOError) in _ = try pipe.connect() }),
    ]
    for (operation, call) in calls {
      let operations = PortOperations(port: 1)
      let pipe = try makeServer()
      try pipe.record.register(with: operations, token: 7, interest: .writable, mode: .edge)
      operations.close()
      for _ in 0..<2 {
        let error = expectError(.notRegistered) { () throws(IOError) in try call(pipe) }
        #expect(error?.operation == operation)
      }
      #expect(operations.count == 0)
    }
  }

  @Test
  func `a level-triggered pipe reported after its selector is destroyed frees its memory`() throws {
    let operations = PortOperations(port: 1)
    let pipe = try makeClient()
    try pipe.record.register(with: operations, token: 7, interest: .writable, mode: .level)
    for packet in calls.takeAnnouncements() { operations.finish(packet) }
    operations.close()
    // The pipe is reported, and would be reported again by the next poll. The port must not keep it
    // alive for that.
    #expect(report(operations).count == 1)
    operations.forget()
  }

  @Test
  func `a destroyed selector does not keep a level-triggered pipe alive`() throws {
    let operations = PortOperations(port: 1)
    let pipe = try makeClient()
    try pipe.record.register(with: operations, token: 7, interest: .writable, mode: .level)
    for packet in calls.takeAnnouncements() { operations.finish(packet) }
    #expect(report(operations).count == 1)
    operations.close()
  }

  @Test
  func `registering with a destroyed selector sends it no packet`() throws {
    operations.close()
    let pipe = try makeClient()
    try register(pipe, .writable)
    #expect(calls.count(of: .post) == 0)
    #expect(pipe.record.state.port == .gone)
    #expect(pipe.record.state.isAtRest)
  }
}
