import MioCore
import MioTestSupport
import MioWindows
import Synchronization
import TestHelpers
import Testing

/// Pipes that are released in every state, after which no memory and no handle may exist.
@Suite(.guardingDescriptors(limit: .seconds(600)))
struct NamedPipeDropTests {
  /// The state of a pair when its ends are released.
  enum Stage: CaseIterable {
    case created, connecting, connected, registered, deregistered, reading, holding, writing,
      blocked
    case failed, disconnected, reconnecting
  }

  @Test(arguments: Stage.allCases)
  func `ten thousand destroyed pipes leave no resource behind`(_ stage: Stage) throws {
    var poll = try Poll<AFDSelector>()
    var events = try Events<AFDSelector>(capacity: 64)
    let calls = CountingPipeCalls()
    let rounds = 10_000 / Stage.allCases.count + 1
    for round in 0..<rounds {
      let name = NamedPipes.newName()
      let server = try NamedPipe(creating: name, options: NamedPipeOptions(), calls: calls)
      let client = try makeClient(name, for: stage, calls)
      try bring(server, client, to: stage, &poll, &events)
      // The rounds alternate the end that is released first.
      if round.isMultiple(of: 2) {
        do { _ = server }
        do { _ = client }
      } else {
        do { _ = client }
        do { _ = server }
      }
      if round.isMultiple(of: 16) { try poll.poll(into: &events, timeout: .zero) }
    }
    for _ in 0..<1000 where poll.registry.selector.backend.operationsInFlight > 0 {
      try poll.poll(into: &events, timeout: .milliseconds(5))
    }
    #expect(poll.registry.selector.backend.operationsInFlight == 0)
    // Level-triggered pipes wait for the next round.
    try poll.poll(into: &events, timeout: .zero)
    #expect(calls.operations == 0)
    #expect(calls.handles == 0)
  }

  @Test(arguments: Stage.allCases)
  func `a selector can be destroyed before its pipes, whatever their states are`(
    _ stage: Stage
  ) throws {
    let calls = CountingPipeCalls()
    for _ in 0..<100 {
      var poll = try Poll<AFDSelector>()
      var events = try Events<AFDSelector>(capacity: 64)
      let name = NamedPipes.newName()
      let server = try NamedPipe(creating: name, options: NamedPipeOptions(), calls: calls)
      let client = try makeClient(name, for: stage, calls)
      try bring(server, client, to: stage, &poll, &events)
      do { _ = poll }
      do { _ = server }
      do { _ = client }
    }
    #expect(calls.operations == 0)
    #expect(calls.handles == 0)
  }

  @Test
  func `pipes can be destroyed while another thread polls`() throws {
    var poll = try Poll<AFDSelector>()
    var events = try Events<AFDSelector>(capacity: 4)
    let registry = try poll.registry.duplicate()
    let calls = CountingPipeCalls()
    let isDone = Locked(false)
    let worker = Worker {
      defer { isDone.withLock { $0 = true } }
      for round in 0..<1_000 as Range<UInt> {
        let name = NamedPipes.newName()
        let server = try NamedPipe(creating: name, options: NamedPipeOptions(), calls: calls)
        let client = try NamedPipe(opening: name, mode: .bytes, calls: calls)
        let mode: TriggerMode = round.isMultiple(of: 2) ? .edge : .level
        try registry.register(
          server, token: Token(round), interest: [.readable, .writable], mode: mode)
        try registry.register(client, token: Token(round), interest: .readable)
        try server.connect()
        for _ in 0..<(round % 8) {
          _ = try client.send([1, 2, 3])
          _ = try server.receive(upTo: 2)
        }
        if round.isMultiple(of: 3) { try registry.deregister(server) }
      }
    }
    while !isDone.withLock({ $0 }) { try poll.poll(into: &events, timeout: .milliseconds(2)) }
    try worker.join()
    for _ in 0..<1000 where poll.registry.selector.backend.operationsInFlight > 0 {
      try poll.poll(into: &events, timeout: .milliseconds(5))
    }
    try poll.poll(into: &events, timeout: .zero)
    #expect(calls.operations == 0)
    #expect(calls.handles == 0)
  }

  private func makeClient(
    _ name: String, for stage: Stage, _ calls: CountingPipeCalls
  ) throws(IOError) -> NamedPipe? {
    switch stage {
    case .created, .connecting: nil
    default: try NamedPipe(opening: name, mode: .bytes, calls: calls)
    }
  }

  private func bring(
    _ server: borrowing NamedPipe, _ client: borrowing NamedPipe?, to stage: Stage,
    _ poll: inout Poll<AFDSelector>, _ events: inout Events<AFDSelector>
  ) throws(IOError) {
    if stage == .created || stage == .connected { return }
    let interest: Interest = [.readable, .writable]
    try poll.registry.register(server, token: 0, interest: interest, mode: .level)
    try server.connect()
    if stage == .connecting { return }
    switch client {
    case .none: return
    case .some(let client):
      try poll.registry.register(client, token: 1, interest: interest)
      switch stage {
      case .created, .connecting, .connected, .registered: break
      case .deregistered:
        try poll.registry.deregister(server)
        try poll.registry.deregister(client)
      case .reading:
        _ = try server.receive()
        _ = try client.receive()
      case .holding:
        try client.send([1, 2, 3])
        try server.send([1, 2, 3])
        try poll.poll(into: &events, timeout: .zero)
        _ = try server.receive(upTo: 1)
      case .writing:
        try server.send([1, 2, 3])
        try client.send([1, 2, 3])
      case .blocked:
        // These are more bytes than the system buffers, so the last write waits for a reader.
        for _ in 0..<40 {
          if try client.send([UInt8](repeating: 1, count: 16_384)) == nil {
            try poll.poll(into: &events, timeout: .zero)
          }
        }
      case .failed, .disconnected, .reconnecting:
        try client.send([1, 2, 3])
        try server.disconnect()
        if stage == .failed { _ = try? server.send([1]) }
        if stage == .reconnecting { try server.connect() }
      }
    }
  }
}
