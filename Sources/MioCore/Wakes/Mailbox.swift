/// The values that other threads hand over to a polling thread.
///
/// A thread that accepts connections for several loops sends each of them to one loop. The value
/// moves: no descriptor is taken out of its owner, and the value is destroyed if the loop has
/// ended.
///
///     var mailbox = try Mailbox<TCPStream>(reportingTo: poll.registry, token: 1)
///     let sender = mailbox.sender  // for another thread: try sender.send(stream)
///
///     // After an event with the token of the mailbox:
///     while let stream = mailbox.receive() { … }
///
/// The mailbox belongs to the polling thread. It has no limit: a sender never waits. Each sent
/// value allocates memory once.
public struct Mailbox<Value: ~Copyable & Sendable>: ~Copyable, Sendable {
  @usableFromInline
  let inbox: MailboxInbox<Value>

  /// The sending end of the mailbox.
  public let sender: Sender

  /// Creates an empty mailbox, and a waker that reports the arrival of values.
  ///
  /// - Parameters:
  ///   - registry: The registry of the poll that reports the values.
  ///   - token: The token of the events.
  /// - Throws: ``IOError``, as ``Registry/makeWaker(token:)``.
  @inlinable
  public init<S: Selector & ~Copyable>(
    reportingTo registry: borrowing Registry<S>, token: Token
  ) throws(IOError) {
    let stack = MailboxStack<Value>()
    sender = Sender(stack, try registry.makeWaker(token: token))
    inbox = MailboxInbox(stack)
  }

  /// Takes out the oldest value.
  ///
  /// Call it after an event until it returns `nil`: a value that arrives later wakes the poll
  /// again. While other threads send faster than values are taken, it does not return `nil`. A loop
  /// that stops earlier, to give other sources their turn, comes back without waiting for an event.
  ///
  /// - Returns: The value; `nil` if the mailbox is empty.
  @inlinable
  public mutating func receive() -> Value? {
    inbox.next()
  }
}

extension Mailbox where Value: ~Copyable {
  /// The sending end of a mailbox.
  ///
  /// Any number of threads may send at once. A copy sends to the same mailbox. It may outlive the
  /// mailbox.
  public struct Sender: Sendable {
    @usableFromInline
    let stack: MailboxStack<Value>
    @usableFromInline
    let waker: PollWaker

    @usableFromInline
    init(_ stack: MailboxStack<Value>, _ waker: PollWaker) {
      self.stack = stack
      self.waker = waker
    }

    /// Puts a value into the mailbox, and wakes the poll.
    ///
    /// Never blocks. What happened before the call is visible to the thread that receives the
    /// value.
    ///
    /// - Returns: `nil` if the mailbox owns the value; the value if the mailbox is gone.
    /// - Throws: ``IOError``, as ``PollWaker/wake()``. The value is in the mailbox then, and the
    ///   next wake of the mailbox reports it.
    @inlinable
    @discardableResult
    public func send(_ value: consuming Value) throws(IOError) -> Value? {
      if let refused = stack.push(value) { return refused }
      try waker.wake()
      return nil
    }
  }
}
