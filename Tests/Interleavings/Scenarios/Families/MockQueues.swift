import Loom
import MioCore
import MioTestSupport

/// Queues of mocks: a queue may end while a stream notifies it, and may own streams.
func mockQueues() -> [Scenario] {
  [
    mock.scenario("mock queues", "a stream notifies ∥ the queue ends") { threads, _ in
      let ends = MockStream.pair()
      let far = Kept(ends.second)
      let owner = PollOwner(Poll(MockSelector()))
      try owner.registerAndSchedule(Kept(ends.first))
      threads.add("notifier") {
        let byte: [UInt8] = [1]
        // The other end may be closed already.
        _ = try? far.stream.write(byte.span.bytes)
      }
      threads.add("owner") { owner.poll = nil }
      threads.run()
    }
  ]
}

/// A stream that several threads can hold.
private final class Kept: Sendable {
  let stream: MockStream

  init(_ stream: consuming MockStream) { self.stream = stream }
}

/// A poll that a thread of a scenario can end.
private final class PollOwner: @unchecked Sendable {
  var poll: Poll<MockSelector>?

  init(_ poll: consuming Poll<MockSelector>) { self.poll = consume poll }

  /// Registers a stream, and schedules an action that holds it.
  func registerAndSchedule(_ kept: Kept) throws {
    try poll?.registry.register(kept.stream, token: 1, interest: .readable)
    poll?.registry.selector.queue.schedule(after: .seconds(1)) { _ = kept }
  }
}
