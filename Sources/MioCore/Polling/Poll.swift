public import Synchronization

/// The owner of a selector, which waits for events of registered sources and wakers.
///
/// Only one thread at a time can poll. The compiler enforces this:
/// ``poll(into:timeout:onInterrupt:)`` is mutating, and the value cannot be copied. A poll closes
/// its selector when it goes out of scope.
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
  /// The registration of this poll as a source of another poll.
  ///
  /// This is the first stored property because properties are destroyed in order. The other
  /// selector must be notified of the end before the descriptor is closed.
  @usableFromInline
  let registration = RegistrationState()

  /// The registry for the thread that polls.
  ///
  /// Other threads use a duplicate: ``Registry/duplicate()``.
  public let registry: Registry<S>

  @usableFromInline
  var inbox = WakeInbox()

  /// Creates a poll with a new selector.
  ///
  /// - Throws: ``IOError``, for example with the kind `.tooManyOpenFiles`.
  @inlinable
  public init() throws(IOError) {
    self.init(try S())
  }

  /// Creates a poll over an existing selector, for example one that a test has prepared.
  @inlinable
  public init(_ selector: consuming S) {
    registry = Registry(selector)
  }

  /// The current time on the selector's monotonic clock.
  ///
  /// Use it to compute the deadline of ``poll(into:until:onInterrupt:)``.
  @inlinable
  public var now: Instant { registry.selector.now }
}

// MARK: - Polling

extension Poll where S: ~Copyable {
  /// Waits until a registered source is ready, a waker wakes the poll, or the timeout expires.
  ///
  /// If a source is already ready, the call returns at once. Otherwise the thread sleeps. If the
  /// call returns without events, the timeout has expired.
  ///
  /// - Parameters:
  ///   - events: The buffer to fill. It is cleared first, even if the call throws. Events that
  ///     exceed its capacity are reported by the following calls.
  ///   - timeout: The longest time to wait, counted from the call. `nil` waits without a limit.
  ///     Zero or less does not block. A system with a coarser clock rounds the time up.
  ///   - onInterrupt: The action to take if a signal handler interrupts the wait.
  /// - Throws: ``IOError`` with the kind
  ///   - `.interrupted` if a signal handler interrupts the wait and `onInterrupt` is `.throw`;
  ///   - `.badDescriptor` if other code has closed the selector's descriptor.
  ///
  /// A wait is usually one system call. A backend makes further calls in some cases: to start the
  /// polls of sockets on Windows, to drain the notifier of poll(2), or to wait again because
  /// records that are not reported filled the buffer. If there is a timeout and it is not zero, the
  /// clock is read once before the first wait, and once after each wait that finds nothing. A
  /// backend allocates nothing once its buffers have grown. The call allocates a new event buffer
  /// if a copy of `events` exists.
  ///
  /// | Backend | System call | Unit | Longest wait in one call |
  /// | --- | --- | --- | --- |
  /// | epoll | `epoll_wait`, if the time is in whole milliseconds | 1 ms | 24.8 days |
  /// | epoll | `epoll_pwait2` (since Linux 5.11), for any other time | 1 ns | 292 years |
  /// | kqueue | `kevent` | 1 ns | 11.6 days |
  /// | poll(2) | `ppoll`, or `poll` where there is no `ppoll` | 1 ns, or 1 ms | 11.6 days |
  /// | Windows | `GetQueuedCompletionStatusEx` | 1 ms | 49.7 days |
  ///
  /// Before Linux 5.11 epoll waits in whole milliseconds. A longer timeout takes several waits.
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

  /// Waits until a registered source is ready, a waker wakes the poll, or the deadline is reached.
  ///
  /// An event loop that already knows the time saves one reading of the clock.
  ///
  /// - Parameters:
  ///   - events: The buffer to fill, as for ``poll(into:timeout:onInterrupt:)``.
  ///   - deadline: The latest time to return, on the clock of ``now``. A deadline in the past does
  ///     not block. ``Instant/never`` waits without a limit, and the clock is not read.
  ///   - onInterrupt: The action to take if a signal handler interrupts the wait.
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

  /// Waits once, which is enough in most cases.
  ///
  /// Further waits are in a function of their own, which is not inlined.
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

  /// Waits again after a wait that ended without events before the deadline.
  ///
  /// The causes are a signal, a wake that was already reported, and the longest time that the
  /// system can wait in one call.
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

  /// Waits once for sources and wakers.
  ///
  /// The notifier is not held in a variable: it would be retained and released around the system
  /// call.
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
