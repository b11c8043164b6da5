/// Where sources are registered with a poll's selector.
///
/// A poll has one (``Poll/registry``) for the polling thread. Other threads use a ``duplicate()``,
/// made beforehand; what they register, change and remove takes effect at once, also on a poll that
/// is waiting at that moment.
///
/// - SeeAlso: mio 1.2.2 `Registry`.
public struct Registry<S: Selector & ~Copyable>: ~Copyable, Sendable {
  /// The selector behind the registry.
  ///
  /// It is lent, for what only one backend offers. It cannot be moved out, so a duplicate never becomes a
  /// second poll of the same queue.
  public let selector: S

  /// Creates a registry over a selector, which backends do in ``Selector/duplicate()``.
  @inlinable
  public init(_ selector: consuming S) {
    self.selector = selector
  }

  /// Returns an independent handle to the same selector, for another thread.
  ///
  /// It stays valid when the poll is gone; nobody waits for its events then.
  ///
  /// - Throws: ``IOError`` when the backend's handles take something of the system. Those of Mio's own
  ///   backends share the queue, and never fail.
  /// - SeeAlso: mio 1.2.2 `Registry::try_clone`.
  @inlinable
  public borrowing func duplicate() throws(IOError) -> Registry<S> {
    let duplicate = try selector.duplicate()
    selector.wakeNotifier.enable()
    return duplicate
  }

  /// Makes a waker that makes the poll report `token`.
  ///
  /// The first waker of a selector creates the kernel object that all of them share.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`.
  public borrowing func makeWaker(token: Token) throws(IOError) -> PollWaker {
    try selector.prepareWaking()
    selector.wakeNotifier.enable()
    return PollWaker(notifier: selector.wakeNotifier, token: token)
  }
}

// MARK: - Sources

extension Registry where S: ~Copyable {
  /// Begins to watch a source.
  ///
  /// If the source is ready already, the next poll says so. The source is not owned: keep it, and
  /// close it or ``deregister(_:)`` it to end the registration.
  ///
  /// - Parameters:
  ///   - source: What to watch.
  ///   - token: What its events carry.
  ///   - interest: What to watch for; not empty.
  ///   - mode: When to report; edges by default.
  /// - Throws: ``IOError`` with the kind
  ///   - `.alreadyRegistered` when the source is registered, with this selector or another, or another
  ///     thread is about to do that or to end it;
  ///   - `.invalidArgument` for an empty interest;
  ///   - `.unsupported` for an interest that this backend cannot watch;
  ///   - `.permissionDenied` for a descriptor that cannot be watched, such as a file's;
  ///   - `.outOfMemory` when the system has no room;
  ///   - and others that the system adds. The source is then as it was, and can be tried again.
  /// - SeeAlso: mio 1.2.2 `Registry::register`.
  @inlinable
  public borrowing func register<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try source.register(with: self, token: token, interest: interest, mode: mode)
  }

  /// Replaces token, interest and mode of a registered source as a whole.
  ///
  /// It counts as an edge: what the source is ready for is reported again.
  ///
  /// - Parameters:
  ///   - source: A source that is registered with this selector.
  ///   - token: What its events carry from now on.
  ///   - interest: What to watch for; not empty.
  ///   - mode: When to report; edges by default.
  /// - Throws: ``IOError`` with the kind
  ///   - `.notRegistered` when the source is not registered with this selector;
  ///   - otherwise as ``register(_:token:interest:mode:)``. The registration is then as it was.
  /// - SeeAlso: mio 1.2.2 `Registry::reregister`.
  @inlinable
  public borrowing func reregister<Target: Source & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) {
    try source.reregister(with: self, token: token, interest: interest, mode: mode)
  }

  /// Ceases to watch a source.
  ///
  /// A poll that begins afterwards never reports its token.
  ///
  /// Events that a poll returned before stay in their ``Events`` value. The source can be registered
  /// anew, with any selector.
  ///
  /// - Throws: ``IOError`` with the kind `.notRegistered` when the source is not registered with
  ///   this selector, when another thread is about to deregister it, or when the system has forgotten it
  ///   because code outside closed its descriptor.
  /// - SeeAlso: mio 1.2.2 `Registry::deregister`.
  @inlinable
  public borrowing func deregister<Target: Source & ~Copyable>(
    _ source: borrowing Target
  ) throws(IOError) {
    try source.deregister(from: self)
  }
}

// MARK: - Descriptors, for those who implement sources

extension Registry where S: ~Copyable {
  /// Begins to watch a descriptor, on behalf of the source that holds it and `state`.
  ///
  /// - Throws: As ``register(_:token:interest:mode:)``.
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

  /// Registers a source in a way that only one backend has, on behalf of the source that holds `state`.
  ///
  /// - Parameters:
  ///   - state: The state of the source.
  ///   - add: Asks the system; if it throws, nothing has changed.
  /// - Throws: ``IOError`` with the kind `.alreadyRegistered` for a source that is registered, and what `add` throws.
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

  /// Replaces the registration of a descriptor, on behalf of the source that holds it and `state`.
  ///
  /// - Throws: As ``reregister(_:token:interest:mode:)``.
  @inlinable
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if interest.isEmpty { try IOError.raise(.invalidArgument, .reregister) }
    try state.association.check(selector.identity.rawValue, .reregister)
    try selector.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Ceases to watch a descriptor, on behalf of the source that holds it and `state`.
  ///
  /// - Throws: As ``deregister(_:)``.
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

  /// Deregisters a source while the thread that registers it has not heard of the system's answer.
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
