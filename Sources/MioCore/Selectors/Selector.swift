/// A backend: the readiness queue of a system, or a substitute for it.
///
/// Users name a selector (`Poll<EpollSelector>`) and never call it. ``Poll`` and ``Registry`` call
/// it. They are generic over the selector, so a release build calls the backend directly. The parts
/// that are the same for all backends are in Poll and Registry: the association check, deadlines,
/// retries after signals, and wakers. For each requirement a selector makes one system call, and
/// translates its arguments and its result.
///
/// The name conflicts with Objective-C's `Selector` on Apple systems if Foundation is imported.
/// Write `MioCore.Selector` in that case.
///
/// `Docs/WritingABackend.md` describes the requirements of a new backend. The conformance checks in
/// `MioTestSupport` verify them.
public protocol Selector: ~Copyable, Sendable {
  /// The system's record of one event. A trivial type: the system writes it in place.
  associatedtype RawEvent

  /// Creates a selector.
  ///
  /// - Throws: ``IOError``, for example with the kind `.tooManyOpenFiles`. No resource leaks in
  ///   this case.
  init() throws(IOError)

  /// The identity of the selector. All duplicates return the same object.
  var identity: SelectorIdentity { get }

  /// The notifier of the wakers. All duplicates return the same object.
  var wakeNotifier: WakeNotifier { get }

  /// The current time on the selector's monotonic clock.
  var now: Instant { get }

  /// Returns a registry over the same queue, with an owner of its own.
  ///
  /// The registry can register sources, but it cannot wait. So no code outside of the backend can
  /// create a second poller of one queue.
  ///
  /// - Throws: ``IOError`` if a handle needs a system resource that is not available.
  borrowing func duplicate() throws(IOError) -> Registry<Self>

  /// Registers a source. The caller has checked the interest and the association.
  ///
  /// - Throws: ``IOError``. The source is not watched in this case.
  borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Replaces the token, interest and mode of a watched source, which counts as an edge.
  ///
  /// - Throws: ``IOError``. The registration is unchanged in this case.
  borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Stops watching a source: no wait that begins afterwards reports it.
  ///
  /// - Throws: ``IOError``. The kinds `.notRegistered` and `.badDescriptor` mean that the system no
  ///   longer knew the source.
  borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError)

  /// Creates the notifier's kernel object if it does not exist. Called from any thread.
  borrowing func prepareWaking() throws(IOError)

  /// Waits once, and fills `buffer` from its start.
  ///
  /// The call may return early, even without records. The caller checks the deadline, and waits
  /// again. Only one thread at a time calls it.
  ///
  /// - Returns: The number of records that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted` or another.
  borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<RawEvent>, for time: WaitTime
  ) throws(IOError) -> Int

  /// Removes the record of the notifier's kernel object from the records of a wait, if there is
  /// one.
  ///
  /// It is called only if there are wakers. A selector whose notifier never appears among the
  /// records uses the default implementation, which changes nothing.
  ///
  /// - Returns: The number of records that remain.
  borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<RawEvent>, count: Int
  ) -> Int

  /// Translates a record to an event.
  static func event(_ record: RawEvent) -> Event

  /// Creates a record that ``event(_:)`` translates to `event`.
  static func record(_ event: Event) -> RawEvent
}

extension Selector where Self: ~Copyable {
  /// Returns `count`, and changes nothing: the notifier has no records.
  @inlinable
  public borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<RawEvent>, count: Int
  ) -> Int {
    count
  }
}
