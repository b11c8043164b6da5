import MioCore

/// The notifier of the wakers.
///
/// It uses the eventfd or pipe of the queue.
final class PollWakeNotifier<Calls: PollCalls>: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: the notifier is immutable.

  private let notifier: PollNotifier<Calls>

  init(_ notifier: PollNotifier<Calls>) {
    self.notifier = notifier
    super.init()
  }

  override func signal() throws(IOError) {
    try notifier.notify()
  }
}
