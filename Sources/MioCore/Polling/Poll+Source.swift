// A poll can be registered with another poll. It is readable if polling it would return events.
extension Poll: Source where S: PollableSelector & ~Copyable {
  /// Registers this poll with another poll.
  ///
  /// From now on each wake makes a system call, as after ``shareDescriptor()``. If this poll
  /// returns fewer events than its buffer can hold, this counts as an operation that would block.
  ///
  /// The registration ends with the selector, which lives as long as this poll and the duplicates
  /// of its registry. If a duplicate outlives this poll, deregister the poll before it is
  /// destroyed: afterwards no code can deregister it.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``. The poll is unchanged in
  ///   this case.
  public borrowing func register<Other: Selector & ~Copyable>(
    with registry: borrowing Registry<Other>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try registry.register(
      self.registry.selector.descriptor, state: registration, token: token, interest: interest,
      mode: mode)
    signalEveryWake()
  }

  /// Replaces the registration of this poll with another poll.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  public borrowing func reregister<Other: Selector & ~Copyable>(
    with registry: borrowing Registry<Other>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try registry.reregister(
      self.registry.selector.descriptor, state: registration, token: token, interest: interest,
      mode: mode)
    signalEveryWake()
  }

  /// Deregisters this poll from another poll.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  public borrowing func deregister<Other: Selector & ~Copyable>(
    from registry: borrowing Registry<Other>
  ) throws(IOError) {
    try registry.deregister(self.registry.selector.descriptor, state: registration)
  }
}

extension Poll where S: PollableSelector & ~Copyable {
  /// Returns the selector's descriptor for an event loop outside Mio.
  ///
  /// The descriptor is readable if polling would return events. To make this true for wakes, each
  /// wake of this poll makes a system call from now on. The poll still owns the descriptor.
  ///
  /// - Returns: The descriptor to watch for reading.
  /// - SeeAlso: `epoll(7)`, `kqueue(2)`.
  public borrowing func shareDescriptor() -> Descriptor {
    signalEveryWake()
    return registry.selector.descriptor
  }

  /// Makes the descriptor readable for the wakes that are pending and for all later ones.
  private borrowing func signalEveryWake() {
    registry.selector.wakeNotifier.signalEveryWake(carriedOver: inbox.count > 0)
    registry.selector.wakeNotifier.enable()
  }
}
