// A poll can be registered with another poll: it is readable when polling it would find something.
extension Poll: Source where S: PollableSelector & ~Copyable {
  /// Has another poll watch this one.
  ///
  /// From now on a wake always goes through the kernel, as after ``shareDescriptor()``, and a poll that
  /// leaves nothing behind is an operation that would block.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  public borrowing func register<Other: Selector & ~Copyable>(
    with registry: borrowing Registry<Other>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try registry.register(
      shareDescriptor(), state: registration, token: token, interest: interest, mode: mode)
  }

  /// Replaces the registration of the poll with another.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  public borrowing func reregister<Other: Selector & ~Copyable>(
    with registry: borrowing Registry<Other>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try registry.reregister(
      shareDescriptor(), state: registration, token: token, interest: interest, mode: mode)
  }

  /// Ends the registration of the poll with another.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  public borrowing func deregister<Other: Selector & ~Copyable>(
    from registry: borrowing Registry<Other>
  ) throws(IOError) {
    try registry.deregister(self.registry.selector.descriptor, state: registration)
  }
}

extension Poll where S: PollableSelector & ~Copyable {
  /// Shares the selector's descriptor with an event loop that is not Mio's.
  ///
  /// The descriptor is readable when polling would find something. So that this is true of wakes as well,
  /// each wake of this poll makes a system call from now on. The descriptor stays the poll's.
  ///
  /// - Returns: What to watch for reading.
  /// - SeeAlso: `epoll(7)`, `kqueue(2)`.
  public borrowing func shareDescriptor() -> Descriptor {
    registry.selector.wakeNotifier.signalEveryWake(carriedOver: inbox.count > 0)
    registry.selector.wakeNotifier.enable()
    return registry.selector.descriptor
  }
}
