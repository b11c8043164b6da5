import MioCore
import MioNet
import TestHelpers
import Testing

/// The descriptors of a poll are close-on-exec and non-blocking (contract C12).
///
/// `SocketFlagTests` tests the descriptors of sockets.
@Suite(.guardingDescriptors)
struct DescriptorFlagTests {
  @Test(arguments: TestedSelector.allCases)
  func `every descriptor that a poll opens is close-on-exec and non-blocking`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    let before = OpenDescriptors.list()
    let poll = try selector.makePoll()
    let registry = try poll.duplicate()
    let further = try registry.duplicate()
    let wakers = [
      try poll.makeWaker(token: 1), try registry.makeWaker(token: 2),
      try further.makeWaker(token: 3),
    ]
    try further.register(pair.first, token: 4, interest: [.readable, .writable])
    for waker in wakers { try waker.wake() }
    try poll.collect { Set($0.map(\.token)) == [1, 2, 3, 4] }
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    #expect(!opened.isEmpty)
    for (number, target) in opened {
      #expect(OpenDescriptors.isCloseOnExec(number), "\(target) is inherited")
      // No code reads an epoll instance: a separate call waits for its events.
      let isQueue = target == "anon_inode:[eventpoll]"
      #expect(isQueue || OpenDescriptors.isNonBlocking(number), "\(target) blocks")
    }
    _ = (poll.now, registry, further)
  }
}
