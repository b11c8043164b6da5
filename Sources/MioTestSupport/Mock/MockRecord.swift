import MioCore

/// What a mock selector hangs on a source, to hear of operations that would block and of its end.
final class MockRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: the queue's state is used under the monitor's lock.

  // The queue holds the record of each registration, and a source outlives its registration.
  private weak let queue: MockQueue?

  init(_ queue: MockQueue, _ identity: SelectorIdentity) {
    self.queue = queue
    super.init(selector: identity)
  }

  override func wouldBlock(_ direction: Direction) {
    mockMonitor.withLock {
      guard let queue, let index = position(in: queue) else { return }
      queue.entries[index].rearm(direction)
      // The file may have become ready since the operation: then this is the edge.
      mockMonitor.broadcast()
    }
  }

  override func sourceWillClose() {
    mockMonitor.withLock {
      guard let queue, let index = position(in: queue) else { return }
      queue.entries.remove(at: index)
    }
  }

  private func position(in queue: MockQueue) -> Int? {
    queue.entries.firstIndex { $0.record === self }
  }
}
