// The closure of a thread cannot poll a poll that its surrounding function still uses.
import MioCore
import MioEpoll

func run(_ body: @escaping @Sendable () -> Void) {}

func pollInTwoThreads() throws(IOError) {
  var poll = try Poll<EpollSelector>()
  run {
    guard var events = try? Events<EpollSelector>(capacity: 1) else { return }
    // expected-error @+1 {{mutation of captured var 'poll' in concurrently-executing code}}
    try? poll.poll(into: &events)
  }
  var events = try Events<EpollSelector>(capacity: 1)
  try poll.poll(into: &events)
}
