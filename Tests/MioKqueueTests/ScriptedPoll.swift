import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers

typealias ScriptedSelector = KqueueBackend<ScriptedKernel>

/// A poll over a scripted kernel, and sources that are numbers.
struct ScriptedPoll: ~Copyable {
  let kernel = ScriptedKernel()
  var poll: Poll<ScriptedSelector>
  var events: Events<ScriptedSelector>

  init(features: KqueueFeatures? = nil, capacity: Int = 16) throws {
    if let features { kernel.state.withLock { $0.features = features } }
    // Both values are made before the assignments, because an initializer that throws must not
    // leave a non-copyable value half initialized.
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
