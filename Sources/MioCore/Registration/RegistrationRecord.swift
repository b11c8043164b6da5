import Synchronization

/// What a selector that keeps state of its own for a source hangs on that source.
///
/// Selectors that emulate edges, as over `poll(2)` or Windows' AFD, must hear when an operation would
/// block, and when the source is about to be closed. They subclass this; epoll and kqueue never
/// create one. A record is created at the source's first registration with the selector, belongs to
/// the source, and lives until the source or the selector is gone: another thread may be inside an operation.
@safe
open class RegistrationRecord: @unchecked Sendable {
  // Safety of `@unchecked`: `next` is atomic; subclasses answer for their state.

  /// The selector that made the record.
  public let selectorID: UInt

  /// The record below, which the source holds as it does this one.
  let next = unsafe Atomic<Unmanaged<RegistrationRecord>?>(nil)

  /// Creates a record of the selector with this identity.
  public init(selector: SelectorIdentity) {
    selectorID = selector.rawValue
  }

  /// An operation in this direction would have blocked.
  ///
  /// Called on any thread, registered or not.
  open func wouldBlock(_ direction: Direction) {}

  /// The source's descriptor is about to be closed or given away, or the source is gone.
  ///
  /// It may be called more than once.
  open func sourceWillClose() {}
}
