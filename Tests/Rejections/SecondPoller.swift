// The owner of a poll cannot create a second poller of its queue.
import MioCore
import MioEpoll

func duplicateOfASelector() throws(IOError) {
  let poll = try Poll<EpollSelector>()
  // expected-error @+1 {{cannot convert value of type 'Registry}}
  _ = Poll<EpollSelector>(poll.registry.selector.duplicate())
}

func duplicateOfARegistry() throws(IOError) {
  let poll = try Poll<EpollSelector>()
  // expected-error @+1 {{cannot convert value of type 'Registry}}
  _ = try Poll<EpollSelector>(poll.registry.duplicate())
}
