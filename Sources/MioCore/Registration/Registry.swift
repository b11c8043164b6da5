/// A handle that registers sources with the selector of a poll.
///
/// A poll has one registry for the thread that polls: ``Poll/registry``. Every other thread uses a
/// ``duplicate()``, which is made beforehand. Its changes take effect at once, even while the poll
/// is waiting.
///
/// - SeeAlso: mio 1.2.2 `Registry`.
public struct Registry<S: Selector & ~Copyable>: ~Copyable, Sendable {
  /// The selector of the registry.
  ///
  /// It gives access to functions that only one backend offers. It cannot be moved out of the
  /// registry, so a duplicate never becomes a second poll of the same queue.
  public let selector: S

  /// Creates a registry over a selector.
  ///
  /// Backends do this in ``Selector/duplicate()``.
  @inlinable
  public init(_ selector: consuming S) {
    self.selector = selector
  }

  /// Returns an independent handle to the same selector, for another thread.
  ///
  /// It remains valid after the poll has ended. Its sources then report to no poll.
  ///
  /// - Throws: ``IOError`` if a handle of the backend needs a system resource that is not
  ///   available. Mio's own backends share the queue, and never throw.
  /// - SeeAlso: mio 1.2.2 `Registry::try_clone`.
  @inlinable
  public borrowing func duplicate() throws(IOError) -> Registry<S> {
    let duplicate = try selector.duplicate()
    selector.wakeNotifier.enable()
    return duplicate
  }

  /// Creates a waker, which makes the poll report `token`.
  ///
  /// The first waker of a selector creates the kernel object that all its wakers share.
  ///
  /// - Parameter token: The token that the poll reports.
  /// - Returns: The waker, which any thread can use.
  /// - Throws: ``IOError``, for example with the kind `.tooManyOpenFiles`.
  public borrowing func makeWaker(token: Token) throws(IOError) -> PollWaker {
    try selector.prepareWaking()
    selector.wakeNotifier.enable()
    return PollWaker(notifier: selector.wakeNotifier, token: token)
  }
}

// MARK: - Sources

extension Registry where S: ~Copyable {
  /// Registers a source.
  ///
  /// If the source is already ready, the next poll reports it. The registry does not own the
  /// source. The registration ends when the source is closed or passed to ``deregister(_:)``.
  ///
  /// If the call throws, the source is unchanged, and the call can be repeated.
  ///
  /// - Parameters:
  ///   - source: The source to watch.
  ///   - token: The token of its events.
  ///   - interest: The conditions to watch for. It must not be empty.
  ///   - mode: The trigger mode, edge-triggered by default.
  /// - Throws: ``IOError`` with the kind
  ///   - `.alreadyRegistered` if the source is registered with this or another selector, or if
  ///     another thread is registering or deregistering it;
  ///   - `.invalidArgument` if the interest is empty;
  ///   - `.unsupported` if this backend cannot watch the interest;
  ///   - `.permissionDenied` if the descriptor cannot be watched, for example the descriptor of a
  ///     file;
  ///   - `.outOfMemory` if the system has no memory, or no watch left;
  ///   - another kind that the system reports.
  /// - SeeAlso: mio 1.2.2 `Registry::register`.
  @inlinable
  public borrowing func register<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try source.register(with: self, token: token, interest: interest, mode: mode)
  }

  /// Replaces the token, the interest and the mode of a registered source.
  ///
  /// This counts as an edge: the current readiness of the source is reported again. If the call
  /// throws, the registration is unchanged.
  ///
  /// - Parameters:
  ///   - source: A source that is registered with this selector.
  ///   - token: The new token of its events.
  ///   - interest: The new conditions to watch for. It must not be empty.
  ///   - mode: The new trigger mode, edge-triggered by default.
  /// - Throws: ``IOError`` with the kind
  ///   - `.notRegistered` if the source is not registered with this selector;
  ///   - `.badDescriptor`, `.notSocket` or `.notRegistered` if other code has closed the descriptor
  ///     of the source;
  ///   - another kind, as for ``register(_:token:interest:mode:)``.
  /// - SeeAlso: mio 1.2.2 `Registry::reregister`.
  @inlinable
  public borrowing func reregister<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try source.reregister(with: self, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a source.
  ///
  /// A poll that begins afterwards never reports its token. Events that an earlier poll returned
  /// remain in their ``Events`` value. The source can be registered again, with any selector.
  ///
  /// Deregister a source before other code closes its descriptor. If other code has already closed
  /// it, the call ends the association with the selector, but its result depends on the backend:
  ///
  /// - epoll and kqueue query the system. They throw `.badDescriptor` while the number of the
  ///   descriptor is unused, and `.notRegistered` if the number belongs to another file. If the
  ///   other file is registered with the same selector, they end its registration instead, and do
  ///   not throw.
  /// - poll(2) and Windows do not query the system. They throw `.notRegistered` if they have
  ///   already noticed that the descriptor was closed, and do not throw otherwise.
  ///
  /// - Throws: ``IOError`` with the kind
  ///   - `.notRegistered` if the source is not registered with this selector, or if another thread
  ///     is deregistering it;
  ///   - `.badDescriptor` or `.notRegistered` if other code has closed the descriptor of the
  ///     source, and the backend has noticed it.
  /// - SeeAlso: mio 1.2.2 `Registry::deregister`.
  @inlinable
  public borrowing func deregister<Target: Source & ~Copyable>(
    _ source: borrowing Target
  ) throws(IOError) {
    try source.deregister(from: self)
  }
}

