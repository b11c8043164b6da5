/// A backend: the system's readiness queue, or a stand-in for it.
///
/// Users name a selector (`Poll<EpollSelector>`) and never call it; ``Poll`` and ``Registry`` do, and
/// are generic over it, so that a release build calls the backend directly. Everything that is the
/// same for all backends happens above: the association check, deadlines, retries after signals,
/// wakers. A selector makes one system call per requirement and translates.
///
/// The name clashes with Objective-C's where Foundation is imported on Apple systems: write
/// `MioCore.Selector` there.
///
/// `Docs/WritingABackend.md` says what a new backend has to do; the conformance checks in
/// `MioTestSupport` say whether it does.
public protocol Selector: ~Copyable, Sendable {
  /// The system's record of one event. A trivial type: it is written by the system, in place.
  associatedtype RawEvent

  /// Creates a selector.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`. Nothing leaks then.
  init() throws(IOError)

  /// Who the selector is; the same object for all duplicates.
  var identity: SelectorIdentity { get }

  /// The wakers' meeting place; the same object for all duplicates.
  var wakeNotifier: WakeNotifier { get }

  /// The selector's monotonic clock.
  var now: Instant { get }

  /// Returns a registry over the same queue, owned independently.
  ///
  /// What it returns can register, and cannot wait: nobody outside the backend can make a second poller of
  /// one queue.
  ///
  /// - Throws: ``IOError``, if a handle takes something of the system.
  borrowing func duplicate() throws(IOError) -> Registry<Self>

  /// Begins to watch a source. The interest is not empty, and the association is made.
  ///
  /// - Throws: ``IOError``; nothing is watched then.
  borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Replaces token, interest and mode of a watched source as a whole, and counts as an edge.
  ///
  /// - Throws: ``IOError``; the registration is as it was then.
  borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Ceases to watch a source: no wait that begins later reports it.
  ///
  /// - Throws: ``IOError``; the kinds `.notRegistered` and `.badDescriptor` mean that the system had
  ///   forgotten the source already.
  borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError)

  /// Makes the notifier's kernel object, if it is not there yet. Called from any thread.
  borrowing func prepareWaking() throws(IOError)

  /// Waits once, and fills `buffer` from its start.
  ///
  /// It may return early, and with nothing; the caller knows the deadline and waits again. One thread
  /// at a time calls it.
  ///
  /// - Returns: How many records it wrote.
  /// - Throws: ``IOError``, `.interrupted` among them.
  borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<RawEvent>, for time: WaitTime
  ) throws(IOError) -> Int

  /// Takes the record of the notifier's own kernel object, if there is one, out of what a wait wrote.
  ///
  /// Called only when there are wakers. Selectors whose notifier never shows in a wait's records use the
  /// default, which changes nothing.
  ///
  /// - Returns: How many records are left.
  borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<RawEvent>, count: Int
  ) -> Int

  /// Translates a record.
  static func event(_ record: RawEvent) -> Event

  /// Makes a record of which ``event(_:)`` makes `event`.
  static func record(_ event: Event) -> RawEvent
}

extension Selector where Self: ~Copyable {
  /// Changes nothing: the notifier has no records.
  @inlinable
  public borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<RawEvent>, count: Int
  ) -> Int {
    count
  }
}
