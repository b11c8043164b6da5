import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// What becomes of a pipe's operations when its client, its owner or its selector goes.
final class NamedPipeClosingTests: NamedPipeFixture {
  @Test
  func `a server that is released, or gives up, waits for no client any more`() throws {
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
  func `a client that is thrown off takes what was under way with it, and nothing else`() throws {
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
  func `a handle is closed once, whatever ends after it`() throws {
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
  func `a selector that goes uses no handle that is closed`() throws {
    do {
      let pipe = try makeClient()
      try register(pipe)
    }
    operations.close()
    #expect(calls.count(of: .cancel) == 1)
  }

  @Test
  func `a selector that goes ends what is under way, and only that`() throws {
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
  func `a selector that goes ends the direction that is under way`(
    _ call: ScriptedPipeCalls.Call
  ) throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    // Both directions have been used before.
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
  func `a pipe with nothing under way learns from its next call that its selector is gone`() throws
  {
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
  func `a level that is told after its selector has gone keeps no memory`() throws {
    let operations = PortOperations(port: 1)
    let pipe = try makeClient()
    try pipe.record.register(with: operations, token: 7, interest: .writable, mode: .level)
    for packet in calls.takeAnnouncements() { operations.finish(packet) }
    operations.close()
    // The pipe is told, and wants to be told again. The port must not keep it for that.
    #expect(report(operations).count == 1)
    operations.forget()
  }

  @Test
  func `a selector that goes keeps no pipe that wants to be told again`() throws {
    let operations = PortOperations(port: 1)
    let pipe = try makeClient()
    try pipe.record.register(with: operations, token: 7, interest: .writable, mode: .level)
    for packet in calls.takeAnnouncements() { operations.finish(packet) }
    #expect(report(operations).count == 1)
    operations.close()
  }

  @Test
  func `a selector that is gone is sent no packet`() throws {
    operations.close()
    let pipe = try makeClient()
    try register(pipe, .writable)
    #expect(calls.count(of: .post) == 0)
    #expect(pipe.record.state.port == .gone)
    #expect(pipe.record.state.isAtRest)
  }
}
