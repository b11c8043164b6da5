import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterpart of mio's `tests/close_on_drop.rs`.
@Suite(.guardingDescriptors)
struct CloseOnDropParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `the client sees the end of an accepted connection that is not stored`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.register(client, token: 2, interest: .writable)
    let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
    #expect(events.contains { $0.token == 1 && $0.isReadable })
    #expect(events.contains { $0.token == 2 && $0.isWritable })
    #expect(try listener.accept() != nil)

    try poll.reregister(client, token: 3, interest: .readable)
    try poll.next(3, where: \.isReadable)
    #expect(try client.receive() == [])
  }
}
