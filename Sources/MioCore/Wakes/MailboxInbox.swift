/// The receiving end of a mailbox: the values that the polling thread has collected, the oldest
/// first.
///
/// It is a class because the deinitializer of a generic noncopyable structure is not always called.
@usableFromInline
final class MailboxInbox<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // Safety of `@unchecked`: a mailbox, which cannot be copied, owns it and changes it in mutating
  // functions only.

  @usableFromInline
  let stack: MailboxStack<Value>

  /// The address of the oldest node; 0 if there is none.
  @usableFromInline
  var oldest: UInt = 0

  @inlinable
  init(_ stack: MailboxStack<Value>) {
    self.stack = stack
  }

  @inlinable
  deinit {
    while takeOldest() != nil {}
    oldest = stack.popAll(leaving: MailboxStack<Value>.closed)
    while takeOldest() != nil {}
  }

  /// Removes and returns the oldest value.
  @inlinable
  func next() -> Value? {
    if oldest == 0 { oldest = stack.popAll(leaving: 0) }
    return takeOldest()
  }

  @inlinable
  func takeOldest() -> Value? {
    guard let node = unsafe UnsafeMutablePointer<MailboxNode<Value>>(bitPattern: oldest) else {
      return nil
    }
    oldest = unsafe node.pointee.next
    return unsafe MailboxNode.remove(node)
  }
}
