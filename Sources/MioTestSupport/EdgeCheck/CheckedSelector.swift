public import MioCore

/// A selector that observes how a program uses another selector, and finds mistakes: see
/// ``EdgeCheck``.
///
/// It wraps any selector: a simulated selector, a mock, or a system's selector. The program
/// receives the same events and errors as without it.
///
///     var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
///
///     let check = EdgeCheck()
///     var poll = Poll(CheckedSelector(try EpollSelector(), reportingTo: check))
public struct CheckedSelector<Base: Selector & ~Copyable>: ~Copyable {
  /// The check that looks for mistakes.
  public let check: EdgeCheck

  /// The wrapped selector.
  ///
  /// A registry holds it, so that the selector and its duplicates are held in the same way.
  private let base: Registry<Base>
  private let queue: CheckedQueue

  /// Wraps a selector.
  ///
  /// - Parameters:
  ///   - base: The selector.
  ///   - check: The check that looks for mistakes. If it is `nil`, the selector uses the check of
  ///     the simulation in which the program runs, or the check whose ``EdgeCheck/run(_:)`` runs
  ///     the program, or else a new check.
  public init(_ base: consuming Base, reportingTo check: EdgeCheck? = nil) {
    self.init(Registry(base), CheckedQueue(check ?? .ambient) { Base.isReady($0, $1) })
  }

  private init(_ base: consuming Registry<Base>, _ queue: CheckedQueue) {
    self.base = base
    self.queue = queue
    check = queue.check
  }
}

extension CheckedSelector: Selector where Base: ~Copyable {
  /// Creates a selector and wraps it.
  ///
  /// - Throws: The ``IOError`` of the selector's initializer.
  public init() throws(IOError) {
    self.init(try Base())
  }

  /// Returns a registry over the same queue.
  ///
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func duplicate() throws(IOError) -> Registry<CheckedSelector> {
    Registry(CheckedSelector(try base.selector.duplicate(), queue))
  }

  /// The identity of the selector.
  public var identity: SelectorIdentity { base.selector.identity }

  /// The notifier of the wakers.
  public var wakeNotifier: WakeNotifier { base.selector.wakeNotifier }

  /// The current time of the selector's clock.
  public var now: Instant { base.selector.now }

  /// Creates the kernel object that wakes need, if it does not exist yet.
  ///
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func prepareWaking() throws(IOError) {
    try base.selector.prepareWaking()
  }

  /// Removes the records of wakes from the buffer.
  public borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<Base.RawEvent>, count: Int
  ) -> Int {
    unsafe base.selector.removeWakeRecords(from: buffer, count: count)
  }

  /// Returns the event of a record.
  public static func event(_ record: Base.RawEvent) -> Event { Base.event(record) }

  /// Returns the record of an event.
  public static func record(_ event: Event) -> Base.RawEvent { Base.record(event) }
}

extension CheckedSelector: PollableSelector where Base: PollableSelector & ~Copyable {
  /// The selector's own descriptor.
  public var descriptor: Descriptor { base.selector.descriptor }
}

// MARK: - Registration

extension CheckedSelector where Base: ~Copyable {
  /// Registers a source.
  ///
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try observe(descriptor, state, token, interest, mode) { () throws(IOError) in
      try base.selector.register(
        descriptor, state: state, token: token, interest: interest, mode: mode)
    }
  }

  /// Replaces the registration of a source.
  ///
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try observe(descriptor, state, token, interest, mode) { () throws(IOError) in
      try base.selector.reregister(
        descriptor, state: state, token: token, interest: interest, mode: mode)
    }
  }

  private borrowing func observe(
    _ descriptor: Descriptor, _ state: borrowing RegistrationState,
    _ token: Token, _ interest: Interest, _ mode: TriggerMode,
    _ change: () throws(IOError) -> Void
  ) throws(IOError) {
    let registration = CheckedRegistration(queue, token, interest, mode)
    // The check must know the source before the selector may report it.
    let (source, previous) = check.begin(registration, descriptor, state)
    do throws(IOError) {
      try change()
    } catch {
      check.withdraw(registration, from: source, restoring: previous)
      throw error
    }
  }

  /// Stops watching a source.
  ///
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    do throws(IOError) {
      try base.selector.deregister(descriptor, state: state)
    } catch {
      // The system no longer watches the source.
      if error.kind == .notRegistered || error.kind == .badDescriptor { check.end(state) }
      throw error
    }
    check.end(state)
  }
}

// MARK: - Waiting

extension CheckedSelector where Base: ~Copyable {
  /// Waits once, and looks for mistakes before and after the wait.
  ///
  /// - Returns: The number of records that the selector wrote.
  /// - Throws: The ``IOError`` of the wrapped selector.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Base.RawEvent>, for time: WaitTime
  ) throws(IOError) -> Int {
    let limited = queue.beginWait(for: time, now: now)
    let count: Int
    do throws(IOError) {
      count = unsafe try base.selector.wait(into: buffer, for: limited)
    } catch {
      queue.endWait(error)
      throw error
    }
    queue.endWait((0..<count).map { Base.event(unsafe buffer[$0]) }, now: now)
    return count
  }
}

extension Selector where Self: ~Copyable {
  /// Queries another selector of the same kind about the readiness of a source in a direction.
  ///
  /// - Returns: Whether the source is ready at this moment. The result is `nil` if the selector
  ///   cannot report it, or if the direction has ended.
  fileprivate static func isReady(_ descriptor: Descriptor, _ direction: Direction) -> Bool? {
    let record = UnsafeMutableBufferPointer<RawEvent>.allocate(capacity: 1)
    defer { unsafe record.deallocate() }
    let state = RegistrationState()
    do throws(IOError) {
      let selector = try Self()
      try selector.register(
        descriptor, state: state, token: 0, interest: Interest(direction), mode: .level)
      let count = unsafe try selector.wait(into: record, for: .none)
      try selector.deregister(descriptor, state: state)
      return count == 0 ? false : event(unsafe record[0]).isReady(direction)
    } catch {
      return nil
    }
  }
}

extension Event {
  fileprivate func isReady(_ direction: Direction) -> Bool? {
    if isError || readiness.contains(.hangUp) { return nil }
    return switch direction {
    case .readable: isReadClosed ? nil : isReadable
    case .writable: isWriteClosed ? nil : isWritable
    }
  }
}
