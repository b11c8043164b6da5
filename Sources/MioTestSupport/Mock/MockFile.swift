import MioCore

/// The file behind a mock descriptor.
///
/// Used under the lock of its link.
class MockFile: @unchecked Sendable {
  // Safety of `@unchecked`: the link never changes, and the rest is used under its lock.

  /// The descriptor of the file while the file is open.
  ///
  /// It is far below zero, so that no system call accepts it.
  final let descriptor: Descriptor

  final let link: MockLink

  /// The queues that have a registration of the file.
  final private var watchers: [MockWatcher] = []

  /// Whether the descriptor is valid.
  final private(set) var isOpen = true

  init(_ link: MockLink) {
    self.link = link
    descriptor = MockDescriptors.next()
    MockDescriptors.set(self, for: descriptor)
  }

  /// The current readiness of the file.
  var readiness: Event.Readiness { [] }

  /// Whether the file has input that a program should not leave unread.
  var hasInput: Bool { readiness.contains(.readable) }

  /// Closes the file.
  ///
  /// Its descriptor becomes invalid.
  func close() {
    isOpen = false
    MockDescriptors.set(nil, for: descriptor)
    readinessMayHaveChanged()
  }

  /// Adds a queue that is notified of each change of the readiness.
  final func addWatcher(_ queue: MockQueue) {
    watchers.removeAll { $0.queue == nil || $0.queue === queue }
    watchers.append(MockWatcher(queue: queue))
  }

  /// Reports the current readiness to the queues.
  final func readinessMayHaveChanged() {
    for watcher in watchers {
      guard let queue = watcher.queue else { continue }
      link.keep(queue)
      queue.update(self, readiness, hasInput: hasInput)
    }
  }
}

/// A queue to which a file reports its readiness.
private struct MockWatcher {
  // The reference is weak because a queue holds the files of its registrations.
  weak var queue: MockQueue?
}
