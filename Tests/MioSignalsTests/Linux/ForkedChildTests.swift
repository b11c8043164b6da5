import CTestHelpers
import Glibc
import MioCore
import MioSignals
import TestHelpers
import Testing

/// A child process shares the descriptors of its parent until it starts another program.
@Suite(.guardingDescriptors)
struct ForkedChildTests {
  @Test(arguments: [false, true])
  func `a signal that arrives at a forked child is not reported to its parent`(
    _ sharesMemory: Bool
  ) throws {
    let source = try SignalSource(.windowChange)
    #expect(app_child_with_signal(SIGWINCH, sharesMemory ? 1 : 0) == 0)
    #expect(try source.receive() == nil)
    raiseHere(SIGWINCH)
    #expect(try source.receive() == .windowChange)
    #expect(try source.receive() == nil)
  }

  @Test
  func `a signal in a forked child does not change the readiness of its parent's source`() throws {
    let poll = try TestedSelector.epoll.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 7, interest: .readable)
    #expect(app_child_with_signal(SIGWINCH, 0) == 0)
    #expect(try poll.shortly().isEmpty)
  }
}
