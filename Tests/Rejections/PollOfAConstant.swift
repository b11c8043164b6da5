// Threads can share constants, so a constant poll cannot poll.
import MioCore
import MioEpoll

func pollOfAConstant() throws(IOError) {
  // expected-note @+1 {{change 'let' to 'var' to make it mutable}}
  let poll = try Poll<EpollSelector>()
  var events = try Events<EpollSelector>(capacity: 1)
  // expected-error @+1 {{cannot use mutating member on immutable value}}
  try poll.poll(into: &events)
}
