public import Synchronization

/// One waker's place in its notifier: the token, whether a wake is pending, the link in the stack.
///
/// It does not hold the notifier: a pending node is held by the notifier, and a poll that is gone never takes it.
@safe
@usableFromInline
final class WakeNode: Sendable {
  /// Nothing to deliver, and not in the notifier's stack.
  @usableFromInline
  static let idle: UInt8 = 0
  /// In the stack; the poller knows, or is about to be told.
  @usableFromInline
  static let pending: UInt8 = 1
  /// In the stack, but telling the poller failed: the next wake has to tell it again.
  @usableFromInline
  static let unsignaled: UInt8 = 2

  @usableFromInline
  let token: Token
  @usableFromInline
  let state = Atomic<UInt8>(WakeNode.idle)

  /// The node below in the stack.
  ///
  /// Written by the thread that pushes, read by the poller.
  @usableFromInline
  let next = unsafe Atomic<Unmanaged<WakeNode>?>(nil)

  init(token: Token) {
    self.token = token
  }

  /// Gives up the references that a chain of nodes holds.
  @usableFromInline
  static func releaseChain(_ first: Unmanaged<WakeNode>?) {
    var link = unsafe first
    while let node = unsafe link {
      unsafe link = node._withUnsafeGuaranteedRef { unsafe $0.next.load(ordering: .relaxed) }
      unsafe node.release()
    }
  }
}
