public import Synchronization

/// The node of one waker: its token, whether a wake is pending, and its link in the stack.
///
/// A node does not retain the notifier, because the notifier retains its pending nodes. A poll that
/// ends with pending nodes would leave a cycle.
@safe
@usableFromInline
final class WakeNode: Sendable {
  /// There is no wake to deliver, and the node is not in the notifier's stack.
  @usableFromInline
  static let idle: UInt8 = 0
  /// The node is in the stack, and the poller was notified or is about to be notified.
  @usableFromInline
  static let pending: UInt8 = 1
  /// The node is in the stack, but notifying the poller failed, so the next wake has to do it
  /// again.
  @usableFromInline
  static let unsignaled: UInt8 = 2

  @usableFromInline
  let token: Token
  @usableFromInline
  let state = Atomic<UInt8>(WakeNode.idle)

  /// The next node in the stack.
  ///
  /// The thread that pushes the node writes it. The poller reads it.
  @usableFromInline
  let next = unsafe Atomic<Unmanaged<WakeNode>?>(nil)

  init(token: Token) {
    self.token = token
  }

  /// Releases a chain of nodes.
  @usableFromInline
  static func releaseChain(_ first: Unmanaged<WakeNode>?) {
    var link = unsafe first
    while let node = unsafe link {
      unsafe link = node._withUnsafeGuaranteedRef { unsafe $0.next.load(ordering: .relaxed) }
      unsafe node.release()
    }
  }
}
