import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers

typealias ScriptedSelector = KqueueBackend<ScriptedKernel>

/// A poll with a scripted kernel, whose sources are numbers.
struct ScriptedPoll: ~Copyable {
  let kernel = ScriptedKernel()
  var poll: Poll<ScriptedSelector>
  var events: Events<ScriptedSelector>

  init(features: KqueueFeatures? = nil, capacity: Int = 16) throws {
    if let features { kernel.state.withLock { $0.features = features } }
    // Both first: what cannot be copied must not be left half made.
    let room = try Events<ScriptedSelector>(capacity: capacity)
    let selector = try ScriptedSelector(calls: kernel)
    poll = Poll(selector)
    events = room
  }

  /// Polls without waiting.
  mutating func next() throws -> [Event] {
    try poll.poll(into: &events, timeout: .zero)
    return Array(events)
  }
}

extension UInt {
  /// A source with this number.
  var source: BorrowedDescriptor { BorrowedDescriptor(Descriptor(Int32(self))) }
}
