import MioCore

/// The record that a mock selector adds to a source, to be notified of operations that would block
/// and of the source's end.
final class MockRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: the queue's state is used under its lock.

  // The reference is weak because the queue holds the record of each registration, and a source
  // outlives its registration.
  private weak let queue: MockQueue?

  init(_ queue: MockQueue, _ identity: SelectorIdentity) {
    self.queue = queue
    super.init(selector: identity)
  }

  override func wouldBlock(_ direction: Direction) {
    guard let queue else { return }
    queue.monitor.withLock {
      guard let index = position(in: queue) else { return }
      queue.entries[index].rearm(direction)
      // The file may have become ready after the operation. The poller must then report the edge.
      queue.monitor.broadcast()
    }
  }

  override func sourceWillClose() {
    guard let queue else { return }
    queue.monitor.withLock {
      guard let index = position(in: queue) else { return }
      queue.entries.remove(at: index)
    }
  }

  private func position(in queue: MockQueue) -> Int? {
    queue.entries.firstIndex { $0.record === self }
  }
}