// MARK: - Descriptors, for implementations of sources

extension Registry where S: ~Copyable {
  /// Registers a descriptor on behalf of the source that owns it and `state`.
  ///
  /// - Throws: ``IOError``, as ``register(_:token:interest:mode:)``.
  @inlinable
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if interest.isEmpty { try IOError.raise(.invalidArgument, .register) }
    try register(state) { () throws(IOError) in
      try selector.register(descriptor, state: state, token: token, interest: interest, mode: mode)
    }
  }

  /// Registers a source with a call that only one backend offers, on behalf of the owner of
  /// `state`.
  ///
  /// The registry does not verify the work of `add`. If `add` returns without a registration in the
  /// system, the source counts as registered, but no poll reports it.
  ///
  /// - Parameters:
  ///   - state: The registration state of the source.
  ///   - add: A closure that registers the source with the system. If it throws, the source is
  ///     unchanged.
  /// - Throws: ``IOError`` with the kind `.alreadyRegistered` if the source is registered, or the
  ///   error that `add` throws.
  @inlinable
  @inline(__always)
  public borrowing func register(
    _ state: borrowing RegistrationState, _ add: () throws(IOError) -> Void
  ) throws(IOError) {
    try state.association.beginRegistering(with: selector.identity.rawValue)
    do throws(IOError) {
      try add()
    } catch {
      try state.association.undoRegistering(with: selector.identity.rawValue, after: error)
    }
    state.association.finishRegistering(with: selector.identity.rawValue)
  }

  /// Replaces the registration of a descriptor on behalf of the source that owns it and `state`.
  ///
  /// - Throws: ``IOError``, as ``reregister(_:token:interest:mode:)``.
  @inlinable
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if interest.isEmpty { try IOError.raise(.invalidArgument, .reregister) }
    try state.association.check(selector.identity.rawValue, .reregister)
    try selector.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor on behalf of the source that owns it and `state`.
  ///
  /// - Throws: ``IOError``, as ``deregister(_:)``.
  @inlinable
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    if !state.association.beginDeregistering(from: selector.identity.rawValue) {
      return try overtake(descriptor, state: state)
    }
    do throws(IOError) {
      try selector.deregister(descriptor, state: state)
    } catch {
      try state.association.undoDeregistering(from: selector.identity.rawValue, after: error)
    }
    state.association.finishDeregistering()
  }

  /// Deregisters a source while another thread is still registering it.
  @inlinable
  @inline(never)
  borrowing func overtake(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try state.association.beginOvertaking(with: selector.identity.rawValue)
    do throws(IOError) {
      try selector.deregister(descriptor, state: state)
    } catch {
      state.association.finishOvertaking(with: selector.identity.rawValue, isDeregistered: false)
      throw error
    }
    state.association.finishOvertaking(with: selector.identity.rawValue, isDeregistered: true)
  }
}
