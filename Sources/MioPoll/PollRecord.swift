import MioCore

/// The record of a source, which is notified of operations that would block and of the source's
/// end.
///
/// A record without a registration has no position.
class PollRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: the position is used under the queue's lock.

  /// The position of its registration in the queue.
  final var position: Int?
}

/// A record with a reference to its queue.
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
