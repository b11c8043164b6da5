public import Synchronization

/// The values that were sent to a mailbox and that its owner has not collected, the newest first.
///
/// All nodes are removed at once. So a thread that adds a node cannot mistake a new node for a
/// freed node with the same address.
@usableFromInline
final class MailboxStack<Value: ~Copyable & Sendable>: Sendable {
  /// The address of the newest node; 0 if there is none, ``closed`` if the mailbox no longer
  /// exists.
  @usableFromInline
  let newest = Atomic<UInt>(0)

  // No node has this address: nodes are aligned to words.
  @inlinable
  static var closed: UInt { 1 }

  @usableFromInline
  init() {}

  /// Adds a value.
  ///
  /// - Returns: The value if the mailbox no longer exists, otherwise `nil`.
  @inlinable
  func push(_ value: consuming Value) -> Value? {
    let node = UnsafeMutablePointer<MailboxNode<Value>>.allocate(capacity: 1)
    unsafe node.initialize(to: MailboxNode(value))
    var seen = newest.load(ordering: .relaxed)
    while seen != Self.closed {
      unsafe node.pointee.next = seen
      let (exchanged, original) = newest.compareExchange(
        expected: seen, desired: UInt(bitPattern: node), ordering: .releasing)
      if exchanged { return nil }
      seen = original
    }
    return unsafe MailboxNode.remove(node)
  }

  /// Removes all nodes, and links them in the opposite order.
  ///
  /// - Parameter rest: The word to store: 0, or ``closed``.
  /// - Returns: The address of the oldest node, which is linked to the newer ones; 0 if there is
  ///   none.
  @inlinable
  func popAll(leaving rest: UInt) -> UInt {
    var newer = newest.exchange(rest, ordering: .acquiring)
    var oldest: UInt = 0
    while let node = unsafe UnsafeMutablePointer<MailboxNode<Value>>(bitPattern: newer) {
      newer = unsafe node.pointee.next
      unsafe node.pointee.next = oldest
      oldest = UInt(bitPattern: node)
    }
    return oldest
  }
}

/// A value in a mailbox, and the address of the next node.
@usableFromInline
struct MailboxNode<Value: ~Copyable & Sendable>: ~Copyable {
  @usableFromInline
  var next: UInt = 0

  @usableFromInline
  let value: Value

  @inlinable
  init(_ value: consuming Value) {
    self.value = value
  }

  @inlinable
  consuming func take() -> Value { value }

  /// Frees a node, and returns its value.
  @inlinable
  static func remove(_ node: UnsafeMutablePointer<Self>) -> Value {
    let value = unsafe node.move().take()
    unsafe node.deallocate()
    return value
  }
}
