import MioCore
import MioNet
import MioPoll
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct CarelessSourceTests {
  @Test
  func `a source that is destroyed without a notification is no longer reported`() throws {
    var poll = try Poll<PollSelector>()
    let pair = try UnixStream.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    do {
      let careless = CarelessSource(descriptor: pair.second.descriptor)
      try poll.registry.register(careless, token: 2, interest: .writable)
    }
    #expect(try poll.events(within: .zero).map(\.token) == [1])
    try poll.registry.deregister(pair.first)
    #expect(try poll.events(within: .zero).isEmpty)
  }
}

/// A user's own source that does not report its end.
private struct CarelessSource: DescriptorSource, ~Copyable {
  let descriptor: Descriptor
  let registration = RegistrationState()

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(descriptor, registration)
  }
}
