public import Synchronization

/// Waits for events of registered sources and wakers.
///
/// A poll is polled by one thread at a time, which the compiler sees to: ``poll(into:timeout:onInterrupt:)`` is
/// mutating, and the value cannot be copied. It closes its selector when it goes out of scope.
///
///     var poll = try Poll<EpollSelector>()
///     var events = try Events<EpollSelector>(capacity: 256)
///     try poll.registry.register(listener, token: 0, interest: .readable)
///     while true {
///       try poll.poll(into: &events)
///       for event in events { … }
///     }
///
/// - SeeAlso: mio 1.2.2 `Poll`.
public struct Poll<S: Selector & ~Copyable>: ~Copyable, Sendable {
  /// For a poll that is a source of another.
  ///
  /// It goes first: the other selector hears of the end before the descriptor is closed.
  @usableFromInline
  let registration = RegistrationState()

  /// Where the polling thread registers sources.
  ///
  /// Other threads use a ``Registry/duplicate()``.
  public let registry: Registry<S>

  @usableFromInline
  var inbox = WakeInbox()

  /// Creates a poll with a new selector.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`.
  @inlinable
  public init() throws(IOError) {
    self.init(try S())
  }

  /// Creates a poll over a selector that was made, or prepared for a test, beforehand.
  @inlinable
  public init(_ selector: consuming S) {
    registry = Registry(selector)
  }

  /// The selector's monotonic clock, for ``poll(into:until:onInterrupt:)``.
  @inlinable
  public var now: Instant { registry.selector.now }
}

// MARK: - Polling

extension Poll where S: ~Copyable {
  /// Waits until a registered source is ready, a waker fires, or time runs out.
  ///
  /// Returns at once with what is ready. Otherwise it sleeps, and returns without events only when
  /// the time is over, never before.
  ///
  /// - Parameters:
  ///   - events: The buffer to fill. It is cleared first, also when the call goes on to throw. What
  ///     does not fit its capacity comes with the following calls.
  ///   - timeout: How long to wait at most, counted from the call; `nil` waits for ever, zero and less
  ///     never block. A system with a coarser clock rounds up.
  ///   - onInterrupt: What to do when a signal handler ran meanwhile.
  /// - Throws: ``IOError`` with the kind
  ///   - `.interrupted`, if `onInterrupt` asks for it;
  ///   - `.badDescriptor` when somebody closed the selector's descriptor behind its back.
  ///
  /// Cost: one system call, and one reading of the clock if there is a timeout that is not zero; no
  /// allocation, unless a copy of `events` is kept.
  ///
  /// | Backend | System call | Unit | Longest wait in one call |
  /// | --- | --- | --- | --- |
  /// | epoll | `epoll_wait`, `epoll_pwait2` | 1 ns (before Linux 5.11: 1 ms) | 24.8 days |
  ///
  /// Longer timeouts are waited for in several calls.
  ///
  /// - SeeAlso: mio 1.2.2 `Poll::poll`,
  ///   [epoll_wait(2)](https://man7.org/linux/man-pages/man2/epoll_wait.2.html).
  @inlinable
  @inline(__always)
  public mutating func poll(
    into events: inout Events<S>, timeout: Duration? = nil,
    onInterrupt: InterruptPolicy = .retry
  ) throws(IOError) {
    guard let timeout else {
      return try poll(into: &events, for: .forever, until: .never, onInterrupt)
    }
    let nanoseconds = timeout.nanosecondsRoundedUp
    let deadline = nanoseconds == 0 ? .never : now.advanced(byNanoseconds: nanoseconds)
    try poll(into: &events, for: WaitTime(nanoseconds: nanoseconds), until: deadline, onInterrupt)
  }

  /// Waits until a registered source is ready, a waker fires, or the deadline has come.
  ///
  /// For loops that know the time already: they save a reading of the clock.
  ///
  /// - Parameters:
  ///   - events: The buffer to fill, as for ``poll(into:timeout:onInterrupt:)``.
  ///   - deadline: When to return at the latest, on the clock of ``now``. One that has passed does not
  ///     block; ``Instant/never`` waits for ever, and reads no clock.
  ///   - onInterrupt: What to do when a signal handler ran meanwhile.
  /// - Throws: ``IOError``, as ``poll(into:timeout:onInterrupt:)``.
  @inlinable
  public mutating func poll(
    into events: inout Events<S>, until deadline: Instant,
    onInterrupt: InterruptPolicy = .retry
  ) throws(IOError) {
    try poll(into: &events, for: time(until: deadline), until: deadline, onInterrupt)
  }

  @inlinable
  borrowing func time(until deadline: Instant) -> WaitTime {
    if deadline == .never { return .forever }
    let now = now
    return now < deadline
      ? WaitTime(nanoseconds: deadline.nanoseconds - now.nanoseconds) : .none
  }

  /// One wait, which is mostly enough, and more of them out of line.
  @inlinable
  @inline(__always)
  mutating func poll(
    into events: inout Events<S>, for time: WaitTime, until deadline: Instant,
    _ onInterrupt: InterruptPolicy
  ) throws(IOError) {
    do throws(IOError) {
      events.used = UInt32(truncatingIfNeeded: try collect(into: &events, for: time))
    } catch {
      events.removeAll()
      try onInterrupt.handle(error)
    }
    if events.used == 0, time != .none {
      try pollAgain(into: &events, until: deadline, onInterrupt)
    }
  }

  /// Goes on after a wait that was cut short: by a signal, a wake that came to nothing, or the longest
  /// time that the system can wait.
  @inlinable
  @inline(never)
  mutating func pollAgain(
    into events: inout Events<S>, until deadline: Instant, _ onInterrupt: InterruptPolicy
  ) throws(IOError) {
    while events.used == 0 {
      let time = time(until: deadline)
      if time == .none { return }
      do throws(IOError) {
        events.used = UInt32(truncatingIfNeeded: try collect(into: &events, for: time))
      } catch {
        try onInterrupt.handle(error)
      }
    }
  }

  /// Waits once, for sources and for wakers.
  ///
  /// The notifier stands in no variable: it would be retained and released around the system call.
  @inlinable
  @inline(__always)
  mutating func collect(into events: inout Events<S>, for time: WaitTime) throws(IOError) -> Int {
    let records = unsafe events.writableRecords()
    if registry.selector.wakeNotifier.isActive.load(ordering: .acquiring) {
      return unsafe try collectWithWakes(into: records, for: time)
    }
    return unsafe try registry.selector.wait(into: records, for: time)
  }
}
