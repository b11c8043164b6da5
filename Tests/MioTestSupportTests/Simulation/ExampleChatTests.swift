import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The unchanged chat of the examples in a simulated network.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct ExampleChatTests {
  private static func addServer(to simulation: Simulation, pendingLimit: Int = 64 * 1024) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: ChatClient.address.port)
      var server = try ChatServer<CheckedSelector<SimulatedSelector>, _, _>(
        listener, pendingLimit: pendingLimit)
      try server.run()
    }
  }

  /// Runs a guest that expects all lines of a speaker, in order.
  private static func addListener(
    to simulation: Simulation, lines: [String], notices: Set<String> = []
  ) {
    simulation.addHost("listener").run(after: .milliseconds(2)) {
      var client = try ChatClient()
      var rest = lines[...]
      var missing = notices
      while !rest.isEmpty || !missing.isEmpty {
        guard let line = try client.nextLine() else {
          throw WrongLine(what: "the end, with \(rest.count) lines to come")
        }
        if line.hasPrefix("* ") {
          missing.remove(String(line.drop { !$0.isNumber }.drop { $0.isNumber }.dropFirst()))
        } else if line.drop(while: { $0 != ":" }).dropFirst(2) == rest.first ?? "" {
          rest = rest.dropFirst()
        } else {
          throw WrongLine(what: "'\(line)' in place of '\(rest.first ?? "")'")
        }
      }
      try client.leave()
    }
  }

  @Test
  func `under all faults of a healthy system, every line reaches every guest in order`()
    throws
  {
    var faults = FaultRates.benign
    faults[.noDescriptor] = 0.2
    try Simulation.explore(seedCount(100), faults: faults) { simulation in
      simulation.streamCapacity = 300
      Self.addServer(to: simulation)
      for name in ["a", "b", "c"] {
        simulation.addHost(name).run(after: .milliseconds(2)) {
          var client = try ChatClient()
          try client.pause(for: .seconds(2))  // until all are in the room
          for number in 0..<20 { try client.send("\(name) \(number)\n", piece: number % 7 + 1) }
          var counts: [Substring: Int] = [:]
          while counts.values.reduce(0, +) < 40 {
            guard let line = try client.nextMessage() else { throw WrongLine(what: "the end") }
            let words = line.split(separator: " ")
            let count = counts[words[1], default: 0]
            if words[1] == name || words[2] != "\(count)" {
              throw WrongLine(what: "'\(line)' after \(count) lines")
            }
            counts[words[1]] = count + 1
          }
          try client.leave()
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `guests that join and leave during a broadcast do not disturb the others`() throws {
    let lines = (0..<40).map { "line \($0)" }
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      Self.addServer(to: simulation)
      Self.addListener(to: simulation, lines: lines)
      simulation.addHost("speaker").run(after: .milliseconds(2)) {
        var client = try ChatClient()
        try client.pause(for: .seconds(1))
        for line in lines {
          try client.send(line + "\n")
          try client.pause(for: .milliseconds(5))
        }
        try client.leave()
      }
      for number in 0..<12 {
        simulation.addHost("leaver \(number)").run(after: .milliseconds(1010 + 15 * number)) {
          var client = try ChatClient()
          switch number % 3 {
          case 0: try client.pause(for: .milliseconds(20))  // closes with unread bytes
          case 1: client.stream.reset(afterSending: number)
          default: try client.leave()
          }
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `a guest that does not read is disconnected, and the others receive every line`() throws {
    let lines = (0..<60).map { "line \($0) " + String(repeating: "x", count: 900) }
    try Simulation.explore(seedCount(30), faults: .benign) { simulation in
      simulation.streamCapacity = 2000
      Self.addServer(to: simulation, pendingLimit: 16 * 1024)
      Self.addListener(
        to: simulation, lines: lines, notices: ["was disconnected: it reads too slowly"])
      simulation.addHost("slow").run(after: .milliseconds(2)) {
        var client = try ChatClient()
        try client.pause(for: .seconds(100))
        do {
          while try client.nextLine() != nil {}
        } catch let error as IOError where error.kind == .connectionReset {}
      }
      simulation.addHost("speaker").run(after: .milliseconds(2)) {
        var client = try ChatClient()
        try client.pause(for: .seconds(1))
        for line in lines {
          try client.send(line + "\n")
          try client.pause(for: .milliseconds(50))
        }
        try client.leave()
      }
      try simulation.run()
    }
  }

  @Test
  func `a guest whose line is too long is disconnected, and the others are notified`() throws {
    try Simulation.explore(seedCount(60), faults: .benign) { simulation in
      Self.addServer(to: simulation)
      Self.addListener(
        to: simulation, lines: ["first"], notices: ["was disconnected: its line is too long"])
      simulation.addHost("speaker").run(after: .seconds(1)) {
        var client = try ChatClient()
        do {
          try client.send("first\n" + String(repeating: "x", count: 6000), piece: 50)
          while try client.nextLine() != nil {}
        } catch let error as IOError {
          if ![.connectionReset, .brokenPipe].contains(error.kind) { throw error }
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `the chat continues when connections are reset at any byte`() throws {
    var talkCount = 0
    try exploreCutConnections(seedCount(100)) {
      Self.addServer(to: $0)
    } isServed: {
      talkCount += 1
      return try Self.isServed(talkCount)
    }
  }

  /// Lets two guests send a greeting to each other.
  ///
  /// - Returns: Whether both connections held.
  private static func isServed(_ number: Int) throws -> Bool {
    do {
      var first = try ChatClient()
      var second = try ChatClient()
      // The chat accepts guests in order. When the second guest is heard, both are in the room.
      try second.send("second \(number)\n", piece: 3)
      try first.wait(for: "second \(number)")
      try first.send("first \(number)\n", piece: 3)
      try second.wait(for: "first \(number)")
      return true
    } catch let error as IOError {
      let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe, .notConnected]
      if !kinds.contains(error.kind) { throw error }
    } catch is WrongLine {
      // A connection was cut: that of the other guest, or that of this guest, of which only the
      // chat was told.
    }
    return false
  }
}
