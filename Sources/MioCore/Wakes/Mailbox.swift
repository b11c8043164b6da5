/// The values that other threads hand over to a polling thread.
///
/// For example, a thread accepts connections for several loops, and sends each connection to one
/// loop. The value itself moves, so its descriptor always has an owner. A mailbox that is destroyed
/// destroys the values in it. A later send returns its value.
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

  /// Removes and returns the oldest value.
  ///
  /// After an event, call it until it returns `nil`. A value that arrives later wakes the poll
  /// again. While other threads send values faster than this thread receives them, the call does
  /// not return `nil`. A loop may then stop earlier, to serve other sources. In that case it has to
  /// call this method again without waiting for an event.
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
    /// The call never blocks. Memory writes before the call are visible to the thread that receives
    /// the value.
    ///
    /// - Parameter value: The value to send.
    /// - Returns: `nil` if the mailbox owns the value; the value if the mailbox no longer exists.
    /// - Throws: ``IOError``, as ``PollWaker/wake()``. In this case the value is in the mailbox,
    ///   and the next wake of the mailbox reports it.
    @inlinable
    @discardableResult
    public func send(_ value: consuming Value) throws(IOError) -> Value? {
      if let refused = stack.push(value) { return refused }
      try waker.wake()
      return nil
    }
  }
}
