import Synchronization

/// The state that a selector keeps for one source, attached to the source.
///
/// Selectors that emulate edges, such as those over `poll(2)` or over the AFD of Windows, must be
/// notified when an operation would block and when the source is about to be closed. They subclass
/// this class. epoll and kqueue never create a record. A record is created when the source is first
/// registered with the selector, and belongs to the source. It lives until the source or the
/// selector no longer exists, because another thread may be inside an operation.
@safe
open class RegistrationRecord: @unchecked Sendable {
  // Safety of `@unchecked`: `next` is atomic. Subclasses are responsible for their own state.

  /// The selector that created the record.
  public let selectorID: UInt

  /// The next record in the list of the source, which owns it.
  let next = unsafe Atomic<Unmanaged<RegistrationRecord>?>(nil)

  /// Creates a record of the selector with this identity.
  public init(selector: SelectorIdentity) {
    selectorID = selector.rawValue
  }

  /// Called when an operation in this direction begins.
  ///
  /// It exists for tools that check programs. It is called in debug builds only: see
  /// ``RegistrationState/operationWillBegin(_:)``.
  open func operationWillBegin(_ direction: Direction) {}

  /// Called when an operation in this direction would have blocked.
  ///
  /// It is called on any thread, whether the source is registered or not.
  open func wouldBlock(_ direction: Direction) {}

  /// Called when the readiness of the source in this direction may have changed.
  ///
  /// By default a selector does the same as after an operation that would have blocked.
  open func readinessMayHaveChanged(_ direction: Direction) { wouldBlock(direction) }

  /// Called when the descriptor is about to be closed or given away, or when the source ends.
  ///
  /// It may be called more than once.
  open func sourceWillClose() {}
}
