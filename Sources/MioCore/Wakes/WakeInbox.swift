import Synchronization

/// The wakes that the poller has taken from the notifier and not yet reported.
///
/// Only the polling thread uses it.
@safe
@usableFromInline
struct WakeInbox: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: this value is the only owner of the nodes, and it moves as a whole.

  @usableFromInline
  var first: Unmanaged<WakeNode>?
  @usableFromInline
  var last: Unmanaged<WakeNode>?

  /// The number of wakes.
  @usableFromInline
  var count = 0

  /// Whether the wakes are reported before the sources, because they found no space in the previous
  /// poll.
  @usableFromInline
  var goesFirst = false

  @usableFromInline
  init() {}

  @inlinable
  deinit {
    unsafe WakeNode.releaseChain(first)
  }

  /// Moves the notifier's pending wakes to the end of the inbox, oldest first.
  @usableFromInline
  mutating func collect(from notifier: WakeNotifier) {
    var popped = unsafe notifier.popAll()
    guard let newest = unsafe popped else { return }
    var oldest: Unmanaged<WakeNode>?
    while let node = unsafe popped {
      unsafe popped = node._withUnsafeGuaranteedRef {
        let below = unsafe $0.next.load(ordering: .relaxed)
        unsafe $0.next.store(oldest, ordering: .relaxed)
        return unsafe below
      }
      unsafe oldest = node
      count += 1
    }
    if let last = unsafe last {
      unsafe last._withUnsafeGuaranteedRef { unsafe $0.next.store(oldest, ordering: .relaxed) }
    } else {
      unsafe first = oldest
    }
    unsafe last = newest
  }

  /// Removes the oldest wake and returns its token.
  ///
  /// From now on its waker can wake again.
  @usableFromInline
  mutating func next() -> Token? {
    guard let node = unsafe first?.takeRetainedValue() else { return nil }
    unsafe first = node.next.load(ordering: .relaxed)
    if unsafe first == nil { unsafe last = nil }
    count -= 1
    _ = node.state.exchange(WakeNode.idle, ordering: .acquiringAndReleasing)
    return node.token
  }
}
