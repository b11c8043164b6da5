import MioCore

/// What the selector hangs on a source, to hear of operations that would block and of its end.
///
/// One that is not registered at the moment has no position.
class PollRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: the position is used under the queue's lock.

  /// Where its registration stands in the queue.
  final var position: Int?
}

/// A record that knows its queue.
final class PollQueueRecord<Calls: PollCalls>: PollRecord, @unchecked Sendable {
  // Safety of `@unchecked`: as for its superclass.

  // A source may outlive the selector.
  private weak let queue: PollQueue<Calls>?

  init(_ queue: PollQueue<Calls>, _ identity: SelectorIdentity) {
    self.queue = queue
    super.init(selector: identity)
  }

  override func wouldBlock(_ direction: Direction) {
    queue?.rearm(self, direction)
  }

  override func sourceWillClose() {
    _ = queue?.remove(self)
  }
}
