// A registry lends its selector, and does not give it away.
import MioCore
import MioEpoll

func selectorOfADuplicate() throws(IOError) {
  let registry = try Poll<EpollSelector>().registry.duplicate()
  // expected-error @+1 {{cannot partially consume 'registry'}}
  _ = Poll(registry.selector)
}

func selectorOfAPoll() throws(IOError) {
  let poll = try Poll<EpollSelector>()
  // expected-error @+1 {{cannot partially consume 'poll'}}
  _ = Poll(poll.registry.selector)
}

func registryOfAPoll() throws(IOError) {
  let poll = try Poll<EpollSelector>()
  // expected-error @+1 {{cannot partially consume 'poll'}}
  let registry = poll.registry
  _ = registry.selector.now
}
