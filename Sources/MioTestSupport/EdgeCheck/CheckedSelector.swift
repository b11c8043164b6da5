public import MioCore

/// A selector that watches how a program uses another one, and finds its mistakes: see ``EdgeCheck``.
///
/// It goes around any selector: a simulated one, a mock, or a system's. The program hears what it would hear
/// without.
///
///     var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
///
///     let check = EdgeCheck()
///     var poll = Poll(CheckedSelector(try EpollSelector(), reportingTo: check))
public struct CheckedSelector<Base: Selector & ~Copyable>: ~Copyable {
  /// What looks for mistakes.
  public let check: EdgeCheck

  /// The selector that does the work, in a registry: so there is one way to hold it, and its duplicates.
  private let base: Registry<Base>
  private let queue: CheckedQueue

  /// Goes around a selector.
  ///
  /// - Parameters:
  ///   - base: The selector.
  ///   - check: What looks for mistakes. If it is `nil`, that is the simulation in which the program runs, or the
  ///     check whose ``EdgeCheck/run(_:)`` runs it, or else a new one.
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
  /// Creates a selector, and goes around it.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public init() throws(IOError) {
    self.init(try Base())
  }

  /// Returns a registry over the same queue.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public borrowing func duplicate() throws(IOError) -> Registry<CheckedSelector> {
    Registry(CheckedSelector(try base.selector.duplicate(), queue))
  }

  /// Who the selector is.
  public var identity: SelectorIdentity { base.selector.identity }

  /// The wakers' meeting place.
  public var wakeNotifier: WakeNotifier { base.selector.wakeNotifier }

  /// The selector's clock.
  public var now: Instant { base.selector.now }

  /// Makes what wakes take of the system, if it is not there yet.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public borrowing func prepareWaking() throws(IOError) {
    try base.selector.prepareWaking()
  }

  /// Removes the records of wakes.
  public borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<Base.RawEvent>, count: Int
  ) -> Int {
    unsafe base.selector.removeWakeRecords(from: buffer, count: count)
  }

  /// Translates a record.
  public static func event(_ record: Base.RawEvent) -> Event { Base.event(record) }

  /// Makes a record of an event.
  public static func record(_ event: Event) -> Base.RawEvent { Base.record(event) }
}

extension CheckedSelector: PollableSelector where Base: PollableSelector & ~Copyable {
  /// The selector's own descriptor.
  public var descriptor: Descriptor { base.selector.descriptor }
}

// MARK: - Registration

extension CheckedSelector where Base: ~Copyable {
  /// Begins to watch a source.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    let registration = CheckedRegistration(queue, token, interest, mode)
    // Before the selector may report it.
    let (source, previous) = check.begin(registration, descriptor, state)
    do throws(IOError) {
      try base.selector.register(
        descriptor, state: state, token: token, interest: interest, mode: mode)
    } catch {
      check.withdraw(registration, from: source, restoring: previous)
      throw error
    }
  }

  /// Replaces what is watched.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    let registration = CheckedRegistration(queue, token, interest, mode)
    let (source, previous) = check.begin(registration, descriptor, state)
    do throws(IOError) {
      try base.selector.reregister(
        descriptor, state: state, token: token, interest: interest, mode: mode)
    } catch {
      check.withdraw(registration, from: source, restoring: previous)
      throw error
    }
  }

  /// Ceases to watch a source.
  ///
  /// - Throws: ``IOError``, as the selector does.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    do throws(IOError) {
      try base.selector.deregister(descriptor, state: state)
    } catch {
      // The system has forgotten the source already.
      if error.kind == .notRegistered || error.kind == .badDescriptor { check.end(state) }
      throw error
    }
    check.end(state)
  }
}

// MARK: - Waiting

extension CheckedSelector where Base: ~Copyable {
  /// Waits once, and looks for mistakes before and after.
  ///
  /// - Returns: How many records the selector wrote.
  /// - Throws: ``IOError``, as the selector does.
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
  /// Asks another selector of the same kind whether a source is ready in a direction at this moment.
  ///
  /// - Returns: `nil` if nobody can tell, or if the direction has come to its end.
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
