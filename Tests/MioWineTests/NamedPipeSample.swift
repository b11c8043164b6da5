import MioCore
import MioWindows
import TestHelpers
import Testing

/// The code in Docs/Windows.md.
@Suite(.guardingDescriptors)
struct NamedPipeSample {
  @Test
  func `the sample server greets a client`() throws {
    var poll = try Poll<AFDSelector>()
    var events = try Events<AFDSelector>(capacity: 16)

    let server = try NamedPipe(creating: #"\\.\pipe\greetings"#)
    try poll.registry.register(server, token: 0, interest: [.readable, .writable])
    var isConnected = try server.connect()

    let client = try NamedPipe(opening: #"\\.\pipe\greetings"#)
    try poll.registry.register(client, token: 1, interest: .readable)

    while !isConnected {
      try poll.poll(into: &events, timeout: .seconds(5))
      isConnected = try server.connect()
    }
    _ = try server.write([1, 2, 3].span)

    var received: [UInt8]?
    while received == nil {
      try poll.poll(into: &events, timeout: .seconds(5))
      received = try client.receive()
    }
    #expect(received == [1, 2, 3])
  }
}
